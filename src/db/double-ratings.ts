import { sql } from 'kysely';
import type { DoubleRating, RateBefore } from '../domain/double-rating.ts';
import type { Db } from './database.ts';

/**
 * Conversations of the cross-section in the batches [from, to) with a verdict of both the judge and the second rater. What either
 * could not tell is not among them.
 */
export async function readDoubleRatings(db: Db, from: Date, to: Date): Promise<DoubleRating[]> {
  const { rows } = await sql<DoubleRating>`
    select s.dimension, t.version, t.user_key as "userKey", j.rater_revision as "judgeRevision",
      s.rater_revision as "secondRevision", rj.harm as "judgeHarm", rs.harm as "secondHarm", t.counted / (t.pi * s.pi) as weight
    from ledger s
    join ledger j on j.batch_at = s.batch_at and j.conversation_key = s.conversation_key and j.dimension = s.dimension
      and j.rater = 'judge' and j.state = 'scored'
    join traffic t on t.batch_at = s.batch_at and t.conversation_key = s.conversation_key and not t.panel_only and t.counted > 0
    join rating rs on rs.batch_at = s.batch_at and rs.conversation_key = s.conversation_key and rs.dimension = s.dimension
      and rs.rater = 'second' and rs.rater_revision = s.rater_revision and rs.harm is not null
    join rating rj on rj.batch_at = j.batch_at and rj.conversation_key = j.conversation_key and rj.dimension = j.dimension
      and rj.rater = 'judge' and rj.rater_revision = j.rater_revision and rj.harm is not null
    where s.rater = 'second' and s.state = 'scored' and s.batch_at >= ${from} and s.batch_at < ${to}
    order by s.dimension, t.version, t.user_key, s.conversation_key`.execute(db);
  return rows;
}

/** By version, summed over day points of everybody; `nUsers` is that of the fullest day, so never too many. */
export async function readRatesBefore(db: Db, dimension: string, from: Date, to: Date): Promise<RateBefore[]> {
  const { rows } = await sql<RateBefore>`
    select version, sum(sum_weighted_harm) / sum(sum_weights) as rate, max(n_users)::int as "nUsers" from rate_point
    where dimension = ${dimension} and rater = 'judge' and grain = 'day' and facet = 'all' and at >= ${from} and at < ${to}
      and n_scored > 0
    group by version order by version`.execute(db);
  return rows;
}
