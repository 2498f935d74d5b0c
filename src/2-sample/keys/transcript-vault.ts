import { randomBytes } from 'node:crypto';
import type { KeyRing } from '../../domain/key-ring.ts';
import type { Rating } from '../../domain/rating.ts';
import type { RedactedTurn } from '../../domain/redacted.ts';
import type { Note, Vault, WrappedKey } from '../../domain/vault.ts';
import { seal, unseal } from './vault.ts';
import { unwrapKey, wrapKey } from './wrapped-key.ts';

const KEY_BYTES = 32;
/** About two megabytes. A user's conversations come and are rated close together. */
const most_remembered = 10_000;

/**
 * The vault over the master keys of a ring. The row a text belongs to is bound to it as associated data; its owner is bound
 * through the key, which opens under that owner's name only.
 *
 * What it opens was redacted before it was sealed and has been authenticated since, which is why this is the one place outside
 * redaction where text becomes `Redacted` again.
 */
export function createTranscriptVault(ring: KeyRing): Vault {
  // By what is stored and not by owner alone: an altered row must not open with what the right one gave.
  const keys = createMemory(most_remembered);
  const nameOf = ({ owner, master, wrapped }: WrappedKey) => `${owner} ${master} ${wrapped.toString('base64')}`;
  const unwrap = (key: WrappedKey) => keys.get(nameOf(key)) ?? keys.set(nameOf(key), unwrapKey(ring, 'data key', key));

  return {
    createKey(owner) {
      const key = randomBytes(KEY_BYTES);
      const wrapped = wrapKey(ring.current(), 'data key', owner, key);
      keys.set(nameOf(wrapped), key);
      return wrapped;
    },
    sealTranscript: (key, transcript, rowId) => seal(unwrap(key), JSON.stringify(transcript), `transcript ${rowId}`),
    openTranscript: (key, sealed, rowId) => JSON.parse(unseal(unwrap(key), sealed, `transcript ${rowId}`)) as RedactedTurn[],
    sealNote: (key, note, rowId) => seal(unwrap(key), JSON.stringify(note), `note ${rowId}`),
    openNote: (key, sealed, rowId) => JSON.parse(unseal(unwrap(key), sealed, `note ${rowId}`)) as Note,
    sealRatings: (key, ratings, rowId) => seal(unwrap(key), JSON.stringify(ratings), `ratings ${rowId}`),
    openRatings: (key, sealed, rowId) => JSON.parse(unseal(unwrap(key), sealed, `ratings ${rowId}`)) as Rating[],
  };
}

/** The most recently used keys. A map keeps the order of insertion, so that its first entry is the one to forget. */
function createMemory(size: number) {
  const entries = new Map<string, Buffer>();
  const set = (name: string, key: Buffer): Buffer => {
    entries.delete(name);
    entries.set(name, key);
    if (entries.size > size) {
      const [oldest = ''] = entries.keys();
      entries.delete(oldest);
    }
    return key;
  };
  const get = (name: string): Buffer | undefined => {
    const key = entries.get(name);
    return key === undefined ? undefined : set(name, key);
  };
  return { get, set };
}
