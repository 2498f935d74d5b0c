import { sql } from 'kysely';
import type { WrappedKey } from '../domain/vault.ts';
import type { Db } from './database.ts';
import { bytes, insertMany } from './insert-many.ts';

/** The data keys there are, by owner. */
export async function readDataKeys(db: Db, owners: readonly string[]): Promise<Map<string, WrappedKey>> {
  if (owners.length === 0) return new Map();
  const rows = await db
    .selectFrom('data_key')
    .select(['owner', 'master', 'wrapped'])
    .where(sql<boolean>`owner = any(${owners}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.owner, row]));
}

/** Fails where an owner has a key: what the lost one has sealed would never open. Callers read first, under the intake lock. */
export async function insertDataKeys(db: Db, keys: readonly WrappedKey[], now: Date): Promise<void> {
  const columns = { owner: 'text', created_at: 'timestamptz', master: 'text', wrapped: 'bytea' } as const;
  const rows = keys.map(({ owner, master, wrapped }) => ({ owner, created_at: now, master, wrapped: bytes(wrapped) }));
  await insertMany(db, 'data_key', columns, rows);
}

/** What these keys have sealed never opens again. @returns how many there were. */
export async function deleteDataKeys(db: Db, owners: readonly string[]): Promise<number> {
  const result = await db.deleteFrom('data_key').where(sql<boolean>`owner = any(${owners}::text[])`).executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** How many working keys and data keys each master key wraps. */
export async function countByMaster(db: Db): Promise<{ master: string; nWorkingKeys: number; nDataKeys: number }[]> {
  const result = await sql<{ master: string; n_working: number; n_data: number }>`
    select master, sum(working)::int as n_working, sum(data)::int as n_data from (
      select master, count(*) as working, 0 as data from working_key group by master
      union all select master, 0, count(*) from data_key group by master) counted
    group by master order by master`.execute(db);
  return result.rows.map((row) => ({ master: row.master, nWorkingKeys: row.n_working, nDataKeys: row.n_data }));
}

/**
 * Data keys under these master keys, in the order of their owners from `after` on, locked until the caller's transaction ends.
 * Those that somebody else holds are left out, so that a rotation never waits for an erasure that waits for it.
 */
export async function lockDataKeys(db: Db, masters: readonly string[], after: string, limit: number): Promise<WrappedKey[]> {
  return db
    .selectFrom('data_key')
    .select(['owner', 'master', 'wrapped'])
    .where(sql<boolean>`master = any(${masters}::text[])`)
    .where('owner', '>', after)
    .orderBy('owner')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
}

/** The same keys under another master key. */
export async function updateDataKeys(db: Db, keys: readonly WrappedKey[]): Promise<void> {
  if (keys.length === 0) return;
  const rows = keys.map(({ owner, master, wrapped }) => ({ owner, master, wrapped: bytes(wrapped) }));
  await sql`
    update data_key k set master = i.master, wrapped = i.wrapped
    from json_to_recordset(${JSON.stringify(rows)}::json) as i(owner text, master text, wrapped bytea)
    where k.owner = i.owner`.execute(db);
}
