import type { Selectable } from 'kysely';
import type { Db } from './database.ts';
import type { Counts, Unit } from './erasure.ts';
import type { ErasureTable } from './schema.ts';

/** The names that an unfinished erasure works off; forgotten when it is done. */
export type ErasedNames = {
  readonly users: readonly string[];
  readonly panels: readonly string[];
  /** The person's conversations, and how many of them have been dealt with. */
  readonly conversations: readonly Unit[];
  readonly done: number;
};

export type Erasure = {
  readonly id: string;
  /** Suppression key of the person. */
  readonly hash: string;
  readonly reason: string;
  readonly requestedAt: Date;
  readonly requestedBy: string;
  /** Rows dealt with so far, by table. */
  readonly counts: Counts;
  /** Null once it is finished; from then on there is a receipt. */
  readonly names: ErasedNames | null;
  readonly receipt: object | null;
};

export async function insertErasure(db: Db, erasure: Omit<Erasure, 'receipt'>): Promise<void> {
  await db
    .insertInto('erasure')
    .values({
      id: erasure.id,
      user_hash: erasure.hash,
      reason: erasure.reason,
      state: 'requested',
      requested_at: erasure.requestedAt,
      requested_by: erasure.requestedBy,
      pseudonyms: JSON.stringify(erasure.names),
      counts: JSON.stringify(erasure.counts),
    })
    .execute();
}

/** Held to the end of the transaction, so that two processes that finish the same erasure take turns. */
export async function lockErasure(trx: Db, id: string): Promise<Erasure> {
  return toErasure(await trx.selectFrom('erasure').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow());
}

export async function noteProgress(db: Db, id: string, names: ErasedNames, counts: Counts): Promise<void> {
  const progress = { pseudonyms: JSON.stringify(names), counts: JSON.stringify(counts) };
  await db.updateTable('erasure').set(progress).where('id', '=', id).execute();
}

/** The names go with the last step: from here on nothing in the database says which were one person's. */
export async function closeErasure(db: Db, id: string, receipt: object, at: Date): Promise<void> {
  await db
    .updateTable('erasure')
    .set({ state: 'done', pseudonyms: null, receipt: JSON.stringify(receipt), finished_at: at })
    .where('id', '=', id)
    .execute();
}

/** The newest erasure of a person. */
export async function latestErasure(db: Db, hash: string): Promise<Erasure | null> {
  const row = await db
    .selectFrom('erasure')
    .selectAll()
    .where('user_hash', '=', hash)
    .orderBy('requested_at', 'desc')
    // An erasure that was asked for in the same instant as an opting out says more.
    .orderBy((w) => w('reason', '=', 'opt-out'))
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toErasure(row);
}

/** Erasures that are not finished, oldest first; of one person, when given. */
export async function unfinishedErasures(db: Db, hash?: string): Promise<string[]> {
  const query = db.selectFrom('erasure').select('id').where('state', '=', 'requested').orderBy('requested_at');
  const rows = await (hash === undefined ? query : query.where('user_hash', '=', hash)).execute();
  return rows.map(({ id }) => id);
}

function toErasure(row: Selectable<ErasureTable>): Erasure {
  return {
    id: row.id,
    hash: row.user_hash,
    reason: row.reason,
    requestedAt: row.requested_at,
    requestedBy: row.requested_by,
    counts: row.counts ?? {},
    names: row.pseudonyms as ErasedNames | null,
    receipt: row.receipt,
  };
}
