import { describe, expect, it } from 'vitest';
import { keyFingerprint } from '../../../../src/2-sample/keys/derive-keys.ts';
import { createKeyRing } from '../../../../src/2-sample/keys/key-ring.ts';
import { ConfigError, KeyError } from '../../../../src/domain/errors.ts';
import { MissingMasterKey } from '../../../../src/domain/key-ring.ts';
import { createTestSource, keyOf } from '../builders.ts';

const fingerprintOf = (seed: number) => keyFingerprint(keyOf(seed));

/** A ring whose source and clock the test moves. */
function open(...seeds: number[]) {
  const source = createTestSource(...seeds);
  const clock = { ms: 0 };
  const ring = createKeyRing(source.source, () => new Date(clock.ms));
  return { source, clock, ring, find: (seed: number) => ring.find(fingerprintOf(seed)) };
}

describe('a key ring', () => {
  it('wraps with the first key and finds all of them, from one reading', () => {
    const { ring, find, source } = open(3, 2, 1);
    expect(ring.current().key).toEqual(keyOf(3));
    expect([1, 2, 3].map((seed) => find(seed).key)).toEqual([1, 2, 3].map(keyOf));
    expect(ring.masters().map(({ fingerprint }) => fingerprint)).toEqual([3, 2, 1].map(fingerprintOf));
    expect(source.reads).toBe(1);
  });

  it('reads again for a key it does not know, and takes up what became current meanwhile', () => {
    const { ring, find, source } = open(1);
    source.seeds = [2, 1];
    expect(find(2).key).toEqual(keyOf(2));
    expect(ring.current().key).toEqual(keyOf(2));
    expect(source.reads).toBe(2);
  });

  it('reads once for a key that is nowhere, and not again for half a minute', () => {
    const { find, source, clock } = open(1);
    for (let i = 0; i < 5; i += 1) expect(() => find(9)).toThrow(MissingMasterKey);
    expect(source.reads).toBe(2);
    clock.ms = 29_999;
    expect(() => find(9)).toThrow(MissingMasterKey);
    expect(source.reads).toBe(2);
    source.seeds = [9, 1];
    clock.ms = 30_000;
    expect(find(9).key).toEqual(keyOf(9));
  });

  it('takes turns with two missing keys without reading for each look', () => {
    const { find, source } = open(1);
    for (let i = 0; i < 10; i += 1) for (const seed of [8, 9]) expect(() => find(seed)).toThrow(MissingMasterKey);
    expect(source.reads).toBe(3);
  });

  it('keeps what it has when the source fails, and says why a key is missing', () => {
    const { ring, find, source } = open(1);
    source.broken = new KeyError('the service is down');
    expect(() => find(2)).toThrow(expect.objectContaining({ retry: 'later', cause: source.broken }));
    expect(find(1).key).toEqual(keyOf(1));
    expect(ring.current().key).toEqual(keyOf(1));
  });

  it('lets errors that are not about keys through', () => {
    const { find, source } = open(1);
    source.broken = new ConfigError('something else');
    expect(() => find(2)).toThrow(source.broken);
  });

  it('adds a key and wraps with it at once', () => {
    const { ring } = open(1);
    ring.add?.();
    expect(ring.masters().map(({ key }) => key)).toEqual([keyOf(2), keyOf(1)]);
  });

  it('says which keys it holds and which one is wanted, and shows none of them', () => {
    const { find } = open(1);
    const other = open(2, 1);
    const wanted = fingerprintOf(9);
    expect(() => find(9)).toThrow(
      `The key in the test source (fingerprint ${fingerprintOf(1)}) is not the one this database was written with (${wanted}): put that key back, or use another --data-dir.`,
    );
    expect(() => other.find(9)).toThrow(
      `None of the keys in the test source (fingerprints ${fingerprintOf(2)}, ${fingerprintOf(1)}) is the one this database was written with (${wanted})`,
    );
  });

  it('is not made over a source without keys, or with one of the wrong length', () => {
    expect(() => open()).toThrow('There is no master key in the test source.');
    const short = { name: 'short', read: () => [Buffer.alloc(16)], add: null };
    expect(() => createKeyRing(short, () => new Date(0))).toThrow('must be 32 bytes');
  });
});
