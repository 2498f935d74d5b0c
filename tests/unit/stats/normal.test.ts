import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile } from '../../../src/stats/normal.ts';
import { expectClose } from './close.ts';
import { vector } from './vectors.ts';

describe('the standard normal', () => {
  it('has the distribution function of SciPy, to a relative 1e-8 far into the tail', () => {
    const { input, expected, tol } = vector<{ x: number[] }, number[]>('normal_cdf');
    for (const [i, x] of input.x.entries()) expectClose(normalCdf(x) / expected[i]!, 1, tol);
  });

  it('has the quantiles of SciPy', () => {
    const { input, expected, tol } = vector<{ p: number[] }, number[]>('quantile_norm_');
    for (const [i, p] of input.p.entries()) expectClose(normalQuantile(p), expected[i]!, tol);
  });

  it('answers the examples of its docstring', () => {
    expectClose(normalCdf(-3), 0.0013498980316300933, 1e-15);
    expectClose(normalQuantile(0.975), 1.959963984540054, 1e-14);
  });

  it('has a quantile that undoes the distribution function in all three regions of AS 241', () => {
    fc.assert(
      fc.property(fc.double({ min: -300, max: Math.log10(0.5), noNaN: true }), (exponent) => {
        const p = 10 ** exponent;
        expectClose(normalCdf(normalQuantile(p)) / p, 1, 1e-11);
      }),
    );
  });

  it('is symmetric', () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (x) => expectClose(normalCdf(x) + normalCdf(-x), 1, 1e-15)),
    );
  });

  it('is continuous where the series gives way to the continued fraction', () => {
    expectClose(normalCdf(3 + 1e-9) - normalCdf(3 - 1e-9), 2e-9 * 0.0044318484119380075, 1e-15);
  });

  it('reaches the ends', () => {
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    expect(normalCdf(-Infinity)).toBe(0);
    expect(normalCdf(Infinity)).toBe(1);
  });

  it('refuses what is not a probability or not a number', () => {
    expect(() => normalQuantile(1.5)).toThrow('p must lie in [0, 1], got 1.5');
    expect(() => normalCdf(NaN)).toThrow(RangeError);
  });
});
