import type { Kysely } from 'kysely';
import { insertDataKeys } from '../db/data-keys.ts';
import type { Db } from '../db/database.ts';
import { readMeta } from '../db/meta.ts';
import type { Tables } from '../db/schema.ts';
import { insertWorkingKeys, readWorkingKeys } from '../db/working-keys.ts';
import type { KeyRing } from '../domain/key-ring.ts';
import { before_data_keys } from '../domain/vault.ts';
import { deriveKeys } from './keys/derive-keys.ts';
import { type CoinGeneration, firstGeneration, unwrapCoins, unwrapWorkingKeys, type WorkingKeys } from './keys/working-keys.ts';
import { wrapKey } from './keys/wrapped-key.ts';

/** Where a database from before working keys names the master key it was written with. */
const fingerprint_from_before = 'key_fingerprint';

/** Whether something in this database needs a key that must exist already. */
export async function hasKeys(db: Db): Promise<boolean> {
  return (await readWorkingKeys(db)).length > 0 || (await readMeta(db, fingerprint_from_before)) !== null;
}

/**
 * The working keys of this database, made at its first start. Safe to repeat, and for several processes at once: one of them
 * makes the keys and the others read them.
 *
 * @throws MissingMasterKey if the ring holds none that the database was written with; then nothing is changed.
 */
export async function openWorkingKeys(db: Kysely<Tables>, ring: KeyRing, now: Date): Promise<WorkingKeys> {
  const stored = await readWorkingKeys(db);
  if (stored.length > 0) return unwrapWorkingKeys(ring, stored);
  await makeKeys(db, ring, now);
  return unwrapWorkingKeys(ring, await readWorkingKeys(db));
}

/** The coin keys as they are now, newest first: one query, for whoever must see what another process has rotated. */
export async function readCoinKeys(db: Db, ring: KeyRing): Promise<CoinGeneration[]> {
  return unwrapCoins(ring, await readWorkingKeys(db, 'coin'));
}

async function makeKeys(db: Kysely<Tables>, ring: KeyRing, now: Date): Promise<void> {
  const before = await readMeta(db, fingerprint_from_before);
  const first = before === null ? ring.current() : ring.find(before);
  await db.transaction().execute(async (trx) => {
    const inserted = await insertWorkingKeys(trx, firstGeneration(first, ring.current()));
    if (before === null || inserted === 0) return;
    // One key sealed every sample of such a database: from now on it is a data key like others, and goes when they have gone.
    const { vault } = deriveKeys(first.key);
    await insertDataKeys(trx, [wrapKey(ring.current(), 'data key', before_data_keys, vault)], now);
  });
}
