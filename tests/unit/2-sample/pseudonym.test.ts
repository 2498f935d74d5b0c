import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLine } from '../../../src/1-ingest/parse-line.ts';
import {
  conversationKey,
  epochOf,
  epochsBetween,
  namesOf,
  panelKey,
  suppressionKey,
  userKey,
} from '../../../src/2-sample/pseudonym.ts';

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

test('a user never shares a key between uses', () => {
  const keys = [userKey(key, 'x', ''), panelKey(key, 'x', ''), suppressionKey(key, 'x'), conversationKey(key, 'x')];
  expect(new Set(keys).size).toBe(keys.length);
  expect(panelKey(key, 'x', 'w1')).not.toBe(panelKey(key, 'x', 'w2'));
});

test('the epochs between two instants are those of every day between them', () => {
  const days = fc.integer({ min: 18_262, max: 22_000 }).map((day) => new Date(day * 86_400_000));
  fc.assert(
    fc.property(days, fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 40 }), (from, length, epochDays) => {
      const all = Array.from({ length: length + 1 }, (_, i) => epochOf(new Date(from.getTime() + i * 86_400_000), epochDays));
      const to = new Date(from.getTime() + length * 86_400_000);
      expect(epochsBetween(from, to, epochDays)).toEqual([...new Set(all)]);
    }),
  );
  expect(epochsBetween(new Date('2025-04-25'), new Date('2025-04-28'), 7)).toEqual(['2025-04-21/7', '2025-04-28/7']);
  expect(epochsBetween(new Date('2025-04-28'), new Date('2025-04-25'), 7)).toEqual([]);
});

test('the names of a user are those of every epoch of every length, and of every wave', () => {
  const until = new Date('2025-04-25T00:00:00Z');
  const names = namesOf(key, 'u-1', { until, epochDays: [7, 30], waves: ['w1', 'w2'] });
  for (const at of [new Date('2020-01-01T00:00:00Z'), new Date('2023-08-09'), until])
    for (const days of [7, 30]) expect(names.users).toContain(userKey(key, 'u-1', epochOf(at, days)));
  expect(names.panels).toEqual([panelKey(key, 'u-1', 'w1'), panelKey(key, 'u-1', 'w2')]);
  expect(names.suppressed).toBe(suppressionKey(key, 'u-1'));
});

test('no conversation is taken in from before the first epoch that an erasure looks under', () => {
  const line = (at: string) =>
    JSON.stringify({ id: 'c', user: 'u', version: 'v', at, turns: [{ role: 'user', content: 'Hello' }] });
  const now = new Date('2026-01-01T00:00:00Z');
  expect(parseLine(line('2020-01-01T00:00:00Z'), now)).toMatchObject({ ok: true });
  expect(parseLine(line('2019-12-31T23:59:59Z'), now)).toMatchObject({ ok: false, field: 'at' });
});
