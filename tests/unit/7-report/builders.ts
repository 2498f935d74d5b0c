import type { ReportInput } from '../../../src/7-report/weekly-report.ts';
import type { Cell } from '../../../src/domain/cell.ts';
import type { RatePoint } from '../../../src/domain/rate-point.ts';

export const monday = new Date('2026-04-20T00:00:00Z');
export const nextMonday = new Date('2026-04-27T00:00:00Z');

export const cellOf = (over: Partial<Cell> = {}): Cell => ({
  version: 'boreas',
  dimension: 'concrete.flattery' as Cell['dimension'],
  cohort: { facet: 'all', value: 'all' },
  ...over,
});

/** A day with 200 rated conversations of 200 people, a tenth harmful, each standing for five. */
export const pointOf = (over: Partial<RatePoint> = {}): RatePoint => ({
  cell: cellOf(),
  grain: 'day',
  at: monday,
  nTraffic: 1_000,
  nDue: 210,
  nScored: 200,
  nUsers: 200,
  sumWeights: 1_000,
  sumWeightedHarm: 100,
  rate: 0.1,
  variance: 0.09 / 200,
  df: 199,
  nEff: 200,
  low: 0.066,
  high: 0.149,
  ...over,
});

export const dayOf = (n: number): Date => new Date(monday.getTime() + n * 86_400_000);

/** A day of so many people, each with one rated conversation that stands for five; a tenth of them harmful. */
export const peopleOf = (nUsers: number, over: Partial<RatePoint> = {}): RatePoint =>
  pointOf({
    nTraffic: 5 * nUsers,
    nDue: nUsers,
    nScored: nUsers,
    nUsers,
    sumWeights: 5 * nUsers,
    sumWeightedHarm: nUsers / 2,
    df: Math.max(0, nUsers - 1),
    ...over,
  });

export const inputOf = (over: Partial<ReportInput> = {}): ReportInput => ({
  week: '2026-W17',
  from: monday,
  to: nextMonday,
  now: nextMonday,
  measuredUntil: nextMonday,
  lkg: { version: 'atlas', by: 'Robin', at: new Date('2026-04-01T00:00:00Z'), rates: [] },
  points: [],
  findings: [],
  alerts: [],
  rollbacks: [],
  ledger: [],
  simulated: false,
  rater: 'judge',
  disclosure: { minUsers: 20, epochDays: 7 },
  ...over,
});
