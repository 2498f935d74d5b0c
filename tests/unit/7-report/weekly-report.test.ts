import { describe, expect, it } from 'vitest';
import { buildWeeklyReport, type ReportInput } from '../../../src/7-report/weekly-report.ts';
import type { RatePoint } from '../../../src/domain/rate-point.ts';
import { findingOf } from '../6-respond/builders.ts';
import { cellOf, dayOf, inputOf, nextMonday, peopleOf, pointOf } from './builders.ts';

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
    const days = [pointOf(), pointOf({ at: dayOf(1) })];
    const sums = { sumWeightedHarm: 200, sumWeights: 2_000, nScored: 400, nDue: 420, nTraffic: 2_000 };
    // Everybody came back the next day: half the people, twice the variance.
    const week = pointOf({ grain: 'week', ...sums, variance: 0.09 / 100, nUsers: 200 });
    expect(rowOf({ points: days })?.rate).toMatchObject({ rate: 0.1, n: 400 });
    expect(rowOf({ points: [...days, week] })?.rate).toMatchObject({ rate: 0.1, n: 400 });
    const width = (points: RatePoint[]) => rowOf({ points })!.rate!.high - rowOf({ points })!.rate!.low;
    expect(width([...days, week])).toBeGreaterThan(1.3 * width(days));
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
    expect(buildWeeklyReport(inputOf({ findings })).cohorts.map((row) => row.cohort.value)).toEqual(['health', 'work']);
  });

  it('shows of a drifted cohort its rates of the week, and not those since its detector began', () => {
    const points = [
      pointOf({ cell: cellOf({ cohort: topic }) }),
      pointOf({ cell: cellOf({ version: 'atlas', cohort: topic }), sumWeightedHarm: 40 }),
    ];
    const { cohorts } = buildWeeklyReport(inputOf({ points, findings: [findingOf({ cell: cellOf({ cohort: topic }) })] }));
    expect(cohorts).toMatchObject([
      { version: 'boreas', cohort: topic, verdict: 'drifted', cause: 'model', live: { rate: { rate: 0.1 } }, ratio: 2.5 },
    ]);
    expect(JSON.stringify(cohorts)).not.toMatch(/0\.048|3600|41000|1\.7/);
  });

  it('sums up by rater what could be seen', () => {
    const ledger = [{ rater: 'judge', dimension: 'acute.self_harm', state: 'scored', n: 900 }];
    expect(buildWeeklyReport(inputOf({ ledger })).coverage).toMatchObject([{ rater: 'judge', due: 900, scored: 1 }]);
  });

  it.each<[string, Partial<ReportInput>, object]>([
    [
      'of fewer than 20 people is withheld, and neither zero nor missing; its verdict stays',
      { points: [peopleOf(19), pointOf(atlas)], findings: [findingOf()] },
      { rate: null, withheld: 'fewer than 20 people, here or in a cell beside it', ratio: null, verdict: 'drifted' },
    ],
    ['of 20 is not', { points: [peopleOf(20), pointOf(atlas)] }, { rate: { n: 20 }, withheld: null, ratio: 1, daysLeftOut: 0 }],
    [
      'against a withheld LKG is against what that was certified with',
      { points: [pointOf(), peopleOf(19, atlas)], lkg: lkgOf([certified]) },
      { lkg: { source: 'certified' }, ratio: 5 },
    ],
    [
      'against a withheld LKG that was not certified there has no ratio',
      { points: [pointOf(), peopleOf(19, atlas)] },
      { lkg: null, ratio: null },
    ],
  ])('a rate %s', (_fact, over, row) => {
    expect(rowOf(over)).toMatchObject(row);
  });

  it('holds no number of a withheld cell anywhere', () => {
    const odd = { nTraffic: 7_177, nDue: 7_178, nScored: 7_179, sumWeights: 7_180, sumWeightedHarm: 717, rate: 0.717 };
    const cell = cellOf({ cohort: topic });
    const points = [pointOf({ ...odd, nUsers: 3 }), pointOf({ ...odd, nUsers: 3, cell })];
    const report = buildWeeklyReport(inputOf({ points, findings: [findingOf({ cell }), findingOf()] }));
    expect(report.rows).toHaveLength(1);
    expect(JSON.stringify(report)).not.toMatch(/71[78]|0\.099|0\.048|3600/);
  });

  it.each([
    ['before its end', new Date(nextMonday.getTime() - 1), false],
    ['at its end', nextMonday, true],
  ])('is complete %s: %3$s', (_when, now, complete) => {
    expect(buildWeeklyReport(inputOf({ measuredUntil: now })).complete).toBe(complete);
  });
});
