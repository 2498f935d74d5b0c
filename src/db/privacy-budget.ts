import { sql } from 'kysely';
import type { Db } from './database.ts';

/** What was published under differential privacy, once and for all: the same noise for ever, paid for once. */
export type PrivacyRelease = {
  /** One for each thing that can be released: a second release of it would be a second draw of noise. */
  readonly id: string;
  readonly report: string;
  readonly epsilon: number;
  readonly releasedAt: Date;
  readonly who: string;
  readonly body: object;
};

/** Held to the end of the transaction by whoever spends: two releases at once could each find the budget unspent. */
export async function lockPrivacyBudget(trx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('longwatch privacy'))`.execute(trx);
}

export async function findRelease(db: Db, id: string): Promise<PrivacyRelease | null> {
  const row = await db.selectFrom('privacy_release').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : { ...row, releasedAt: row.released_at };
}

/** What was spent after a time, whatever it was spent on. */
export async function spentSince(db: Db, since: Date): Promise<{ epsilon: number; releasedAt: Date }[]> {
  const rows = await db
    .selectFrom('privacy_release')
    .select(['epsilon', 'released_at'])
    .where('released_at', '>', since)
    .orderBy('released_at')
    .execute();
  return rows.map((row) => ({ epsilon: row.epsilon, releasedAt: row.released_at }));
}

/** In the transaction that found it affordable. A release of the same id is refused by the database. */
export async function insertRelease(trx: Db, { releasedAt, body, ...release }: PrivacyRelease): Promise<void> {
  await trx
    .insertInto('privacy_release')
    .values({ ...release, released_at: releasedAt, body: JSON.stringify(body) })
    .execute();
}
