import fc from 'fast-check';
import { expect, test } from 'vitest';
import { conversationKey, epochOf, userKey } from '../../../src/2-sample/pseudonym.ts';

const key = Buffer.alloc(32, 5);

test.each([
  ['2025-04-21T00:00:00Z', 7, '2025-04-21/7'],
  ['2025-04-27T23:59:59.999Z', 7, '2025-04-21/7'],
  ['2025-04-28T00:00:00Z', 7, '2025-04-28/7'],
  ['2025-04-25T10:00:00Z', 1, '2025-04-25/1'],
  ['1969-12-31T00:00:00Z', 7, '1969-12-29/7'],
])('%s belongs to the epoch of %i days that begins on %s', (at, days, epoch) => {
  expect(epochOf(new Date(at), days)).toBe(epoch);
});

test('an epoch of seven days begins on a Monday', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('1971-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), (at) => {
      expect(new Date(epochOf(at, 7).slice(0, 10)).getUTCDay()).toBe(1);
    }),
  );
});

test('impossible arguments are refused', () => {
  expect(() => epochOf(new Date(), 0)).toThrow(RangeError);
  expect(() => epochOf(new Date(), 1.5)).toThrow(RangeError);
  expect(() => epochOf(new Date(Number.NaN), 7)).toThrow(RangeError);
});

test('a user has one key in an epoch, another in the next, and another under another key', () => {
  const one = userKey(key, 'u-1', '2025-04-21/7');
  expect(one).toMatch(/^[0-9a-f]{32}$/);
  expect(userKey(key, 'u-1', '2025-04-21/7')).toBe(one);
  expect(userKey(key, 'u-1', '2025-04-28/7')).not.toBe(one);
  expect(userKey(key, 'u-2', '2025-04-21/7')).not.toBe(one);
  expect(userKey(Buffer.alloc(32, 6), 'u-1', '2025-04-21/7')).not.toBe(one);
});

test('a conversation never shares a key with a user of the same id', () => {
  expect(conversationKey(key, 'x')).toMatch(/^[0-9a-f]{32}$/);
  expect(conversationKey(key, 'x')).not.toBe(userKey(key, 'x', ''));
  expect(conversationKey(key, 'x')).not.toBe(conversationKey(key, 'y'));
});
