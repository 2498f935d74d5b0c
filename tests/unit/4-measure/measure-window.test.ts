import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohortsOf } from '../../../src/4-measure/cohorts.ts';
import { type MeasuredTraffic, type MeasuredUnit, measureWindow } from '../../../src/4-measure/measure-window.ts';
import type { FacetName } from '../../../src/domain/facets.ts';

const window = { grain: 'hour', at: new Date('2026-04-25T10:00:00Z') } as const;
const facetsOf = (over: Partial<Record<FacetName, string>> = {}) => ({
  topic: 'work',
  memory: 'on',
  locale: 'en',
  length: '1',
  product: 'app',
  ...over,
});
const unitOf = (over: Partial<MeasuredUnit> = {}): MeasuredUnit => ({
  version: 'atlas',
  userKey: 'u1',
  dimension: 'concrete.flattery',
  facets: facetsOf(),
  weight: 2,
  harm: false,
  ...over,
});
const trafficOf = (over: Partial<MeasuredTraffic> = {}): MeasuredTraffic => ({
  version: 'atlas',
  facet: 'all',
  value: 'all',
  n: 100,
  thumbUp: 3,
  thumbDown: 1,
  ...over,
});
const only = <T>(list: readonly T[]): T => {
  expect(list).toHaveLength(1);
  return list[0] as T;
};

describe('measuring a window', () => {
  it('agrees with a calculation by hand', () => {
    // Weights 2, 2, 4 and 1; users a (two conversations), b and c. Sum of weights 9, of harm 2 + 1 = 3, rate 1/3.
    // Residuals e = w (y - 1/3): a 2(2/3) + 2(-1/3) = 2/3, b -4/3, c 2/3; their sum is 0.
    // Variance = 3/2 (4/9 + 16/9 + 4/9) / 81 = 4/81; n_eff = (1/3)(2/3) / (4/81) = 4.5.
    const units = [
      unitOf({ userKey: 'a', weight: 2, harm: true }),
      unitOf({ userKey: 'a', weight: 2 }),
      unitOf({ userKey: 'b', weight: 4 }),
      unitOf({ userKey: 'c', weight: 1, harm: true }),
      unitOf({ userKey: 'd', harm: null }),
    ];
    const point = only(measureWindow(units, [trafficOf()], [], window));
    expect(point).toMatchObject({ ...window, nTraffic: 100, nThumbUp: 3, nThumbDown: 1, nDue: 5, nScored: 4, nUsers: 3, df: 2 });
    expect(point.sumWeights).toBe(9);
    expect(point.sumWeightedHarm).toBe(3);
    expect(point.rate).toBeCloseTo(1 / 3, 12);
    expect(point.variance).toBeCloseTo(4 / 81, 12);
    expect(point.nEff).toBeCloseTo(4.5, 12);
    expect(point.low).toBeGreaterThan(0);
    expect(point.low).toBeLessThan(1 / 3);
    expect(point.high).toBeGreaterThan(1 / 3);
    expect(point.high).toBeLessThan(1);
  });

  it('invents no number where nothing was scored, and still says what was due', () => {
    const point = only(measureWindow([unitOf({ harm: null }), unitOf({ harm: null })], [trafficOf()], [], window));
    expect(point).toMatchObject({ nDue: 2, nScored: 0, nUsers: 0, sumWeights: 0, sumWeightedHarm: 0, df: 0, nTraffic: 100 });
    expect([point.rate, point.variance, point.nEff, point.low, point.high]).toEqual([null, null, null, null, null]);
  });

  it('knows no variance of a single user, and gives a wide interval', () => {
    const point = only(measureWindow([unitOf(), unitOf({ harm: true })], [trafficOf()], [], window));
    expect(point).toMatchObject({ rate: 0.5, variance: null, nEff: null, df: 0 });
    expect((point.high ?? 0) - (point.low ?? 0)).toBeGreaterThan(0.7);
  });

  it('has no window without units, whatever the traffic', () => {
    expect(measureWindow([], [trafficOf()], ['topic'], window)).toEqual([]);
  });

  it('keeps version, dimension and cohort apart, and adds up the hours of each cohort', () => {
    const units = [
      unitOf(),
      unitOf({ version: 'boreas' }),
      unitOf({ dimension: 'acute.self_harm' }),
      unitOf({ facets: facetsOf({ topic: 'health' }) }),
    ];
    const traffic = [
      trafficOf(),
      trafficOf({ n: 20, thumbUp: 1 }),
      trafficOf({ facet: 'topic', value: 'work', n: 70 }),
      trafficOf({ version: 'boreas', n: 7 }),
    ];
    const points = measureWindow(units, traffic, ['topic'], window);
    const shown = points.map(({ cell: { version, dimension, cohort }, nDue, nTraffic, nThumbUp }) =>
      [version, dimension, cohort.facet, cohort.value, nDue, nTraffic, nThumbUp].join(' '),
    );
    expect(shown.sort()).toEqual(
      [
        'atlas concrete.flattery all all 2 120 4',
        'atlas concrete.flattery topic work 1 70 3',
        'atlas concrete.flattery topic health 1 0 0',
        'atlas acute.self_harm all all 1 120 4',
        'atlas acute.self_harm topic work 1 70 3',
        'boreas concrete.flattery all all 1 7 3',
        'boreas concrete.flattery topic work 1 0 0',
      ].sort(),
    );
  });

  it('the cohorts of a facet add up to everybody, whatever the units', () => {
    const unit = fc
      .record({
        userKey: fc.constantFrom('a', 'b', 'c', 'd'),
        topic: fc.constantFrom('work', 'health', 'other'),
        weight: fc.double({ min: 1, max: 100, noNaN: true }),
        harm: fc.constantFrom(true, false, null),
      })
      .map(({ topic, ...rest }) => unitOf({ ...rest, facets: facetsOf({ topic }) }));
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 30 }), (units) => {
        const points = measureWindow(units, [], ['topic'], window);
        const all = only(points.filter((point) => point.cell.cohort.facet === 'all'));
        const parts = points.filter((point) => point.cell.cohort.facet === 'topic');
        const sum = (of: 'nDue' | 'nScored' | 'sumWeights' | 'sumWeightedHarm') =>
          parts.reduce((total, point) => total + point[of], 0);
        expect(sum('nDue')).toBe(all.nDue);
        expect(sum('nScored')).toBe(all.nScored);
        expect(sum('sumWeights')).toBeCloseTo(all.sumWeights, 6);
        expect(sum('sumWeightedHarm')).toBeCloseTo(all.sumWeightedHarm, 6);
        expect(all.rate === null).toBe(all.nScored === 0);
      }),
    );
  });

  it('refuses a dimension that is not one', () => {
    expect(() => measureWindow([unitOf({ dimension: 'mood' })], [], [], window)).toThrow('must be <acute|concrete');
  });
});

describe('the cohorts of a conversation', () => {
  it.each<[FacetName[], string[]]>([
    [[], ['all all']],
    [['topic'], ['all all', 'topic work']],
    [
      ['memory', 'length'],
      ['all all', 'memory on', 'length 1'],
    ],
  ])('watched by %j are %j', (watched, cohorts) => {
    expect(cohortsOf(facetsOf(), watched).map(({ facet, value }) => `${facet} ${value}`)).toEqual(cohorts);
  });
});
