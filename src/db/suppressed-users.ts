import { sql } from 'kysely';
import type { Db } from './database.ts';

/** Why nothing of a person is taken in: they said no, or they were erased. */
export type Suppression = 'opted_out' | 'erased';

/** Which of these people, by suppression key, are never taken in, and why. */
export async function findSuppressed(db: Db, hashes: readonly string[]): Promise<Map<string, Suppression>> {
  if (hashes.length === 0) return new Map();
  const rows = await db
    .selectFrom('suppressed_user')
    .select(['user_hash', 'reason'])
    .where(sql<boolean>`user_hash = any(${hashes}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.user_hash, row.reason as Suppression]));
}

/** From the commit on nothing of this person is taken in. Who was erased stays so, whatever else they ask for. */
export async function suppress(db: Db, hash: string, reason: Suppression, since: Date): Promise<void> {
  await db
    .insertInto('suppressed_user')
    .values({ user_hash: hash, reason, since })
    .onConflict((conflict) =>
      conflict.column('user_hash').doUpdateSet({ reason }).where('suppressed_user.reason', '=', 'opted_out'),
    )
    .execute();
}

/** @returns whether there was anything to lift. */
export async function liftSuppression(db: Db, hash: string): Promise<boolean> {
  const result = await db.deleteFrom('suppressed_user').where('user_hash', '=', hash).executeTakeFirst();
  return result.numDeletedRows > 0n;
}
