import { sql } from 'kysely';
import type { Db } from './database.ts';

/** Conversations of one stratum of one version. */
export type StratumCount = {
  readonly version: string;
  readonly topic: string;
  readonly memory: string;
  readonly length: string;
  readonly locale: string;
  readonly n: number;
};

/**
 * Conversations of each stratum in the batches of [from, to), what an edge sampler counted included. The band of length is the
 * latest known: where conversations are sent while they grow, that is longer than the band they were decided by.
 */
export async function countStrata(db: Db, from: Date, to: Date): Promise<StratumCount[]> {
  const result = await sql<StratumCount>`
    select version, topic, memory, length, locale, sum(n)::int as n
    from (
      select version, topic, memory, length, locale, 1 as n from traffic
      where batch_at >= ${from} and batch_at < ${to} and not at_edge
      union all
      select version, topic, memory, length, locale, n from traffic_count
      where batch_at >= ${from} and batch_at < ${to}
    ) as seen
    group by version, topic, memory, length, locale
    order by version, topic, memory, length, locale`.execute(db);
  return result.rows;
}
