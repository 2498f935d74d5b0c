import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seal, unseal } from '../../../../src/2-sample/keys/vault.ts';
import { KeyError } from '../../../../src/domain/errors.ts';

const key = Buffer.alloc(32, 9);
const secret = 'the walrus keeps the ledger';

test('what is sealed opens again, whatever the text and the row', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, row) => {
      expect(unseal(key, seal(key, text, row), row)).toBe(text);
    }),
  );
});

test('changing any byte is noticed', () => {
  const sealed = seal(key, secret, 'row-1');
  fc.assert(
    fc.property(fc.nat({ max: sealed.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const altered = Buffer.from(sealed);
      altered[at]! ^= change;
      expect(() => unseal(key, altered, 'row-1')).toThrow(KeyError);
    }),
  );
});

test.each([
  ['another key', () => unseal(Buffer.alloc(32, 8), seal(key, secret, 'row-1'), 'row-1')],
  ['another row', () => unseal(key, seal(key, secret, 'row-1'), 'row-2')],
  ['a text cut short', () => unseal(key, seal(key, secret, 'row-1').subarray(0, 40), 'row-1')],
  ['nothing at all', () => unseal(key, Buffer.alloc(0), 'row-1')],
  ['an unknown format', () => unseal(key, Buffer.concat([Buffer.of(2), seal(key, secret, 'row-1').subarray(1)]), 'row-1')],
])('%s does not open, and the error tells nothing of the content', (_, open) => {
  try {
    open();
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(KeyError);
    expect(JSON.stringify([String(error), (error as Error).cause ?? null])).not.toMatch(/walrus|ledger/);
  }
});

test('the same text sealed twice looks different, and neither shows it', () => {
  const [a, b] = [seal(key, secret, 'row-1'), seal(key, secret, 'row-1')];
  expect(a.equals(b)).toBe(false);
  expect(a.toString('latin1')).not.toContain('walrus');
});

test('the format is version, nonce, tag and ciphertext', () => {
  const nonce = Buffer.alloc(12, 4);
  const sealed = seal(key, 'abc', 'row-1', nonce);
  expect(sealed[0]).toBe(1);
  expect(sealed.subarray(1, 13).equals(nonce)).toBe(true);
  expect(sealed.length).toBe(1 + 12 + 16 + 3);
  expect(() => seal(key, 'abc', 'row-1', Buffer.alloc(8))).toThrow(RangeError);
  expect(() => seal(Buffer.alloc(16), 'abc', 'row-1')).toThrow(KeyError);
});
