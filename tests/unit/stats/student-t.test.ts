import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../../src/stats/normal.ts';
import { studentTQuantile } from '../../../src/stats/student-t.ts';
import { expectClose } from './close.ts';
import { vector } from './vectors.ts';

describe('studentTQuantile', () => {
  it('agrees with SciPy', () => {
    const { input, expected, tol } = vector<{ args: [number]; p: number[] }, number[]>('quantile_t_5');
    for (const [i, p] of input.p.entries()) expectClose(studentTQuantile(p, input.args[0]), expected[i]!, tol);
  });

  it('answers the example of its docstring', () => expectClose(studentTQuantile(0.975, 5), 2.570581835636314, 1e-11));

  it('is a tangent at df 1 and algebraic at df 2', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (p) => {
        const cauchy = Math.tan(Math.PI * (p - 0.5));
        expectClose(studentTQuantile(p, 1), cauchy, 1e-10 * Math.max(1, Math.abs(cauchy)));
        const two = ((2 * p - 1) * Math.sqrt(2)) / (2 * Math.sqrt(p * (1 - p)));
        expectClose(studentTQuantile(p, 2), two, 1e-10 * Math.max(1, Math.abs(two)));
      }),
    );
  });

  it('is odd about the middle and narrows towards the normal as df grows', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 5000, noNaN: true }), (df) => {
        const t = studentTQuantile(0.975, df);
        expectClose(studentTQuantile(0.025, df), -t, 1e-9 * t);
        expect(t).toBeGreaterThan(studentTQuantile(0.975, df * 1.5));
        expect(t).toBeGreaterThan(normalQuantile(0.975));
      }),
    );
    expectClose(studentTQuantile(0.975, 1e8), normalQuantile(0.975), 1e-7);
    expectClose(studentTQuantile(0.975, 1e10), normalQuantile(0.975), 1e-12);
    expect(studentTQuantile(0.5, 3)).toBe(0);
  });

  it('refuses certainty and no degrees of freedom', () => {
    expect(() => studentTQuantile(1, 5)).toThrow('p must lie strictly between 0 and 1, got 1');
    expect(() => studentTQuantile(0.9, 0)).toThrow('df must be positive and finite, got 0');
  });
});
