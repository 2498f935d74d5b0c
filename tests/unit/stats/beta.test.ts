import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaQuantile, incompleteBeta } from '../../../src/stats/beta.ts';
import { expectClose } from './close.ts';
import { vector } from './vectors.ts';

const shape = fc.double({ min: -1, max: 4, noNaN: true }).map((e) => 10 ** e);
const inside = fc.double({ min: 0.001, max: 0.999, noNaN: true });

describe('the beta distribution', () => {
  it.each(['quantile_beta_2.5_7.0', 'quantile_beta_0.5_200.0'])('has the quantiles of SciPy: %s', (id) => {
    const { input, expected, tol } = vector<{ args: [number, number]; p: number[] }, number[]>(id);
    for (const [i, p] of input.p.entries()) expectClose(betaQuantile(p, ...input.args), expected[i]!, tol);
  });

  it('answers the examples of its docstring', () => {
    expectClose(incompleteBeta(0.5, 2, 3), 0.6875, 1e-15);
    expectClose(betaQuantile(0.025, 5, 96), 0.016431879182052158, 1e-13);
  });

  it('is a power of x when b is 1', () => {
    fc.assert(fc.property(inside, shape, (x, a) => expectClose(incompleteBeta(x, a, 1), x ** a, 1e-11)));
  });

  it('is symmetric: I_x(a, b) = 1 - I_(1-x)(b, a)', () => {
    fc.assert(
      fc.property(inside, shape, shape, (x, a, b) => expectClose(incompleteBeta(x, a, b), 1 - incompleteBeta(1 - x, b, a), 1e-9)),
    );
  });

  it('obeys the recurrence I_x(a, b) - I_x(a + 1, b) = x^a (1-x)^b / (a B(a, b)), at whole shapes', () => {
    // C(9, 4) x^4 (1-x)^5, the chance of exactly 4 in 9
    for (const x of [0.05, 0.3, 0.8]) {
      expectClose(incompleteBeta(x, 4, 6) - incompleteBeta(x, 5, 5), 126 * x ** 4 * (1 - x) ** 5, 1e-14);
    }
  });

  it('has a quantile that undoes the distribution function', () => {
    fc.assert(
      fc.property(inside, shape, shape, (p, a, b) => {
        const x = betaQuantile(p, a, b);
        fc.pre(x > 1e-290 && x < 1 - 1e-6);
        expectClose(incompleteBeta(x, a, b), p, 1e-9);
      }),
    );
  });

  it('keeps its digits at a million observations', () => {
    expectClose(betaQuantile(0.5, 1e6, 1e6), 0.5, 1e-13);
    expectClose(incompleteBeta(0.5, 1e6, 1e6), 0.5, 1e-9);
  });

  it('keeps the leading digits of a quantile next to 0: (p a B)^(1/a)', () => {
    // B(1/2, 1) = 2, and I_x(1/2, 1) = sqrt x
    expectClose(betaQuantile(1e-9, 0.5, 1) / 1e-18, 1, 1e-12);
  });

  it('reaches the ends', () => {
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
    expect([betaQuantile(0, 2, 3), betaQuantile(1, 2, 3)]).toEqual([0, 1]);
  });

  it('refuses arguments that cannot be meant', () => {
    expect(() => incompleteBeta(1.1, 1, 1)).toThrow('x must lie in [0, 1], got 1.1');
    expect(() => betaQuantile(0.5, 0, 1)).toThrow('a must be positive and finite, got 0');
    expect(() => betaQuantile(0.5, 1, NaN)).toThrow('b must be positive and finite, got NaN');
    expect(() => betaQuantile(-0.5, 1, 1)).toThrow(RangeError);
  });
});
