import { sql } from 'kysely';
import type { Db } from './database.ts';
import type { Tables } from './schema.ts';

/** Every column under which rows of a person stand. A test holds this list against the schema. */
export const namedColumns: Readonly<Partial<Record<keyof Tables, readonly string[]>>> = {
  traffic: ['conversation_key', 'user_key'],
  sample: ['conversation_key', 'user_key', 'panel_key'],
  ledger: ['conversation_key'],
  rating: ['conversation_key'],
  judge_answer: ['conversation_key'],
  judge_batch_item: ['conversation_key'],
  human_label: ['conversation_key'],
  data_key: ['owner'],
  panel_member: ['panel_key'],
};

/** A conversation, by the name and the batch its rows stand under. */
export type Unit = { readonly key: string; readonly batch_at: string };

export type Counts = Readonly<Record<string, number>>;

/** Every conversation of a person, under whatever name of theirs. */
export async function findConversations(db: Db, users: readonly string[], panels: readonly string[]): Promise<Unit[]> {
  const { rows } = await sql<{ conversation_key: string; batch_at: Date }>`
    select conversation_key, batch_at from traffic where user_key = any(${users}::text[])
    union select conversation_key, batch_at from sample where user_key = any(${users}::text[])
    union select conversation_key, batch_at from sample where panel_key = any(${panels}::text[])`.execute(db);
  return rows.map((row) => ({ key: row.conversation_key, batch_at: row.batch_at.toISOString() }));
}

/** Makes samples unreadable for every query at once, as if their time were up: those from before data keys have no key to lose. */
export async function expireSamples(db: Db, units: readonly Unit[], now: Date): Promise<void> {
  await sql`
    update sample s set expires_at = least(s.expires_at, ${now}) from ${recordset(units)}
    where s.batch_at = i.batch_at and s.conversation_key = i.key`.execute(db);
}

/** Takes people out of the panel, and counts in which wave and why. @returns how many. */
export async function leavePanel(db: Db, panels: readonly string[], reason: 'erased' | 'opted_out'): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    with gone as (delete from panel_member where panel_key = any(${panels}::text[]) returning wave),
    noted as (
      insert into panel_attrition as a (wave, reason, n) select wave, ${reason}, count(*)::int from gone group by wave
      on conflict (wave, reason) do update set n = a.n + excluded.n)
    select count(*)::int as n from gone`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Names of the waves that a person may have rows of: those running, and those that somebody has left. */
export async function readWaves(db: Db): Promise<string[]> {
  const { rows } = await sql<{ wave: string }>`select wave from panel_member union select wave from panel_attrition`.execute(db);
  return rows.map(({ wave }) => wave);
}

/**
 * Deletes what there is of some conversations, and leaves their traffic rows as counts under random names.
 * The ledger goes first: a rater that is just writing a verdict holds its row, and whatever it has written is there to be
 * deleted once we have got it; without the row it writes nothing.
 */
export async function eraseConversations(db: Db, units: readonly Unit[]): Promise<Counts> {
  const counts: Record<string, number> = {};
  for (const table of ['ledger', 'rating', 'judge_answer', 'judge_batch_item', 'sample'] as const) {
    const { numAffectedRows } = await sql`
      delete from ${sql.table(table)} x using ${recordset(units)}
      where x.batch_at = i.batch_at and x.conversation_key = i.key`.execute(db);
    counts[table] = Number(numAffectedRows);
  }
  const labels = await sql`delete from human_label x using ${recordset(units)} where x.conversation_key = i.key`.execute(db);
  counts.human_label = Number(labels.numAffectedRows);
  const random = sql`replace(gen_random_uuid()::text, '-', '')`;
  const { numAffectedRows } = await sql`
    update traffic x
    set conversation_key = ${random}, user_key = ${random}, at = x.batch_at, thumb = null, seconds = null, n_turns = 0
    from ${recordset(units)} where x.batch_at = i.batch_at and x.conversation_key = i.key`.execute(db);
  counts.traffic = Number(numAffectedRows);
  return counts;
}

function recordset(units: readonly Unit[]) {
  return sql`json_to_recordset(${JSON.stringify(units)}::json) as i(key text, batch_at timestamptz)`;
}

/**
 * One statement that counts, for every table, the rows left under names whose digests these are. Digests and not the names,
 * because a receipt is kept, and shown around, and must not itself say which names were one person's.
 */
export function verificationSql(digests: readonly string[]): string {
  const gone = `with gone as (select unnest(array[${digests.map((digest) => `'${hexOnly(digest)}'`).join(',')}]::text[]) as digest)`;
  const counts = Object.entries(namedColumns).map(([table, columns]) => {
    const named = columns.map(
      (column) => `left(encode(sha256(convert_to(${column}, 'UTF8')), 'hex'), 32) in (select digest from gone)`,
    );
    return `select '${table}' as "table", count(*)::int as n from ${table} where ${named.join(' or ')}`;
  });
  return [gone, counts.join('\nunion all '), 'order by 1'].join('\n');
}

function hexOnly(digest: string): string {
  if (!/^[0-9a-f]{32}$/.test(digest)) throw new RangeError('a digest must be 32 hex digits');
  return digest;
}

/** Runs a statement of `verificationSql`, where it can change nothing. @returns rows left by table. */
export async function countLeft(db: Db, statement: string): Promise<Counts> {
  const { rows } = await db
    .transaction()
    .setAccessMode('read only')
    .execute((trx) => sql.raw<{ table: string; n: number }>(statement).execute(trx));
  return Object.fromEntries(rows.map(({ table, n }) => [table, n]));
}
