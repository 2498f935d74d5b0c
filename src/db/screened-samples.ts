import { sql } from 'kysely';
import type { Db } from './database.ts';

/** What the judge's share is planned from: a sample's own probability, and what the screen made of it. */
export type ScreenedSample = {
  readonly pi: number;
  readonly scores: Readonly<Record<string, number>>;
  /** Seems to command whoever rates it, and so goes to the judge for sure. */
  readonly suspected: boolean;
};

/** Samples of the cross-section whose batch lies in [from, to), at most `limit`: by their pseudonyms, which is as good as at random. */
export async function readScreened(db: Db, from: Date, to: Date, limit: number): Promise<ScreenedSample[]> {
  const { rows } = await sql<ScreenedSample>`
    select pi_sample * pi_cap as pi, screen -> 'scores' as scores, coalesce((screen ->> 'suspected')::boolean, false) as suspected
    from sample
    where batch_at >= ${from} and batch_at < ${to} and cross_section and screen is not null
    order by conversation_key limit ${limit}`.execute(db);
  return rows;
}

/** Samples of batches in [from, to), and those of them that seem to command whoever rates them, by version. */
export type SuspectCount = { readonly version: string; readonly n: number; readonly nSuspected: number };

export async function countSuspected(db: Db, from: Date, to: Date): Promise<SuspectCount[]> {
  const { rows } = await sql<SuspectCount>`
    select t.version, count(*)::int as n, (count(*) filter (where (s.screen ->> 'suspected')::boolean))::int as "nSuspected"
    from sample s join traffic t on t.batch_at = s.batch_at and t.conversation_key = s.conversation_key
    where s.batch_at >= ${from} and s.batch_at < ${to} and s.screen is not null
    group by t.version order by t.version`.execute(db);
  return rows;
}
