import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { AuditLog } from '../db/audit-log.ts';
import { countByMaster, lockDataKeys, updateDataKeys } from '../db/data-keys.ts';
import type { Tables } from '../db/schema.ts';
import { lockIntake } from '../db/watermarks.ts';
import { insertWorkingKeys, readWorkingKeys, updateWrapping } from '../db/working-keys.ts';
import type { Clock } from '../domain/clock.ts';
import { KeyError } from '../domain/errors.ts';
import type { KeyRing } from '../domain/key-ring.ts';
import type { WrappedKey } from '../domain/vault.ts';
import { rewrapWorkingKey, wrapWorkingKey } from './keys/working-keys.ts';
import { rewrapKey } from './keys/wrapped-key.ts';

const day_ms = 86_400_000;
const default_batch = 1_000;

export type KeyDeps = {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly ring: KeyRing;
  readonly audit: AuditLog;
};

/** What a rotation did. Fingerprints name master keys. */
export type MasterRotation = {
  readonly current: string;
  /** The master key made now; null where keys are made elsewhere, or an earlier rotation had to be finished first. */
  readonly added: string | null;
  readonly workingKeys: number;
  readonly dataKeys: number;
  /** Data keys that do not open under their own master key: altered. Texts they sealed were unreadable before. */
  readonly damaged: number;
};

/**
 * Wraps every key under a new master key. Texts stay as they are: only keys are encrypted anew, so it takes minutes where
 * re-encrypting would take days. Other processes go on meanwhile: whoever meets a key under the new master key looks at the
 * source again and finds it.
 *
 * Safe to kill and to repeat: a run that finds keys under older master keys finishes with those and makes no new one.
 */
export async function rotateMaster(deps: KeyDeps, by: string, batch = default_batch): Promise<MasterRotation> {
  const { ring } = deps;
  ring.reload();
  const unfinished = await rewrapAll(deps, by, batch);
  if (ring.add === null || unfinished.workingKeys + unfinished.dataKeys > 0) return { added: null, ...unfinished };
  ring.add();
  return { added: ring.current().fingerprint, ...(await rewrapAll(deps, by, batch)) };
}

async function rewrapAll(deps: KeyDeps, by: string, batch: number): Promise<Omit<MasterRotation, 'added'>> {
  const current = deps.ring.current().fingerprint;
  const workingKeys = await rewrapWorkingKeys(deps, by);
  return { current, workingKeys, ...(await rewrapDataKeys(deps, batch)) };
}

/**
 * The working keys first, and under the intake's lock: every intake from here on reads a coin key under the new master key,
 * takes that up, and makes data keys under no other. What was made before is committed, and found below.
 */
async function rewrapWorkingKeys({ db, ring, clock, audit }: KeyDeps, by: string): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await lockIntake(trx);
    const stale = (await readWorkingKeys(trx)).filter(({ master }) => master !== ring.current().fingerprint);
    for (const key of stale) await updateWrapping(trx, rewrapWorkingKey(ring, key));
    if (stale.length > 0) {
      const detail = { n_working_keys: stale.length };
      const subject = ring.current().fingerprint;
      await audit.append(trx, { at: clock.now(), kind: 'rotate master key', who: by, subject, detail });
    }
    return stale.length;
  });
}

async function rewrapDataKeys({ db, ring }: KeyDeps, batch: number): Promise<{ dataKeys: number; damaged: number }> {
  const older = ring.masters().slice(1);
  let [dataKeys, damaged, after] = [0, 0, ''];
  for (;;) {
    const step = await db.transaction().execute(async (trx) => {
      const found = await lockDataKeys(
        trx,
        older.map(({ fingerprint }) => fingerprint),
        after,
        batch,
      );
      const rewrapped = found.flatMap((key) => tryRewrap(ring, key) ?? []);
      await updateDataKeys(trx, rewrapped);
      return { found, n: rewrapped.length };
    });
    dataKeys += step.n;
    damaged += step.found.length - step.n;
    const last = step.found.at(-1);
    if (last === undefined) return { dataKeys, damaged };
    after = last.owner;
  }
}

/** Null where it does not open: one altered row must not keep all others under an old key. */
function tryRewrap(ring: KeyRing, key: WrappedKey): WrappedKey | null {
  try {
    return rewrapKey(ring, 'data key', key);
  } catch (error) {
    if (error instanceof KeyError) return null;
    throw error;
  }
}

export type CoinRotation = {
  readonly generation: number;
  readonly from: Date;
  /** False where a generation that is still to come was found: it is not replaced. */
  readonly made: boolean;
};

/**
 * A new coin key, in force from the next UTC midnight, so that all coins of a day are of one key. Nobody who learned the old
 * one can tell any longer who will be looked at (METHOD 1.1: each quarter). Safe to repeat: there is one to come at most.
 */
export async function rotateCoin({ db, clock, ring, audit }: KeyDeps, by: string): Promise<CoinRotation> {
  return db.transaction().execute(async (trx) => {
    // No intake may be half way with the list of keys as it was.
    await lockIntake(trx);
    const [newest] = await readWorkingKeys(trx, 'coin');
    const now = clock.now();
    if (newest !== undefined && newest.from > now) return { generation: newest.generation, from: newest.from, made: false };
    const generation = (newest?.generation ?? 0) + 1;
    const from = new Date((Math.floor(now.getTime() / day_ms) + 1) * day_ms);
    await insertWorkingKeys(trx, [wrapWorkingKey(ring.current(), { name: 'coin', generation, from, key: randomBytes(32) })]);
    const detail = { from: from.toISOString() };
    await audit.append(trx, { at: now, kind: 'rotate coin key', who: by, subject: `coin ${generation}`, detail });
    return { generation, from, made: true };
  });
}

export type KeyList = {
  readonly source: string;
  readonly masters: readonly {
    readonly fingerprint: string;
    /** Counted from the first key of the source; null where the source does not hold it. */
    readonly place: number | null;
    readonly workingKeys: number;
    readonly dataKeys: number;
  }[];
  /** Newest first. */
  readonly coins: readonly { readonly generation: number; readonly from: Date }[];
};

/** The master keys at hand, then those that something is wrapped under and nobody holds. */
export async function listKeys({ db, ring }: KeyDeps): Promise<KeyList> {
  ring.reload();
  const counts = new Map((await countByMaster(db)).map((count) => [count.master, count]));
  const held = ring.masters().map(({ fingerprint }) => fingerprint);
  const lost = [...counts.keys()].filter((master) => !held.includes(master));
  const masters = [...held, ...lost].map((fingerprint, index) => ({
    fingerprint,
    place: index < held.length ? index + 1 : null,
    workingKeys: counts.get(fingerprint)?.nWorkingKeys ?? 0,
    dataKeys: counts.get(fingerprint)?.nDataKeys ?? 0,
  }));
  const coins = (await readWorkingKeys(db, 'coin')).map(({ generation, from }) => ({ generation, from }));
  return { source: ring.source, masters, coins };
}
