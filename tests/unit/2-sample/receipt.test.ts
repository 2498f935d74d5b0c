import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestName, Receipt, signReceipt, verifyReceipt } from '../../../src/2-sample/receipt.ts';

const key = Buffer.alloc(32, 7);
const receipt = signReceipt(key, {
  id: 'e-1',
  issued_at: '2026-04-06T00:00:00.000Z',
  requested_at: '2026-04-06T00:00:00.000Z',
  requested_by: 'Robin',
  reason: 'request',
  subject: 'ab'.repeat(16),
  removed: { sample: 3, rating: 12 },
  unlinked: { traffic: 3 },
  kept: ['counts'],
  verification: { sql: 'select 1' },
  audit_head: '0'.repeat(64),
});

test('a receipt is valid as it was issued, and read back from a file in whatever order', () => {
  expect(verifyReceipt(key, receipt)).toBe('valid');
  const shuffled = Object.fromEntries(Object.entries(JSON.parse(JSON.stringify(receipt))).reverse());
  expect(verifyReceipt(key, Receipt.parse(shuffled))).toBe('valid');
});

test('Ed25519 of a known key has its known public key', () => {
  // RFC 8032, section 7.1, test 1.
  const secret = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
  const { signature: _, public_key: __, ...body } = receipt;
  const spki = Buffer.from(signReceipt(secret, body).public_key, 'base64');
  expect(spki.subarray(-32).toString('hex')).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
});

test.each([
  ['a count', { removed: { sample: 2, rating: 12 } }],
  ['a table left out', { removed: { sample: 3 } }],
  ['the subject', { subject: 'cd'.repeat(16) }],
  ['the statement', { verification: { sql: 'select 0' } }],
  ['the time', { issued_at: '2026-04-07T00:00:00.000Z' }],
  ['the signature', { signature: Buffer.alloc(64).toString('base64') }],
  ['no signature', { signature: '' }],
])('a receipt with %s changed is found to be altered', (_name, change) => {
  expect(verifyReceipt(key, { ...receipt, ...change })).toBe('altered');
});

test('a receipt signed with another key is foreign, though its own public key vouches for it', () => {
  const { signature: _, public_key: __, ...body } = receipt;
  expect(verifyReceipt(key, signReceipt(Buffer.alloc(32, 8), body))).toBe('foreign');
});

test('any change of any character of any field is noticed', () => {
  const text = JSON.stringify(receipt);
  const digits = [...text.matchAll(/[0-9a-f]/g)].map((match) => match.index);
  fc.assert(
    fc.property(fc.constantFrom(...digits), fc.constantFrom(...'0123456789abcdef'), (at, digit) => {
      fc.pre(text[at] !== digit);
      const parsed = Receipt.safeParse(attempt(() => JSON.parse(text.slice(0, at) + digit + text.slice(at + 1))));
      if (!parsed.success) return;
      // The last character of base64 may hold bits that mean nothing.
      fc.pre(JSON.stringify({ ...parsed.data, signature: '' }) !== JSON.stringify({ ...receipt, signature: '' }));
      expect(verifyReceipt(key, parsed.data)).not.toBe('valid');
    }),
  );
});

function attempt(parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    return null;
  }
}

test('a name’s digest is half of its SHA-256', () => {
  expect(digestName('abc')).toBe('ba7816bf8f01cfea414140de5dae2223');
});
