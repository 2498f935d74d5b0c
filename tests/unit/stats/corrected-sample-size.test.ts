import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correctedSampleSize } from '../../../src/stats/corrected-sample-size.ts';
import { expectClose } from './close.ts';

const surveyed = { rate: 0.1, n: 200, nEff: 120, df: 18, confidence: 0.95 };

describe('correctedSampleSize', () => {
  it('answers the example of its docstring', () => expectClose(correctedSampleSize(surveyed), 105.72, 0.001));

  it('is never above n, and grows with the degrees of freedom towards nEff', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 198 }), fc.double({ min: 1, max: 500, noNaN: true }), (df, nEff) => {
        const size = correctedSampleSize({ ...surveyed, nEff, df });
        expect(size).toBeLessThanOrEqual(200);
        expect(size).toBeLessThanOrEqual(correctedSampleSize({ ...surveyed, nEff, df: df + 1 }));
      }),
    );
    expectClose(correctedSampleSize({ ...surveyed, df: 199 }), 120, 1e-9);
  });

  it('may exceed n only when told not to truncate', () => {
    expect(correctedSampleSize({ ...surveyed, nEff: 400 })).toBe(200);
    expect(correctedSampleSize({ ...surveyed, nEff: 400 }, false)).toBeGreaterThan(300);
  });

  it('is n at a rate of 0 or 1, where a variance of 0 says nothing', () => {
    for (const rate of [-0.01, 0, 1]) expect(correctedSampleSize({ ...surveyed, rate })).toBe(200);
  });

  it('is 1 when everything comes from one user', () => {
    expect(correctedSampleSize({ ...surveyed, nEff: null, df: 0 })).toBe(1);
    expect(correctedSampleSize({ ...surveyed, rate: 0, nEff: null, df: 0 })).toBe(1);
  });

  it('refuses what no sample can be', () => {
    expect(() => correctedSampleSize({ ...surveyed, rate: NaN })).toThrow('rate must be a finite number, got NaN');
    expect(() => correctedSampleSize({ ...surveyed, nEff: 0 })).toThrow('nEff must be positive and finite, got 0');
    expect(() => correctedSampleSize({ ...surveyed, df: -1 })).toThrow('df must be finite and at least 0, got -1');
    expect(() => correctedSampleSize({ ...surveyed, n: 1 })).toThrow('n must exceed 1 when df is 18, got 1');
  });
});
