import type { Rollback, RollbackState } from '../domain/rollback.ts';
import type { Db } from './database.ts';
import type { RollbackTable } from './schema.ts';

/** How far verification has got: the evidence per bet, and the hour it has been taken up to. */
export type RecoveryProgress = { readonly logE: readonly number[]; readonly until: string; readonly eValue: number };

export type StoredRollback = Rollback & { readonly recovery: RecoveryProgress | null };

export async function insertRollback(db: Db, rollback: Rollback): Promise<void> {
  await db
    .insertInto('rollback')
    .values({ ...toRow(rollback), recovery: null })
    .execute();
}

export async function updateRollback(db: Db, rollback: Rollback, recovery?: RecoveryProgress): Promise<void> {
  const progress = recovery === undefined ? {} : { recovery: JSON.stringify(recovery) };
  await db
    .updateTable('rollback')
    .set({ ...toRow(rollback), ...progress })
    .where('id', '=', rollback.id)
    .execute();
}

/** With `lock`, the row is held to the end of the transaction, so that two people cannot take the same step at once. */
export async function findRollback(db: Db, id: string, lock = false): Promise<StoredRollback | null> {
  const query = db.selectFrom('rollback').selectAll().where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  return row === undefined ? null : fromRow(row);
}

/** Newest first; of some states only, when given. */
export async function listRollbacks(db: Db, states?: readonly RollbackState[]): Promise<StoredRollback[]> {
  const query = db.selectFrom('rollback').selectAll().orderBy('planned_at', 'desc');
  const rows = await (states === undefined ? query : query.where('state', 'in', states)).execute();
  return rows.map(fromRow);
}

function toRow(rollback: Rollback) {
  return {
    id: rollback.id,
    alert_id: rollback.alertId,
    from_version: rollback.from,
    to_version: rollback.to,
    state: rollback.state,
    planned_by: rollback.plannedBy,
    planned_at: rollback.plannedAt,
    approved_by: rollback.approvedBy,
    approved_at: rollback.approvedAt,
    executed_at: rollback.executedAt,
    verified_at: rollback.verifiedAt,
    note: rollback.note,
  };
}

function fromRow(row: Omit<RollbackTable, 'recovery'> & { recovery: object | null }): StoredRollback {
  const recovery = row.recovery as RecoveryProgress | null;
  return {
    id: row.id,
    alertId: row.alert_id,
    from: row.from_version,
    to: row.to_version,
    state: row.state as RollbackState,
    plannedBy: row.planned_by,
    plannedAt: row.planned_at,
    approvedBy: row.approved_by,
    approvedAt: row.approved_at,
    executedAt: row.executed_at,
    verifiedAt: row.verified_at,
    recoveryEValue: recovery?.eValue ?? null,
    note: row.note,
    recovery,
  };
}
