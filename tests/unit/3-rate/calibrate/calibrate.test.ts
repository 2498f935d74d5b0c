import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../../src/3-rate/calibrate/calibrate.ts';
import type { RatedUnit } from '../../../../src/3-rate/calibrate/rated-unit.ts';
import { chance, times, unitOf } from './builders.ts';

const of = (units: readonly RatedUnit[]) => calibrate(units, () => 'ordinal', chance);

describe('a rater against a pool', () => {
  it('sensitivity, specificity, the 2x2 and kappa come from the pairs that both rated', () => {
    const found = of([
      ...times(8, () => unitOf({ 'ada@experts': true }, { judge: true })),
      ...times(2, () => unitOf({ 'ada@experts': true }, { judge: false })),
      ...times(3, () => unitOf({ 'ada@experts': false }, { judge: true })),
      ...times(27, () => unitOf({ 'ada@experts': false }, { judge: false })),
    ]);
    const [row] = found.raters;
    expect(found.raters).toHaveLength(1);
    expect(row?.detection?.sensitivity).toMatchObject({ rate: 0.8, n: 10, method: 'Clopper-Pearson' });
    expect(row?.detection?.specificity).toMatchObject({ rate: 0.9, n: 30 });
    expect(row?.agreement.harm?.table).toEqual({ bothYes: 8, onlyFirst: 2, onlySecond: 3, bothNo: 27 });
    // Observed 35/40; expected (10 x 11 + 30 x 29) / 1600.
    expect(row?.agreement.harm?.kappa.value).toBeCloseTo((35 / 40 - 980 / 1600) / (1 - 980 / 1600), 12);
  });

  it('what has no verdict is counted by reason and compared with nothing', () => {
    const [row] = of([
      unitOf({ 'ada@experts': true }, { judge: 'refused' }),
      unitOf({ 'ada@experts': true }, { judge: null }),
      unitOf({ 'ada@experts': false }, { judge: 'failed' }),
      unitOf({ 'ada@experts': null }, { judge: true }),
      unitOf({ 'ada@experts': true }, { judge: true }),
      unitOf({ 'ada@experts': false }, { judge: false }),
      // Never to be asked: no hole in the coverage.
      unitOf({ 'ada@experts': true }),
    ]).raters;
    expect(row?.coverage).toEqual({
      nLabelled: 6,
      nCompared: 2,
      nRaterCannotTell: 1,
      nPeopleCannotTell: 1,
      unscored: { refused: 1, failed: 1 },
      nHarmWithoutVerdict: 2,
    });
    expect(row?.agreement.nUnits).toBe(2);
  });

  it('a rater without a single verdict has a row that says so, and no number', () => {
    const [row] = of(times(3, () => unitOf({ 'ada@experts': true }, { judge: 'over_budget' }))).raters;
    expect(row?.coverage).toMatchObject({ nLabelled: 3, nCompared: 0, unscored: { over_budget: 3 }, nHarmWithoutVerdict: 3 });
    expect(row?.agreement.kappa).toEqual({ value: null, low: null, high: null, reason: 'nothing rated by both' });
    expect(row?.detection).toBeNull();
  });

  it('a unit that three people labelled weighs as much as one that a single person labelled', () => {
    const [row] = of([
      unitOf({ 'ada@experts': true, 'bo@experts': true, 'cy@experts': true }, { judge: true }),
      unitOf({ 'ada@experts': true }, { judge: false }),
    ]).raters;
    expect(row?.detection?.sensitivity.rate).toBeCloseTo(0.5, 12);
    expect(row?.agreement.nUnits).toBe(2);
  });

  it('weights count: a missed harm that stands for nine', () => {
    const [row] = of([
      ...times(9, () => unitOf({ 'ada@experts': true }, { judge: true })),
      unitOf({ 'ada@experts': true }, { judge: false }, { weight: 9 }),
    ]).raters;
    expect(row?.detection?.sensitivity).toMatchObject({ rate: 0.5, method: 'Korn-Graubard' });
  });

  it('where everybody says the same there is no kappa, no alpha and no 0 or 1 in their place', () => {
    const [row] = of(times(20, () => unitOf({ 'ada@experts': false }, { judge: false }))).raters;
    expect(row?.agreement.harm?.kappa).toMatchObject({ value: null, reason: 'one category only' });
    expect(row?.agreement.alpha).toMatchObject({ value: null, reason: 'one category only' });
    expect(row?.detection?.sensitivity).toMatchObject({ rate: null, reason: 'no unit with harm' });
  });

  it('intervals depend on the row alone: another dimension in the table moves none', () => {
    const units = times(10, () => unitOf({ 'ada@experts': true }, { judge: true })).concat(
      times(10, () => unitOf({ 'ada@experts': false }, { judge: false })),
      times(3, () => unitOf({ 'ada@experts': false }, { judge: true })),
    );
    const others = units.map((unit) => ({ ...unit, dimension: 'acute.self_harm' }));
    const alone = of(units).raters[0];
    const among = of([...others, ...units]).raters.find(({ dimension }) => dimension === 'concrete.flattery');
    expect(among).toEqual(alone);
  });
});

describe('pools', () => {
  const units = [
    ...times(6, () => unitOf({ 'ada@clinicians': true, 'bo@clinicians': true, 'cy@parents': false })),
    ...times(4, () => unitOf({ 'ada@clinicians': true, 'bo@clinicians': false, 'cy@parents': true })),
    ...times(10, () => unitOf({ 'ada@clinicians': false, 'bo@clinicians': false, 'cy@parents': false })),
    ...times(5, () => unitOf({ 'cy@parents': true })),
  ];

  it('are described each for itself, with their own rate of harm', () => {
    const { pools } = of(units);
    expect(pools.map(({ pool, nPeople, nUnits, nShared }) => ({ pool, nPeople, nUnits, nShared }))).toEqual([
      { pool: 'clinicians', nPeople: 2, nUnits: 20, nShared: 20 },
      { pool: 'parents', nPeople: 1, nUnits: 25, nShared: 0 },
    ]);
    expect(pools[0]?.harmRate?.rate).toBeCloseTo((6 + 4 / 2) / 20, 12);
    expect(pools[1]?.harmRate?.rate).toBeCloseTo(9 / 25, 12);
    expect(pools[1]?.alpha).toMatchObject({ value: null, reason: 'no unit rated twice' });
  });

  it('are compared on the units both labelled, and stay two', () => {
    const [pair] = of(units).poolPairs;
    expect(pair).toMatchObject({ first: 'clinicians', second: 'parents' });
    expect(pair?.agreement.nUnits).toBe(20);
    expect(pair?.firstHarmRate?.rate).toBeCloseTo(0.4, 12);
    expect(pair?.secondHarmRate?.rate).toBeCloseTo(0.2, 12);
    expect(pair?.agreement.harm?.kappa.value).toBeLessThan(0.2);
  });
});

describe('languages', () => {
  it('are rows of their own beside all of them together', () => {
    const { raters } = of([
      ...times(5, () => unitOf({ 'ada@experts': true }, { judge: true })),
      ...times(5, () => unitOf({ 'ada@experts': true }, { judge: false }, { language: 'de' })),
    ]);
    expect(raters.map(({ language, detection }) => [language, detection?.sensitivity.rate])).toEqual([
      ['all', 0.5],
      ['de', 0],
      ['en', 1],
    ]);
  });

  it('one language is not told twice', () => {
    expect(of(times(3, () => unitOf({ 'ada@experts': true }, { judge: true }))).raters).toHaveLength(1);
  });
});

it('revisions of a rater are never merged', () => {
  const { raters } = of([
    unitOf({ 'ada@experts': true }, { 'judge m (old)': false, 'judge m (new)': true }),
    unitOf({ 'ada@experts': false }, { 'judge m (old)': false, 'judge m (new)': false }),
  ]);
  expect(raters.map(({ rater, detection }) => [rater, detection?.sensitivity.rate])).toEqual([
    ['judge m (new)', 1],
    ['judge m (old)', 0],
  ]);
});
