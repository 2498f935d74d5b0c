import type { WrappedKey } from '../domain/vault.ts';
import type { Db } from './database.ts';

/** A sample as it is stored, with the key to it. */
export type StoredSample = {
  readonly conversationKey: string;
  readonly batchAt: Date;
  readonly userKey: string;
  readonly sealed: Buffer;
  /** Null once it was deleted: nothing opens the sample any more. */
  readonly key: WrappedKey | null;
  readonly design: string;
  readonly piSample: number;
  readonly piCap: number;
  readonly piJudge: number;
  readonly judged: boolean;
  readonly expiresAt: Date;
};

/** One sample, or null where there is none or it has expired: what has expired is gone even before it is deleted. */
export async function readSealedSample(db: Db, conversationKey: string, now: Date): Promise<StoredSample | null> {
  // Samples are found by batch, which traffic tells.
  const row = await db
    .selectFrom('traffic as t')
    .innerJoin('sample as s', (join) =>
      join.onRef('s.batch_at', '=', 't.batch_at').onRef('s.conversation_key', '=', 't.conversation_key'),
    )
    .leftJoin('data_key as k', 'k.owner', 's.user_key')
    .selectAll('s')
    .select(['k.master', 'k.wrapped'])
    .where('t.conversation_key', '=', conversationKey)
    .where('s.expires_at', '>', now)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { master, wrapped } = row;
  return {
    conversationKey,
    batchAt: row.batch_at,
    userKey: row.user_key,
    sealed: row.sealed,
    key: master === null || wrapped === null ? null : { owner: row.user_key, master, wrapped },
    design: row.design,
    piSample: row.pi_sample,
    piCap: row.pi_cap,
    piJudge: row.pi_judge,
    judged: row.judged,
    expiresAt: row.expires_at,
  };
}
