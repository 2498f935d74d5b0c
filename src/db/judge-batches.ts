import { sql } from 'kysely';
import type { Claim } from '../domain/claim.ts';
import type { RaterKind } from '../domain/rating.ts';
import type { Db } from './database.ts';
import { insertMany } from './insert-many.ts';

/**
 * - new: written down with its questions, maybe already at the endpoint.
 * - submitted: at the endpoint, under its remote id.
 * - read: every answer is settled; files may still lie at the endpoint.
 */
export type BatchState = 'new' | 'submitted' | 'read';

export type StoredBatch = {
  readonly id: string;
  readonly judge: string;
  readonly remoteId: string | null;
  readonly state: BatchState;
  readonly createdAt: Date;
};

/** One question of a batch: a window of a sample, asked of everything that is rated together. */
export type BatchQuestion = {
  readonly customId: string;
  readonly conversationKey: string;
  readonly batchAt: Date;
  readonly rater: RaterKind;
  readonly call: string;
  readonly part: number;
};

/** Writes a batch down before anything of it leaves. @param db the transaction that claimed its samples. */
export async function insertBatch(
  db: Db,
  { id, judge, now }: { id: string; judge: string; now: Date },
  questions: readonly BatchQuestion[],
): Promise<void> {
  await db
    .insertInto('judge_batch')
    .values({ id, judge, remote_id: null, state: 'new', created_at: now, ended_at: null, lease_until: null })
    .execute();
  const columns = {
    batch_id: 'text',
    custom_id: 'text',
    conversation_key: 'text',
    batch_at: 'timestamptz',
    rater: 'text',
    call: 'text',
    part: 'int',
  } as const;
  await insertMany(
    db,
    'judge_batch_item',
    columns,
    questions.map((each) => ({
      batch_id: id,
      custom_id: each.customId,
      conversation_key: each.conversationKey,
      batch_at: each.batchAt,
      rater: each.rater,
      call: each.call,
      part: each.part,
    })),
  );
}

/** The batches of a judge, oldest first, each leased to the caller until `leaseUntil`: nobody else moves it on meanwhile. */
export async function leaseBatches(db: Db, judge: string, now: Date, leaseUntil: Date): Promise<StoredBatch[]> {
  const { rows } = await sql<StoredBatch>`
    update judge_batch set lease_until = ${leaseUntil}
    where judge = ${judge} and (lease_until is null or lease_until <= ${now})
    returning id, judge, remote_id as "remoteId", state, created_at as "createdAt"`.execute(db);
  return [...rows].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

export async function moveBatch(
  db: Db,
  id: string,
  to: { state: BatchState; remoteId: string | null; endedAt: Date | null },
): Promise<void> {
  await db
    .updateTable('judge_batch')
    .set({ state: to.state, remote_id: to.remoteId, ended_at: to.endedAt, lease_until: null })
    .where('id', '=', id)
    .execute();
}

export async function releaseBatch(db: Db, id: string): Promise<void> {
  await db.updateTable('judge_batch').set({ lease_until: null }).where('id', '=', id).execute();
}

export async function dropBatch(db: Db, id: string): Promise<void> {
  await db.deleteFrom('judge_batch').where('id', '=', id).execute();
}

/** Every judge that a batch was made for and that is not done with it yet. */
export async function readBatchJudges(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('judge_batch').select('judge').distinct().orderBy('judge').execute();
  return rows.map(({ judge }) => judge);
}

/** What a batch asks, as far as it is still wanted: the samples it was made for, with the dimensions leased to it. */
export async function readBatch(db: Db, id: string): Promise<{ questions: BatchQuestion[]; claims: Claim[] }> {
  const items = await db.selectFrom('judge_batch_item').selectAll().where('batch_id', '=', id).orderBy('custom_id').execute();
  const { rows } = await sql<{
    conversation_key: string;
    batch_at: Date;
    sealed: Buffer;
    user_key: string;
    master: string | null;
    wrapped: Buffer | null;
    dimensions: string[];
    attempts: number;
  }>`
    select s.conversation_key, s.batch_at, s.sealed, s.user_key, k.master, k.wrapped,
      array_agg(l.dimension order by l.dimension) as dimensions, max(l.attempts) as attempts
    from ledger l
    join sample s on s.batch_at = l.batch_at and s.conversation_key = l.conversation_key
    left join data_key k on k.owner = s.user_key
    where l.lease_by = ${batchWorker(id)} and l.state = 'due'
    group by s.conversation_key, s.batch_at, s.sealed, s.user_key, k.master, k.wrapped`.execute(db);
  return {
    questions: items.map((item) => ({
      customId: item.custom_id,
      conversationKey: item.conversation_key,
      batchAt: item.batch_at,
      rater: item.rater as RaterKind,
      call: item.call,
      part: item.part,
    })),
    claims: rows.map((row) => ({
      conversationKey: row.conversation_key,
      batchAt: row.batch_at,
      sealed: row.sealed,
      key: row.master === null || row.wrapped === null ? null : { owner: row.user_key, master: row.master, wrapped: row.wrapped },
      dimensions: row.dimensions,
      attempts: row.attempts,
    })),
  };
}

/** The name under which a batch holds its samples in the ledger. */
export function batchWorker(id: string): string {
  return `batch ${id}`;
}
