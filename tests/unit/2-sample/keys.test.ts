import { expect, test } from 'vitest';
import { deriveKeys, keyFingerprint } from '../../../src/2-sample/keys.ts';
import { KeyError } from '../../../src/domain/errors.ts';

const master = Buffer.alloc(32, 7);

test('the four keys differ from each other, from the master and from the fingerprint', () => {
  const keys = deriveKeys(master);
  const hex = [...Object.values(keys).map((key) => key.toString('hex')), master.toString('hex')];
  expect(new Set(hex).size).toBe(5);
  expect(Object.values(keys).map((key) => key.length)).toEqual([32, 32, 32, 32]);
  for (const key of hex) expect(key).not.toContain(keyFingerprint(master));
});

// Independent source: Python hmac (extract, then one expand block), salt longwatch/keys/v1.
test('the keys are HKDF-SHA256 with the frozen labels', () => {
  expect(deriveKeys(master).vault.toString('hex')).toBe('6c908895a25dbb902ef963353feead94561952b0a14a449a3e0fc94081acea81');
  expect(keyFingerprint(master)).toBe('65f0a99d36b09f96');
});

test('another master key has another fingerprint', () => {
  expect(keyFingerprint(Buffer.alloc(32, 8))).not.toBe(keyFingerprint(master));
  expect(keyFingerprint(master)).toMatch(/^[0-9a-f]{16}$/);
});

test.each([0, 16, 31, 33, 64])('a master key of %i bytes is refused', (length) => {
  expect(() => deriveKeys(Buffer.alloc(length))).toThrow(KeyError);
  expect(() => keyFingerprint(Buffer.alloc(length))).toThrow(KeyError);
});
