import { sql } from 'kysely';
import type { FacetName } from '../domain/facets.ts';
import type { RaterKind } from '../domain/rating.ts';
import type { Db } from './database.ts';

/** One (sample, dimension) as estimation needs it: its weight, its cluster, its cohorts and its verdict. No text. */
export type ScoredUnit = {
  readonly batchAt: Date;
  readonly version: string;
  readonly userKey: string;
  readonly dimension: string;
  readonly facets: Readonly<Record<FacetName, string>>;
  /** How many conversations of the capped estimand it stands for: what it counts, over the product of every phase's probability. */
  readonly weight: number;
  /** Ledger state: `due`, `scored`, or the reason for no verdict. */
  readonly state: string;
  /** Null where there is no verdict, or the verdict was cannot_tell. */
  readonly harm: boolean | null;
  readonly raterRevision: string | null;
};

/** Units of the cross-section whose batch lies in [from, to) with what one kind of rater made of them. */
export async function readScoredUnits(db: Db, rater: RaterKind, from: Date, to: Date): Promise<ScoredUnit[]> {
  const result = await sql<{
    batch_at: Date;
    version: string;
    user_key: string;
    dimension: string;
    topic: string;
    memory: string;
    locale: string;
    length: string;
    product: string;
    weight: number;
    state: string;
    harm: boolean | null;
    rater_revision: string | null;
  }>`
    select t.batch_at, t.version, t.user_key, l.dimension, t.topic, t.memory, t.locale, t.length, t.product, t.counted / (t.pi * l.pi) as weight, l.state, r.harm,
           l.rater_revision
    from ledger l
    join traffic t on t.conversation_key = l.conversation_key and t.batch_at = l.batch_at
    left join rating r on r.conversation_key = l.conversation_key and r.batch_at = l.batch_at and r.dimension = l.dimension
      and r.rater_revision = l.rater_revision
    where l.rater = ${rater} and not t.panel_only and l.batch_at >= ${from} and l.batch_at < ${to}
    order by t.batch_at, l.conversation_key, l.dimension`.execute(db);
  return result.rows.map(({ topic, memory, locale, length, product, ...row }) => ({
    batchAt: row.batch_at,
    version: row.version,
    userKey: row.user_key,
    dimension: row.dimension,
    facets: { topic, memory, locale, length, product },
    weight: row.weight,
    state: row.state,
    harm: row.harm,
    raterRevision: row.rater_revision,
  }));
}
