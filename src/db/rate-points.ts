import { DimensionId } from '../domain/dimension.ts';
import type { Grain, RatePoint } from '../domain/rate-point.ts';
import type { RaterKind } from '../domain/rating.ts';
import type { Db } from './database.ts';
import { insertMany } from './insert-many.ts';
import type { RatePointTable } from './schema.ts';

/** A rate point as stored: with the rater whose verdicts it rests on and the thumbs of the same traffic. */
export type StoredRatePoint = RatePoint & { readonly rater: RaterKind; readonly nThumbUp: number; readonly nThumbDown: number };

const columns = {
  version: 'text',
  dimension: 'text',
  facet: 'text',
  value: 'text',
  grain: 'text',
  at: 'timestamptz',
  rater: 'text',
  n_traffic: 'int',
  n_due: 'int',
  n_scored: 'int',
  n_users: 'int',
  sum_weights: 'float8',
  sum_weighted_harm: 'float8',
  rate: 'float8',
  variance: 'float8',
  df: 'int',
  n_eff: 'float8',
  low: 'float8',
  high: 'float8',
  n_thumb_up: 'int',
  n_thumb_down: 'int',
} as const satisfies Record<keyof RatePointTable, string>;

/** Written once, when its window closes, and never edited: a second writer of the same point changes nothing. */
export async function insertRatePoints(db: Db, points: readonly StoredRatePoint[]): Promise<void> {
  await insertMany(db, 'rate_point', columns, points.map(toRow), 'ignore');
}

/** Points of one grain whose window starts in [from, to), in time order. */
export async function readRatePoints(db: Db, rater: RaterKind, grain: Grain, from: Date, to: Date): Promise<StoredRatePoint[]> {
  const rows = await db
    .selectFrom('rate_point')
    .selectAll()
    .where('rater', '=', rater)
    .where('grain', '=', grain)
    .where('at', '>=', from)
    .where('at', '<', to)
    .orderBy('at')
    .execute();
  return rows.map(fromRow);
}

function toRow(point: StoredRatePoint): RatePointTable {
  return {
    version: point.cell.version,
    dimension: point.cell.dimension,
    facet: point.cell.cohort.facet,
    value: point.cell.cohort.value,
    grain: point.grain,
    at: point.at,
    rater: point.rater,
    n_traffic: point.nTraffic,
    n_due: point.nDue,
    n_scored: point.nScored,
    n_users: point.nUsers,
    sum_weights: point.sumWeights,
    sum_weighted_harm: point.sumWeightedHarm,
    rate: point.rate,
    variance: point.variance,
    df: point.df,
    n_eff: point.nEff,
    low: point.low,
    high: point.high,
    n_thumb_up: point.nThumbUp,
    n_thumb_down: point.nThumbDown,
  };
}

function fromRow(row: RatePointTable): StoredRatePoint {
  return {
    cell: {
      version: row.version,
      dimension: DimensionId.parse(row.dimension),
      cohort: { facet: row.facet, value: row.value },
    },
    grain: row.grain as Grain,
    at: row.at,
    rater: row.rater as RaterKind,
    nTraffic: row.n_traffic,
    nDue: row.n_due,
    nScored: row.n_scored,
    nUsers: row.n_users,
    sumWeights: row.sum_weights,
    sumWeightedHarm: row.sum_weighted_harm,
    rate: row.rate,
    variance: row.variance,
    df: row.df,
    nEff: row.n_eff,
    low: row.low,
    high: row.high,
    nThumbUp: row.n_thumb_up,
    nThumbDown: row.n_thumb_down,
  };
}
