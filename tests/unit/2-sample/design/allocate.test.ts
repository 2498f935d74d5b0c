import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { allocate } from '../../../../src/2-sample/design/allocate.ts';
import { solveBase, withBase } from '../../../../src/2-sample/design/solve-base.ts';
import { type Factors, type StratumVolume, stratumFactor, stratumRate } from '../../../../src/2-sample/design/strata.ts';
import { topics } from '../../../../src/domain/facets.ts';

const stratum = (given: Partial<StratumVolume>): StratumVolume => ({
  topic: 'other',
  memory: 'unknown',
  length: '1',
  locale: 'en',
  n: 100,
  ...given,
});
const expectedIn = (volumes: readonly StratumVolume[], base: number, factors: Factors) =>
  volumes.reduce((sum, each) => sum + each.n * stratumRate(base, factors, each), 0);
const expectedBy = (facet: 'topic' | 'memory', volumes: readonly StratumVolume[], base: number, factors: Factors) => {
  const sums = new Map<string, { expected: number; n: number }>();
  for (const each of volumes) {
    const sum = sums.get(each[facet]) ?? { expected: 0, n: 0 };
    sums.set(each[facet], { expected: sum.expected + each.n * stratumRate(base, factors, each), n: sum.n + each.n });
  }
  return [...sums.values()];
};

const anyVolumes = fc.uniqueArray(
  fc.record({
    topic: fc.constantFrom(...topics),
    memory: fc.constantFrom('on', 'off', 'unknown'),
    length: fc.constantFrom('1', '2-5', '6-19', '20+'),
    locale: fc.constantFrom('en', 'de', 'und'),
    n: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 50_000 })),
  }),
  { minLength: 1, maxLength: 60, selector: ({ topic, memory, length, locale }) => `${topic} ${memory} ${length} ${locale}` },
);
const factor = fc.double({ min: 0.5, max: 2, noNaN: true });
const anyFactors = fc.record({
  topic: fc.dictionary(fc.constantFrom(...topics), factor),
  memory: fc.dictionary(fc.constantFrom('on', 'off', 'unknown'), factor),
});
const anyTarget = fc.double({ min: 1, max: 20_000, noNaN: true });
const monitored = ['topic', 'memory'] as const;

test('never more than the target is expected, never less than it or all there is, and every rate is a probability', () => {
  fc.assert(
    fc.property(anyVolumes, anyFactors, anyTarget, (volumes, neyman, target) => {
      const factors = allocate({ volumes, target, factors: neyman, monitored, minimum: 50 });
      const planned = withBase(volumes, factors, target);
      const all = volumes.reduce((sum, { n }) => sum + n, 0);
      const expected = expectedIn(volumes, planned.piSample, planned.factors);
      expect(planned.piSample).toBeGreaterThan(0);
      expect(planned.piSample).toBeLessThanOrEqual(1);
      // The rounding of a sum in another order than the solver's.
      expect(expected).toBeLessThanOrEqual(target * (1 + 1e-12));
      expect(expected).toBeGreaterThan(Math.min(target, all) * (1 - 1e-9));
      for (const each of volumes) {
        const pi = stratumRate(planned.piSample, planned.factors, each);
        expect(pi).toBeGreaterThan(0);
        expect(pi).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 300 },
  );
});

test('every monitored cohort has its minimum, or all it has, where the budget has room for the floors of both facets', () => {
  fc.assert(
    fc.property(anyVolumes, anyFactors, fc.double({ min: 1.36, max: 3, noNaN: true }), (volumes, neyman, room) => {
      // Sampling each stratum at the larger of what its two cohorts need keeps every floor, and a quarter follows Neyman.
      const floors = monitored.flatMap((facet) => expectedBy(facet, volumes, 1, {}).map(({ n }) => Math.min(50, n)));
      const target = room * floors.reduce((sum, floor) => sum + floor, 0);
      const factors = allocate({ volumes, target, factors: neyman, monitored, minimum: 50 });
      const planned = withBase(volumes, factors, target);
      for (const facet of monitored) {
        for (const { expected, n } of expectedBy(facet, volumes, planned.piSample, planned.factors)) {
          expect(expected).toBeGreaterThan(0.99 * Math.min(50, n));
        }
      }
    }),
    { numRuns: 300 },
  );
});

describe('a month of traffic', () => {
  const volumes = [
    stratum({ topic: 'coding', memory: 'on', n: 60_000 }),
    stratum({ topic: 'coding', memory: 'off', n: 20_000 }),
    stratum({ topic: 'health', memory: 'on', n: 15_000 }),
    stratum({ topic: 'health', memory: 'off', n: 4_940 }),
    stratum({ topic: 'spirituality', memory: 'on', n: 30 }),
    stratum({ topic: 'spirituality', memory: 'off', n: 30 }),
  ];
  const neyman = { topic: { coding: 0.8, health: 1.6 } };
  const plan = (target: number, minimum = 50) =>
    withBase(volumes, allocate({ volumes, target, factors: neyman, monitored, minimum }), target);

  it('keeps Neyman’s ratios where no floor binds', () => {
    const { factors } = plan(1_000, 0);
    expect((factors.topic?.health ?? 0) / (factors.topic?.coding ?? 0)).toBeCloseTo(2, 10);
    expect(factors.topic?.spirituality).toBeCloseTo((factors.topic?.coding ?? 0) / 0.8, 10);
    expect(factors.memory).toBeUndefined();
  });
  it('raises the small cohort to its floor, and only that', () => {
    const { piSample, factors } = plan(1_000);
    const [coding, health, spirituality] = expectedBy('topic', volumes, piSample, factors);
    expect(spirituality?.expected).toBeCloseTo(50, 1);
    expect((health?.expected ?? 0) / (health?.n ?? 1) / ((coding?.expected ?? 0) / (coding?.n ?? 1))).toBeCloseTo(2, 3);
  });
  it('has factors of mean 1, so that a value nobody has seen is sampled like the average', () => {
    const { factors, piSample } = plan(1_000);
    const total = volumes.reduce((sum, { n }) => sum + n, 0);
    expect(volumes.reduce((sum, each) => sum + each.n * (factors.topic?.[each.topic] ?? 1), 0) / total).toBeCloseTo(1, 12);
    expect(stratumRate(piSample, factors, stratum({ topic: 'finance', memory: 'on' }))).toBeCloseTo(1_000 / total, 3);
  });
  it('shrinks the floors together when they alone exceed three quarters of the budget: the budget wins', () => {
    const { piSample, factors } = plan(75);
    const sums = expectedBy('topic', volumes, piSample, factors);
    expect(sums.map(({ expected }) => expected / 25)).toEqual([1.5, 0.75, 0.75].map((one) => expect.closeTo(one, 2)));
    expect(expectedIn(volumes, piSample, factors)).toBeCloseTo(75, 6);
  });
  it('takes everything when the budget does', () => {
    const { piSample, factors } = plan(1e6);
    expect(piSample).toBe(1);
    expect(expectedIn(volumes, piSample, factors)).toBe(100_000);
  });
});

test('the base meets the target from below, at capped and uncapped strata alike', () => {
  const volume = Float64Array.of(1_000, 10);
  const factor1 = Float64Array.of(1, 200);
  const base = solveBase(volume, factor1, 60);
  expect(base).toBeCloseTo(0.05, 12);
  expect(1_000 * base + 10).toBeLessThanOrEqual(60);
  expect(() => solveBase(volume, factor1, 0)).toThrow(RangeError);
});

test('a rate is the product of its factors: two strata that differ in one facet differ by its factors', () => {
  const factors = { topic: { health: 2, coding: 0.5 }, memory: { on: 1.5 } };
  const a = stratum({ topic: 'health', memory: 'on' });
  expect(stratumFactor(factors, a)).toBe(3);
  expect(stratumFactor(factors, { ...a, topic: 'coding' }) / stratumFactor(factors, a)).toBe(0.25);
});
