import type { Db } from './database.ts';

/** A working key as it is stored: wrapped, in force from an instant on. */
export type StoredWorkingKey = {
  readonly name: string;
  readonly generation: number;
  readonly from: Date;
  readonly master: string;
  readonly wrapped: Buffer;
};

/** All working keys, or those of one name; the newest generation first. */
export async function readWorkingKeys(db: Db, name?: string): Promise<StoredWorkingKey[]> {
  const query = db
    .selectFrom('working_key')
    .select(['name', 'generation', 'from_at as from', 'master', 'wrapped'])
    .orderBy('name')
    .orderBy('generation', 'desc');
  return (name === undefined ? query : query.where('name', '=', name)).execute();
}

/** Keeps what is there: of two processes that start at once, one makes the keys. @returns how many were new. */
export async function insertWorkingKeys(db: Db, keys: readonly StoredWorkingKey[]): Promise<number> {
  const inserted = await db
    .insertInto('working_key')
    .values(keys.map(({ from, ...key }) => ({ ...key, from_at: from })))
    .onConflict((conflict) => conflict.doNothing())
    .returning('name')
    .execute();
  return inserted.length;
}

/** The same key under another master key. */
export async function updateWrapping(
  db: Db,
  { name, generation, master, wrapped }: Omit<StoredWorkingKey, 'from'>,
): Promise<void> {
  await db
    .updateTable('working_key')
    .set({ master, wrapped })
    .where('name', '=', name)
    .where('generation', '=', generation)
    .execute();
}
