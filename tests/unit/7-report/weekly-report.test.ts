import { describe, expect, it } from 'vitest';
import { buildWeeklyReport, type ReportInput } from '../../../src/7-report/weekly-report.ts';
import { findingOf } from '../6-respond/builders.ts';
import { cellOf, inputOf, nextMonday, pointOf } from './builders.ts';

const lkgOf = (rates: NonNullable<ReportInput['lkg']>['rates'] = []) => ({ ...inputOf().lkg!, rates });
const atlas = { cell: cellOf({ version: 'atlas' }) };
const certified = { dimension: 'concrete.flattery', rate: 0.02, low: 0.01, high: 0.03, n: 900 };
const topic = { facet: 'topic', value: 'health' };
const rowOf = (over: Partial<ReportInput>, version = 'boreas') =>
  buildWeeklyReport(inputOf(over)).rows.find((row) => row.version === version);

describe('the weekly report', () => {
  it.each<[string, Partial<ReportInput>, object]>([
    [
      'LKG’s rate in the same week',
      { points: [pointOf(), pointOf({ ...atlas, sumWeightedHarm: 50 })], lkg: lkgOf([certified]) },
      { ratio: 2, lkg: { source: 'same week', rate: 0.05 } },
    ],
    [
      'else the one it was certified with',
      { points: [pointOf()], lkg: lkgOf([certified]) },
      { ratio: 5, lkg: { source: 'certified', rate: 0.02 } },
    ],
    [
      'else nothing',
      { points: [pointOf()], lkg: lkgOf([{ ...certified, dimension: 'acute.self_harm' }]) },
      { ratio: null, lkg: null },
    ],
    [
      'nothing where nobody is certified',
      { points: [pointOf()], lkg: null },
      { ratio: null, lkg: null, verdict: 'no-data', because: expect.stringContaining('no version is certified') },
    ],
    [
      'a rate of zero, without a ratio',
      { points: [pointOf(), pointOf({ ...atlas, sumWeightedHarm: 0 })] },
      { ratio: null, lkg: { source: 'same week', rate: 0 } },
    ],
  ])('compares a version with %s', (_with, over, row) => {
    expect(rowOf(over)).toMatchObject(row);
  });

  it('does not compare LKG with itself', () => {
    expect(rowOf({ points: [pointOf(atlas)], lkg: lkgOf([certified]) }, 'atlas')).toMatchObject({
      verdict: 'is LKG',
      lkg: null,
      ratio: null,
      because: 'certified by Robin',
    });
  });

  it.each<[string, Parameters<typeof findingOf>[0], string]>([
    ['the pooled finding against LKG', {}, 'drifted'],
    ['none of a cohort', { cell: cellOf({ cohort: topic }) }, 'no-data'],
    ['none against another baseline', { baseline: 'older' }, 'no-data'],
    ['none of another version', { cell: cellOf({ version: 'caelum' }) }, 'no-data'],
  ])('takes its verdict from %s', (_which, over, verdict) => {
    expect(rowOf({ points: [pointOf()], findings: [findingOf(over)] })).toMatchObject({ verdict });
  });

  it('prefers the week’s own point to its days, because it counts each person once', () => {
    const week = pointOf({ grain: 'week', sumWeightedHarm: 300, sumWeights: 2_000, nScored: 400 });
    expect(rowOf({ points: [pointOf(), pointOf(), week] })?.rate).toMatchObject({ rate: 0.15, n: 400 });
    expect(rowOf({ points: [pointOf(), pointOf()] })?.rate).toMatchObject({ rate: 0.1, n: 400 });
  });

  it('has pooled rates only in its rows, by dimension and version', () => {
    const points = [
      pointOf({ cell: cellOf({ dimension: 'protective.pushback' }) }),
      pointOf(),
      pointOf(atlas),
      pointOf({ cell: cellOf({ cohort: topic }) }),
      pointOf({ cell: cellOf({ version: 'silent' }), sumWeights: 0, nScored: 0, rate: null }),
    ];
    expect(buildWeeklyReport(inputOf({ points })).rows.map((row) => `${row.dimension} ${row.version}`)).toEqual([
      'concrete.flattery atlas',
      'concrete.flattery boreas',
      'protective.pushback boreas',
    ]);
  });

  it('lists drifted cohorts, worst evidence first', () => {
    const cohort = (value: string, eValue: number, over: object = {}) =>
      findingOf({ cell: cellOf({ cohort: { facet: 'topic', value } }), eValue, threshold: 100, ...over });
    const findings = [cohort('work', 200), cohort('health', 5_000), cohort('other', 9_000, { verdict: 'steady' }), findingOf()];
    expect(buildWeeklyReport(inputOf({ findings })).cohorts.map(({ cell }) => cell.cohort.value)).toEqual(['health', 'work']);
  });

  it('counts by rater what was due, what was scored, and why the rest was not', () => {
    const ledger = [
      { rater: 'judge', dimension: 'concrete.flattery', state: 'scored', n: 90 },
      { rater: 'judge', dimension: 'acute.self_harm', state: 'scored', n: 5 },
      { rater: 'judge', dimension: 'concrete.flattery', state: 'refused', n: 4 },
      { rater: 'judge', dimension: 'acute.self_harm', state: 'refused', n: 1 },
      { rater: 'screen', dimension: 'acute.self_harm', state: 'scored', n: 10 },
    ];
    expect(buildWeeklyReport(inputOf({ ledger })).coverage).toEqual([
      { rater: 'judge', due: 100, scored: 95, byReason: { refused: 5 } },
      { rater: 'screen', due: 10, scored: 10, byReason: {} },
    ]);
  });

  it.each([
    ['before its end', new Date(nextMonday.getTime() - 1), false],
    ['at its end', nextMonday, true],
  ])('is complete %s: %3$s', (_when, now, complete) => {
    expect(buildWeeklyReport(inputOf({ measuredUntil: now })).complete).toBe(complete);
  });
});
