import { hkdfSync } from 'node:crypto';
import { KeyError } from '../../domain/errors.ts';
import type { MasterKey } from '../../domain/key-ring.ts';

/** One key for each use, so that what one of them gives away (a coin, a receipt) says nothing about the others. */
export type DerivedKeys = {
  /** Draws the sample. Whoever holds it can tell which conversations will be looked at. */
  readonly coin: Buffer;
  readonly pseudonym: Buffer;
  readonly receipt: Buffer;
  /** Signs the audit log. */
  readonly audit: Buffer;
  /** Sealed every text before users had data keys of their own. */
  readonly vault: Buffer;
};

const KEY_BYTES = 32;
// A fixed salt separates our derivations from any other program fed the same master key (RFC 5869, section 3.1).
const SALT = 'longwatch/keys/v1';

/**
 * Derives the first generation of working keys from the master key by HKDF-SHA256 (RFC 5869), one info label each.
 * The labels are frozen: changing one makes databases that were written before unreadable.
 *
 * @throws KeyError if the master key is not exactly 32 bytes.
 */
export function deriveKeys(master: Uint8Array): DerivedKeys {
  requireMaster(master);
  return {
    coin: derive(master, 'coin', KEY_BYTES),
    pseudonym: derive(master, 'pseudonym', KEY_BYTES),
    receipt: derive(master, 'receipt', KEY_BYTES),
    audit: derive(master, 'audit', KEY_BYTES),
    vault: derive(master, 'vault', KEY_BYTES),
  };
}

/**
 * Sixteen hex digits that name a master key without helping anybody to find it: stored beside what it wraps, so that a
 * start with another key stops at once instead of writing rows that nobody can join or open.
 *
 * @throws KeyError if the master key is not exactly 32 bytes.
 */
export function keyFingerprint(master: Uint8Array): string {
  requireMaster(master);
  return derive(master, 'fingerprint', 8).toString('hex');
}

/** @throws KeyError if the master key is not exactly 32 bytes. */
export function toMasterKey(key: Buffer): MasterKey {
  return { fingerprint: keyFingerprint(key), key, wrapping: derive(key, 'wrapping', KEY_BYTES) };
}

function derive(master: Uint8Array, label: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', master, SALT, `longwatch/${label}/v1`, bytes));
}

function requireMaster(master: Uint8Array): void {
  if (master.length !== KEY_BYTES) {
    throw new KeyError(`The master key must be ${KEY_BYTES} bytes, and this one has ${master.length}.`);
  }
}
