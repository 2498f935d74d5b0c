import type { Db } from './database.ts';

export async function readMeta(db: Db, key: string): Promise<string | null> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
  return row?.value ?? null;
}

/** Written once: a value that is there stays. @returns the value that holds now. */
export async function writeMetaOnce(db: Db, key: string, value: string): Promise<string> {
  await db
    .insertInto('meta')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  return (await readMeta(db, key)) ?? value;
}

/** Every length of epoch that this database has used, in days: what an erasure must look under. */
export async function readEpochDays(db: Db): Promise<number[]> {
  return JSON.parse((await readMeta(db, 'epoch_days')) ?? '[]') as number[];
}

export async function noteEpochDays(db: Db, days: number): Promise<void> {
  const known = await readEpochDays(db);
  if (known.includes(days)) return;
  const value = JSON.stringify([...known, days]);
  await db
    .insertInto('meta')
    .values({ key: 'epoch_days', value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}
