import { KeyError } from '../../domain/errors.ts';
import type { KeyRing, MasterKey } from '../../domain/key-ring.ts';
import type { WrappedKey } from '../../domain/vault.ts';
import type { CoinKey } from '../design/coin-keys.ts';
import { deriveKeys } from './derive-keys.ts';
import { rewrapKey, unwrapKey, wrapKey } from './wrapped-key.ts';

/** The coin keys there have been, and the one to come. */
export type CoinGeneration = CoinKey & { readonly generation: number };

/** The keys that everything but sealing works with, unwrapped. */
export type WorkingKeys = {
  readonly pseudonym: Buffer;
  readonly receipt: Buffer;
  readonly audit: Buffer;
  /** Newest first. */
  readonly coins: readonly CoinGeneration[];
};

/** One generation of one key, as it is stored. */
export type WrappedWorkingKey = {
  readonly name: string;
  readonly generation: number;
  /** In force from then on, until the next generation is. */
  readonly from: Date;
  readonly master: string;
  readonly wrapped: Buffer;
};

const names = ['pseudonym', 'receipt', 'audit', 'coin'] as const;

/**
 * The first generation, derived from the first master key: databases from before keep their pseudonyms and coins, and a
 * demo with a seeded key tells the same story each time. Later rotations wrap these keys anew and leave them as they are.
 */
export function firstGeneration(first: MasterKey, current: MasterKey): WrappedWorkingKey[] {
  const derived = deriveKeys(first.key);
  // In force since ever, so that old conversations that are read in late have a coin key too.
  const from = new Date(0);
  return names.map((name) => wrapWorkingKey(current, { name, generation: 1, from, key: derived[name] }));
}

export function wrapWorkingKey(
  master: MasterKey,
  { key, ...of }: { readonly name: string; readonly generation: number; readonly from: Date; readonly key: Uint8Array },
): WrappedWorkingKey {
  const { wrapped } = wrapKey(master, 'working key', ownerOf(of), key);
  return { ...of, master: master.fingerprint, wrapped };
}

/** The same key under the current master key. Throws as `unwrapKey` does. */
export function rewrapWorkingKey(ring: KeyRing, stored: WrappedWorkingKey): WrappedWorkingKey {
  const { master, wrapped } = rewrapKey(ring, 'working key', toWrappedKey(stored));
  return { ...stored, master, wrapped };
}

/**
 * @throws MissingMasterKey if none of the ring is the one they are wrapped under.
 * @throws KeyError if one was altered, swapped or removed.
 */
export function unwrapWorkingKeys(ring: KeyRing, stored: readonly WrappedWorkingKey[]): WorkingKeys {
  const only = (name: (typeof names)[number]) => {
    const key = stored.find((each) => each.name === name);
    if (key === undefined) throw gone(name);
    return unwrapKey(ring, 'working key', toWrappedKey(key));
  };
  const coins = unwrapCoins(ring, stored);
  return { pseudonym: only('pseudonym'), receipt: only('receipt'), audit: only('audit'), coins };
}

/** The coin keys among the stored ones, newest first. Throws as `unwrapWorkingKeys` does. */
export function unwrapCoins(ring: KeyRing, stored: readonly WrappedWorkingKey[]): CoinGeneration[] {
  const coins = stored.filter(({ name }) => name === 'coin').sort((a, b) => b.generation - a.generation);
  if (coins.length === 0) throw gone('coin');
  return coins.map((coin) => ({
    generation: coin.generation,
    from: coin.from,
    key: unwrapKey(ring, 'working key', toWrappedKey(coin)),
  }));
}

function toWrappedKey(stored: WrappedWorkingKey): WrappedKey {
  return { owner: ownerOf(stored), master: stored.master, wrapped: stored.wrapped };
}

function ownerOf({ name, generation }: Pick<WrappedWorkingKey, 'name' | 'generation'>): string {
  return `${name} ${generation}`;
}

function gone(name: string): KeyError {
  return new KeyError(`The working key "${name}" is missing in the database: restore the table working_key from a backup.`);
}
