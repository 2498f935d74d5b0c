import { KeyError } from '../../domain/errors.ts';
import type { KeyRing, MasterKey } from '../../domain/key-ring.ts';
import type { WrappedKey } from '../../domain/vault.ts';
import { openBytes, sealBytes } from './vault.ts';

/** Which table a wrapped key belongs to: one that is moved to the other does not open there. */
export type KeyPurpose = 'data key' | 'working key';

const KEY_BYTES = 32;

/** Encrypts a key under a master key, bound to its purpose and owner. */
export function wrapKey(master: MasterKey, purpose: KeyPurpose, owner: string, key: Uint8Array): WrappedKey {
  return { owner, master: master.fingerprint, wrapped: sealBytes(master.wrapping, key, label(purpose, owner)) };
}

/**
 * @throws MissingMasterKey if the master key that wraps it is nowhere to be found.
 * @throws KeyError if it was altered, or swapped with another's.
 */
export function unwrapKey(ring: KeyRing, purpose: KeyPurpose, { owner, master, wrapped }: WrappedKey): Buffer {
  const key = openBytes(ring.find(master).wrapping, wrapped, label(purpose, owner));
  if (key.length !== KEY_BYTES) throw new KeyError(`A stored ${purpose} has ${key.length} bytes instead of ${KEY_BYTES}.`);
  return key;
}

/** The same key under the current master key. Throws as `unwrapKey` does. */
export function rewrapKey(ring: KeyRing, purpose: KeyPurpose, wrapped: WrappedKey): WrappedKey {
  return wrapKey(ring.current(), purpose, wrapped.owner, unwrapKey(ring, purpose, wrapped));
}

function label(purpose: KeyPurpose, owner: string): string {
  return `longwatch/wrapped/1/${purpose}/${owner}`;
}
