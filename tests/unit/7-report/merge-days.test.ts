import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeDays } from '../../../src/7-report/merge-days.ts';
import { designInterval } from '../../../src/stats/design-interval.ts';
import { pointOf } from './builders.ts';

const empty = {
  nScored: 0,
  nUsers: 0,
  sumWeights: 0,
  sumWeightedHarm: 0,
  rate: null,
  variance: null,
  df: 0,
  nEff: null,
  low: null,
  high: null,
};

describe('merging days', () => {
  it('of one day gives that day', () => {
    const interval = designInterval({ rate: 0.1, n: 200, nEff: 200, df: 199, confidence: 0.95 });
    const merged = mergeDays([pointOf()]);
    expect(merged).toEqual({
      rate: 0.1,
      low: expect.closeTo(interval.low, 9),
      high: expect.closeTo(interval.high, 9),
      n: 200,
      nDue: 210,
      nTraffic: 1_000,
    });
  });

  it('agrees with a calculation by hand', () => {
    // Weights 1000 and 3000; rates 0.1 and 0.2: 0.1 x 1/4 + 0.2 x 3/4 = 0.175. Variance (1e6 x 4.5e-4 + 9e6 x 8e-4) / 16e6.
    const merged = mergeDays([pointOf(), pointOf({ sumWeights: 3_000, sumWeightedHarm: 600, rate: 0.2, variance: 8e-4 })]);
    expect(merged).toMatchObject({ rate: 0.175, n: 400, nDue: 420, nTraffic: 2_000 });
    const nEff = (0.175 * 0.825) / (7_650 / 16e6);
    const { low, high } = designInterval({ rate: 0.175, n: 400, nEff, df: 398, confidence: 0.95 });
    expect(merged?.low).toBeCloseTo(low, 9);
    expect(merged?.high).toBeCloseTo(high, 9);
  });

  it.each([
    ['no days', []],
    ['days in which nothing was scored', [pointOf(empty), pointOf(empty)]],
  ])('of %s gives no rate', (_name, points) => {
    expect(mergeDays(points)).toBeNull();
  });

  it('a day in which nothing was scored changes only what was due and said', () => {
    expect(mergeDays([pointOf(), pointOf(empty)])).toEqual({ ...mergeDays([pointOf()]), nDue: 420, nTraffic: 2_000 });
  });

  it('has an interval around its rate, in any order of days, and harmless days are not certain', () => {
    const day = fc
      .record({
        n: fc.integer({ min: 2, max: 300 }),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        weight: fc.double({ min: 1, max: 20, noNaN: true }),
      })
      .map(({ n, share, weight }) => {
        const rate = Math.round(share * n) / n;
        const sums = { sumWeights: n * weight, sumWeightedHarm: n * weight * rate, rate, variance: (rate * (1 - rate)) / n };
        return pointOf({ nScored: n, nUsers: n, df: n - 1, nEff: n, ...sums });
      });
    fc.assert(
      fc.property(fc.array(day, { minLength: 1, maxLength: 7 }), (days) => {
        const merged = mergeDays(days);
        const back = mergeDays([...days].reverse());
        expect(merged?.rate).toBeCloseTo(back?.rate ?? Number.NaN, 9);
        expect(merged?.low).toBeLessThanOrEqual((merged?.rate ?? 0) + 1e-9);
        expect(merged?.high).toBeGreaterThanOrEqual((merged?.rate ?? 1) - 1e-9);
        expect((merged?.high ?? 0) - (merged?.low ?? 0)).toBeGreaterThan(0);
      }),
    );
  });

  it('a day of one person, whose spread nobody knows, makes the whole less certain and not more', () => {
    const lone = {
      nScored: 200,
      nUsers: 1,
      sumWeights: 1_000,
      sumWeightedHarm: 1_000,
      rate: 1,
      variance: null,
      df: 0,
      nEff: null,
    };
    const known = mergeDays([pointOf()]);
    const merged = mergeDays([pointOf(), pointOf(lone)]);
    const width = (period: typeof known) => (period?.high ?? 0) - (period?.low ?? 0);
    // Half of the rate now rests on one person.
    expect(width(merged)).toBeGreaterThan(2 * width(known));
  });
});
