import { sql } from 'kysely';
import type { RaterKind } from '../domain/rating.ts';
import type { Db } from './database.ts';

/** A dimension's rate in one cohort of all versions together, over the days that start in a window. */
export type RateSum = {
  readonly dimension: string;
  readonly facet: string;
  readonly value: string;
  /** Sum of weighted harm over sum of weights. */
  readonly rate: number;
  /** Rated conversations, and as many as they are worth by each day's design effect. */
  readonly n: number;
  readonly nEff: number;
};

/** Adds up day points from their sums, not their rates: a day counts by the traffic it stood for. */
export async function sumRates(db: Db, rater: RaterKind, from: Date, to: Date, facets: readonly string[]): Promise<RateSum[]> {
  const result = await sql<RateSum>`
    select dimension, facet, value, sum(sum_weighted_harm) / sum(sum_weights) as rate,
           sum(n_scored)::float8 as n, sum(coalesce(n_eff, 1))::float8 as "nEff"
    from rate_point
    where grain = 'day' and rater = ${rater} and at >= ${from} and at < ${to} and n_scored > 0
      and facet = any(${[...facets]}::text[])
    group by dimension, facet, value
    order by dimension, facet, value`.execute(db);
  return result.rows;
}
