import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rewrapKey, unwrapKey, wrapKey } from '../../../../src/2-sample/keys/wrapped-key.ts';
import { KeyError } from '../../../../src/domain/errors.ts';
import { MissingMasterKey } from '../../../../src/domain/key-ring.ts';
import { keyOf, ringOf } from '../builders.ts';

const ring = ringOf(2, 1);
const key = keyOf(77);
const wrapped = wrapKey(ring.current(), 'data key', 'ada', key);

describe('a wrapped key', () => {
  it('opens under its master key, purpose and owner', () => {
    expect(unwrapKey(ring, 'data key', wrapped)).toEqual(key);
    expect(wrapped.master).toBe(ring.current().fingerprint);
    expect(wrapped.wrapped.includes(key)).toBe(false);
  });

  it.each([
    ['for another owner', () => unwrapKey(ring, 'data key', { ...wrapped, owner: 'bob' })],
    ['for another purpose', () => unwrapKey(ring, 'working key', wrapped)],
    ['under another master key', () => unwrapKey(ring, 'data key', { ...wrapped, master: ring.masters()[1]!.fingerprint })],
    ['cut short', () => unwrapKey(ring, 'data key', { ...wrapped, wrapped: wrapped.wrapped.subarray(0, -1) })],
    ['empty', () => unwrapKey(ring, 'data key', { ...wrapped, wrapped: Buffer.alloc(0) })],
    ['that is no key', () => unwrapKey(ring, 'data key', wrapKey(ring.current(), 'data key', 'ada', Buffer.alloc(16)))],
  ])('does not open %s', (_how, open) => {
    expect(open).toThrow(KeyError);
    expect(open).not.toThrow(MissingMasterKey);
  });

  it('does not open with any bit flipped', () => {
    fc.assert(
      fc.property(fc.nat({ max: wrapped.wrapped.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
        const altered = Buffer.from(wrapped.wrapped);
        altered[at]! ^= 1 << bit;
        expect(() => unwrapKey(ring, 'data key', { ...wrapped, wrapped: altered })).toThrow(KeyError);
      }),
    );
  });

  it('is the same key after it was wrapped anew, under the current master key', () => {
    const old = wrapKey(ring.masters()[1]!, 'data key', 'ada', key);
    const anew = rewrapKey(ring, 'data key', old);
    expect(anew.master).toBe(ring.current().fingerprint);
    expect(unwrapKey(ringOf(2), 'data key', anew)).toEqual(key);
    expect(() => unwrapKey(ringOf(2), 'data key', old)).toThrow(MissingMasterKey);
  });
});
