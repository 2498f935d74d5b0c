import type { Db } from './database.ts';

/** The outbox: written with the decision it tells of, in one transaction, and posted after, until it is taken. */
export type Delivery = {
  readonly id: string;
  readonly kind: 'alert' | 'rollback';
  readonly url: string;
  readonly body: object;
  readonly attempts: number;
};

export async function enqueueDelivery(db: Db, delivery: Omit<Delivery, 'attempts'>, now: Date): Promise<void> {
  await db
    .insertInto('delivery')
    .values({
      id: delivery.id,
      kind: delivery.kind,
      url: delivery.url,
      body: JSON.stringify(delivery.body),
      created_at: now,
      next_attempt_at: now,
      delivered_at: null,
      last_error: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

export async function dueDeliveries(db: Db, now: Date): Promise<Delivery[]> {
  const rows = await db
    .selectFrom('delivery')
    .selectAll()
    .where('delivered_at', 'is', null)
    .where('next_attempt_at', '<=', now)
    .orderBy('created_at')
    .limit(100)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind as Delivery['kind'],
    url: row.url,
    body: row.body,
    attempts: row.attempts,
  }));
}

export async function markDelivered(db: Db, id: string, now: Date): Promise<void> {
  await db.updateTable('delivery').set({ delivered_at: now, last_error: null }).where('id', '=', id).execute();
}

export async function postponeDelivery(db: Db, delivery: Delivery, nextAttemptAt: Date, error: string): Promise<void> {
  await db
    .updateTable('delivery')
    .set({ attempts: delivery.attempts + 1, next_attempt_at: nextAttemptAt, last_error: error })
    .where('id', '=', delivery.id)
    .execute();
}

/** Posts that have been tried and not been taken yet: what `status` warns of. */
export async function failingDeliveries(
  db: Db,
): Promise<{ id: string; kind: string; attempts: number; lastError: string | null }[]> {
  const rows = await db
    .selectFrom('delivery')
    .select(['id', 'kind', 'attempts', 'last_error'])
    .where('delivered_at', 'is', null)
    .where('attempts', '>', 0)
    .execute();
  return rows.map((row) => ({ id: row.id, kind: row.kind, attempts: row.attempts, lastError: row.last_error }));
}
