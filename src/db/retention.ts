import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';
import { readMeta } from './meta.ts';
import type { Tables } from './schema.ts';

/** Every function here takes at most `limit` conversations or rows, in one transaction, and says what it took. */
type Taken = { readonly [kind: string]: number };

/** The retention of transcripts that every stored sample keeps to, in days; null before the first time. */
export async function readKeptDays(db: Db): Promise<number | null> {
  const days = await readMeta(db, 'transcript_days');
  return days === null ? null : Number(days);
}

export async function noteKeptDays(db: Db, days: number): Promise<void> {
  const value = String(days);
  await db
    .insertInto('meta')
    .values({ key: 'transcript_days', value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

/**
 * Brings samples' expiry forward to `days` after their conversations began, where the setting was lowered since they were
 * stored. Never puts it off: what somebody was promised then holds.
 */
export async function shortenExpiry(db: Db, days: number, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    with late as (
      select s.batch_at, s.conversation_key, t.at + make_interval(days => ${days}) as expires_at
      from sample s join traffic t on t.conversation_key = s.conversation_key and t.batch_at = s.batch_at
      where s.expires_at > t.at + make_interval(days => ${days}) limit ${limit})
    update sample s set expires_at = late.expires_at from late
    where s.batch_at = late.batch_at and s.conversation_key = late.conversation_key`.execute(db);
  return Number(numAffectedRows);
}

/**
 * Deletes samples whose time is up, with the notes of their ratings, which quote them. What was not rated by then never will
 * be. The ledger comes first, so that a rater just writing a verdict has either written it, note and all, or writes nothing.
 */
export async function dropExpiredTexts(db: Kysely<Tables>, now: Date, limit: number): Promise<Taken> {
  const due = await db
    .selectFrom('sample')
    .select(['batch_at', 'conversation_key'])
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit)
    .execute();
  if (due.length === 0) return { samples: 0, unrated: 0, notes: 0 };
  const units = recordset(due);
  return db.transaction().execute(async (trx) => {
    const unrated = await sql`
      update ledger x set state = 'expired', lease_until = null, lease_by = null, updated_at = ${now} from ${units}
      where x.batch_at = i.batch_at and x.conversation_key = i.key and x.state = 'due'`.execute(trx);
    const notes = await sql`
      update rating x set sealed = null from ${units}
      where x.batch_at = i.batch_at and x.conversation_key = i.key and x.sealed is not null`.execute(trx);
    await deleteUnits(trx, 'judge_answer', units);
    await deleteUnits(trx, 'judge_batch_item', units);
    return { samples: await deleteUnits(trx, 'sample', units), unrated: affected(unrated), notes: affected(notes) };
  });
}

/** Deletes the notes of conversations that began before `before`; those of deleted samples went with them. */
export async function dropOldNotes(db: Db, before: Date, limit: number): Promise<number> {
  const result = await sql`
    with old as (
      select r.batch_at, r.conversation_key, r.dimension, r.rater_revision
      from sample s
      join traffic t on t.conversation_key = s.conversation_key and t.batch_at = s.batch_at
      join rating r on r.batch_at = s.batch_at and r.conversation_key = s.conversation_key
      where t.at <= ${before} and r.sealed is not null limit ${limit})
    update rating r set sealed = null from old
    where r.batch_at = old.batch_at and r.conversation_key = old.conversation_key and r.dimension = old.dimension
      and r.rater_revision = old.rater_revision`.execute(db);
  return affected(result);
}

/**
 * Deletes data keys made before `before` that nothing is sealed with any more: notes go with their samples at the latest.
 * Under the intake lock, or somebody may be about to seal a text with one.
 */
export async function dropIdleKeys(db: Db, before: Date, limit: number): Promise<number> {
  const result = await sql`
    delete from data_key where owner in (
      select k.owner from data_key k
      where k.created_at < ${before} and not exists (select from sample s where s.user_key = k.owner) limit ${limit})`.execute(
    db,
  );
  return affected(result);
}

/**
 * Forgets who was in waves of the panel that ended before `before`, and counts how they left: `silent` if they were not seen
 * in a wave's last 14 days, `left` with its end otherwise.
 */
export async function dropPanelMembers(db: Db, before: Date, limit: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    with gone as (
      delete from panel_member where panel_key in (select panel_key from panel_member where to_at <= ${before} limit ${limit})
      returning wave, case when last_seen_at < to_at - interval '14 days' then 'silent' else 'left' end as reason),
    noted as (
      insert into panel_attrition as a (wave, reason, n) select wave, reason, count(*)::int from gone group by wave, reason
      on conflict (wave, reason) do update set n = a.n + excluded.n)
    select count(*)::int as n from gone`.execute(db);
  return rows[0]?.n ?? 0;
}

/**
 * Deletes conversations that began up to `began`, of batches before `seen`: their traffic rows, ledger and verdicts.
 * @param late whether to look also for those that came so late that a batch after `began` counts them: looks at every row.
 */
export async function dropVerdicts(
  db: Kysely<Tables>,
  { began, seen, late, limit }: { began: Date; seen: Date; late: boolean; limit: number },
): Promise<Taken> {
  let query = db
    .selectFrom('traffic')
    .select(['batch_at', 'conversation_key'])
    .where('at', '<=', began)
    .where('batch_at', '<', seen);
  if (!late) query = query.where('batch_at', '<=', began);
  const due = await query.limit(limit).execute();
  if (due.length === 0) return { traffic: 0, ledger: 0, ratings: 0, labels: 0 };
  const units = recordset(due);
  return db.transaction().execute(async (trx) => ({
    labels: affected(await sql`delete from human_label x using ${units} where x.conversation_key = i.key`.execute(trx)),
    ledger: await deleteUnits(trx, 'ledger', units),
    ratings: await deleteUnits(trx, 'rating', units),
    traffic: await deleteUnits(trx, 'traffic', units),
  }));
}

/** Deletes what people said of conversations whose traffic rows went with their month. */
export async function dropLostLabels(db: Db): Promise<number> {
  return affected(
    await sql`
      delete from human_label l where not exists (select from traffic t where t.conversation_key = l.conversation_key)`.execute(
      db,
    ),
  );
}

/** Deletes rows whose window began before `before`. */
export async function dropBefore(
  db: Db,
  [table, column]: readonly ['traffic_count' | 'detector_step', 'batch_at'] | readonly ['rate_point', 'at'],
  before: Date,
  limit: number,
): Promise<number> {
  const at = sql.id(column);
  // Rows of a partitioned table are told apart by partition and place.
  const result = await sql`
    delete from ${sql.table(table)} where ${at} < ${before} and (tableoid, ctid) in (
      select tableoid, ctid from ${sql.table(table)} where ${at} < ${before} limit ${limit})`.execute(db);
  return affected(result);
}

async function deleteUnits(
  trx: Db,
  table: 'sample' | 'ledger' | 'rating' | 'judge_answer' | 'judge_batch_item' | 'traffic',
  units: RawBuilder<unknown>,
): Promise<number> {
  return affected(
    await sql`delete from ${sql.table(table)} x using ${units} where x.batch_at = i.batch_at and x.conversation_key = i.key`.execute(
      trx,
    ),
  );
}

function recordset(rows: readonly { batch_at: Date; conversation_key: string }[]): RawBuilder<unknown> {
  const units = rows.map((row) => ({ key: row.conversation_key, batch_at: row.batch_at }));
  return sql`json_to_recordset(${JSON.stringify(units)}::json) as i(key text, batch_at timestamptz)`;
}

function affected({ numAffectedRows }: { readonly numAffectedRows?: bigint | undefined }): number {
  return Number(numAffectedRows ?? 0);
}
