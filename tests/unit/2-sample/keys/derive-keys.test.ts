import { expect, test } from 'vitest';
import { deriveKeys, keyFingerprint, toMasterKey } from '../../../../src/2-sample/keys/derive-keys.ts';
import { KeyError } from '../../../../src/domain/errors.ts';

const master = Buffer.alloc(32, 7);

test('the derived keys differ from each other, from the master and from the fingerprint', () => {
  const keys = [...Object.values(deriveKeys(master)), toMasterKey(master).wrapping, master];
  expect(keys.map((key) => key.length)).toEqual([32, 32, 32, 32, 32, 32, 32]);
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(7);
  for (const key of keys) expect(key.toString('hex')).not.toContain(keyFingerprint(master));
});

// Independent source: Python hmac (extract, then one expand block), salt longwatch/keys/v1.
test('the keys are HKDF-SHA256 with the frozen labels', () => {
  const hex = Object.fromEntries(Object.entries(deriveKeys(master)).map(([name, key]) => [name, key.toString('hex')]));
  expect(hex).toEqual({
    coin: 'a52a81aa802cad635fc6a9e039a7705f1bc7948a7abab6a08c82da1268b5cfb8',
    pseudonym: '27c991192f86333ece6ed1d425b8e3676d12c544c6ae66dd5c5a706cca14294c',
    receipt: '0e485e183ced01a50965b6463b135c5aa5449f0cc29a20587ffd7b5ccc8ac4e5',
    audit: '26aea847c69646911c90565bf21ddb608b775a19270793af46d64f146137ca8c',
    vault: '6c908895a25dbb902ef963353feead94561952b0a14a449a3e0fc94081acea81',
  });
  expect(toMasterKey(master).wrapping.toString('hex')).toBe('5a96cf62421d2a7585856f958a3a1c39c329648dae011ebf5a75efb2146545d7');
  expect(keyFingerprint(master)).toBe('65f0a99d36b09f96');
});

test('another master key has another fingerprint', () => {
  expect(keyFingerprint(Buffer.alloc(32, 8))).not.toBe(keyFingerprint(master));
  expect(keyFingerprint(master)).toMatch(/^[0-9a-f]{16}$/);
});

test.each([0, 16, 31, 33, 64])('a master key of %i bytes is refused', (length) => {
  expect(() => deriveKeys(Buffer.alloc(length))).toThrow(KeyError);
  expect(() => keyFingerprint(Buffer.alloc(length))).toThrow(KeyError);
  expect(() => toMasterKey(Buffer.alloc(length))).toThrow(KeyError);
});
