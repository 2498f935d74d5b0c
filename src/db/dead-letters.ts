import { sql } from 'kysely';
import type { Db } from './database.ts';

/** Due ratings that ended without a verdict, by what ended them. */
export type DeadLetters = {
  readonly rater: string;
  readonly dimension: string;
  readonly reason: string;
  readonly n: number;
  readonly oldest: Date;
  readonly newest: Date;
  /** How many could still be asked again: their hour is open and their text is kept. */
  readonly nAlive: number;
};

/** @param open the first hour that is still open: a closed one is never edited. */
export async function listDeadLetters(db: Db, now: Date, open: Date): Promise<DeadLetters[]> {
  const { rows } = await sql<DeadLetters>`
    select l.rater, l.dimension, l.state as reason, count(*)::int as n, min(l.batch_at) as oldest, max(l.batch_at) as newest,
      (count(*) filter (where l.batch_at >= ${open} and s.expires_at > ${now}))::int as "nAlive"
    from ledger l left join sample s on s.batch_at = l.batch_at and s.conversation_key = l.conversation_key
    where l.state not in ('due', 'scored')
    group by l.rater, l.dimension, l.state order by l.rater, l.state, l.dimension`.execute(db);
  return rows;
}

/**
 * Makes them due again, with their attempts counted anew. Of closed hours none is: their rates were shown as they are.
 * @returns how many.
 */
export async function rerunDeadLetters(
  db: Db,
  { rater, reason, dimension, now, open }: { rater: string; reason: string; dimension: string | null; now: Date; open: Date },
): Promise<number> {
  const only = dimension === null ? sql`` : sql`and l.dimension = ${dimension}`;
  const { numAffectedRows } = await sql`
    update ledger l set state = 'due', attempts = 0, lease_until = null, lease_by = null, next_attempt_at = ${now},
      rater_revision = null, updated_at = ${now}
    from sample s
    where s.batch_at = l.batch_at and s.conversation_key = l.conversation_key and s.expires_at > ${now}
      and l.rater = ${rater} and l.state = ${reason} and l.state not in ('due', 'scored') and l.batch_at >= ${open} ${only}`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}
