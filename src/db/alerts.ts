import { Alert } from '../domain/alert.ts';
import type { Db } from './database.ts';

/** @returns false when an alert for the same version, baseline and dimension is open already; nothing changes then. */
export async function insertAlert(db: Db, alert: Alert): Promise<boolean> {
  const inserted = await db
    .insertInto('alert')
    .values({
      id: alert.id,
      version: alert.version,
      baseline: alert.baseline,
      dimension: alert.dimension,
      state: alert.state,
      body: JSON.stringify(alert),
      fired_at: new Date(alert.fired_at),
      resolved_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(inserted.numInsertedOrUpdatedRows ?? 0) === 1;
}

export async function updateAlert(db: Db, alert: Alert): Promise<void> {
  await db
    .updateTable('alert')
    .set({
      state: alert.state,
      body: JSON.stringify(alert),
      resolved_at: alert.resolved_at === null ? null : new Date(alert.resolved_at),
    })
    .where('id', '=', alert.id)
    .execute();
}

/** With `lock`, the row is held to the end of the transaction, so that two people cannot change it at once. */
export async function findAlert(db: Db, id: string, lock = false): Promise<Alert | null> {
  const query = db.selectFrom('alert').select('body').where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  return row === undefined ? null : Alert.parse(row.body);
}

/** Newest first. */
export async function listAlerts(db: Db): Promise<Alert[]> {
  const rows = await db.selectFrom('alert').select('body').orderBy('fired_at', 'desc').execute();
  return rows.map((row) => Alert.parse(row.body));
}
