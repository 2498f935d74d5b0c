import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../domain/canonical-json.ts';

const Counts = z.record(z.string(), z.int().nonnegative());

/** What an erasure leaves behind: what was done, how to see for oneself that it was, and a signature over both. */
export const Receipt = z.strictObject({
  id: z.string(),
  issued_at: z.iso.datetime(),
  requested_at: z.iso.datetime(),
  requested_by: z.string(),
  reason: z.string(),
  /** Keyed hash of the user id: by it nothing of them is taken in again. */
  subject: z.string(),
  /** Rows deleted, by table. */
  removed: Counts,
  /** Rows that stay as counts, under random names. */
  unlinked: Counts,
  kept: z.array(z.string()),
  /** One statement that anybody with the database can run: 0 for every table. */
  verification: z.strictObject({ sql: z.string() }),
  /** Head of the audit log when this was issued: `longwatch audit verify --head`. */
  audit_head: z.string(),
  public_key: z.string(),
  signature: z.string(),
});
export type Receipt = z.infer<typeof Receipt>;

/** PKCS #8 around the 32 bytes of an Ed25519 private key (RFC 8410, section 7). */
const pkcs8_prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
/** So that no other text signed with this key passes for a receipt. */
const signed_prefix = 'longwatch/receipt/v1\n';

/** @param key 32 bytes. Whoever checks a receipt elsewhere must know the public key from us and not from the receipt. */
export function signReceipt(key: Uint8Array, receipt: Omit<Receipt, 'public_key' | 'signature'>): Receipt {
  const privateKey = privateKeyOf(key);
  const body = { ...receipt, public_key: publicKeyOf(privateKey) };
  return { ...body, signature: sign(null, signedBytes(body), privateKey).toString('base64') };
}

/** `foreign`: signed, if at all, with another key than ours. */
export function verifyReceipt(key: Uint8Array, { signature, ...body }: Receipt): 'valid' | 'altered' | 'foreign' {
  const privateKey = privateKeyOf(key);
  if (body.public_key !== publicKeyOf(privateKey)) return 'foreign';
  const holds = verify(null, signedBytes(body), createPublicKey(privateKey), Buffer.from(signature, 'base64'));
  return holds ? 'valid' : 'altered';
}

/** What a receipt says of a name in place of the name itself: the first 128 bits of its SHA-256, in hex. */
export function digestName(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}

function signedBytes(body: object): Buffer {
  return Buffer.from(signed_prefix + canonicalJson(body));
}

function privateKeyOf(key: Uint8Array): KeyObject {
  if (key.length !== 32) throw new RangeError(`the receipt key must have 32 bytes, not ${key.length}`);
  return createPrivateKey({ key: Buffer.concat([pkcs8_prefix, key]), format: 'der', type: 'pkcs8' });
}

function publicKeyOf(privateKey: KeyObject): string {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64');
}
