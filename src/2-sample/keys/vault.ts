import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { KeyError } from '../../domain/errors.ts';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/**
 * Encrypts redacted text for storage. The row id is bound as associated data, so that a sealed text copied into another row
 * does not open there.
 *
 * @throws KeyError if the key is not 32 bytes.
 */
export function seal(key: Uint8Array, plaintext: string, rowId: string, nonce?: Uint8Array): Buffer {
  return sealBytes(key, Buffer.from(plaintext, 'utf8'), textLabel(rowId), nonce);
}

/**
 * Opens what `seal` made for the same row.
 *
 * @throws KeyError if the key is another one, or the row was altered or swapped; nothing of the content is told.
 */
export function unseal(key: Uint8Array, sealed: Uint8Array, rowId: string): string {
  return openBytes(key, sealed, textLabel(rowId)).toString('utf8');
}

function textLabel(rowId: string): string {
  return `longwatch/vault/${VERSION}/${rowId}`;
}

/**
 * AES-256-GCM: version byte, 12-byte nonce, 16-byte tag, ciphertext.
 * A random 96-bit nonce is safe for 2^32 messages under one key (NIST SP 800-38D, 8.3); only tests pass their own.
 *
 * @param label what it is and where it belongs, bound as associated data: it opens under the same label only.
 * @throws KeyError if the key is not 32 bytes.
 */
export function sealBytes(
  key: Uint8Array,
  plaintext: Uint8Array,
  label: string,
  nonce: Uint8Array = randomBytes(NONCE_BYTES),
): Buffer {
  requireKey(key);
  if (nonce.length !== NONCE_BYTES) throw new RangeError(`nonce must be ${NONCE_BYTES} bytes, not ${nonce.length}`);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(label, 'utf8'));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]);
}

/** Opens what `sealBytes` made. @throws KeyError as `unseal` does. */
export function openBytes(key: Uint8Array, sealed: Uint8Array, label: string): Buffer {
  requireKey(key);
  if (sealed.length < HEADER_BYTES || sealed[0] !== VERSION) throw cannotOpen();
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(label, 'utf8'));
  decipher.setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEADER_BYTES));
  const body = decipher.update(sealed.subarray(HEADER_BYTES));
  try {
    return Buffer.concat([body, decipher.final()]);
  } catch {
    throw cannotOpen();
  }
}

function cannotOpen(): KeyError {
  return new KeyError(
    'A stored text or key does not open: the key is not the one that sealed it, or the row was altered or swapped.',
  );
}

function requireKey(key: Uint8Array): void {
  if (key.length !== 32) throw new KeyError(`The vault key must be 32 bytes, and this one has ${key.length}.`);
}
