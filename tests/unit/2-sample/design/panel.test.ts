import { describe, expect, test } from 'vitest';
import { coin } from '../../../../src/2-sample/design/coin.ts';
import { type CoinKey, coinKeyAt, panelWaveUnder } from '../../../../src/2-sample/design/coin-keys.ts';
import { halfWeekOf, panelShare, panelWave, unionProbability } from '../../../../src/2-sample/design/panel.ts';

const key = Buffer.alloc(32, 9);
const hour_ms = 3_600_000;
const half_week_ms = 84 * hour_ms;
const wave_ms = 28 * 24 * hour_ms;
/** A Monday at 00:00 UTC. */
const monday = Date.UTC(2026, 3, 20);
const halfWeek = (t: number, more_ms = 0) => new Date(monday + t * half_week_ms + more_ms);
const inAt = (at: Date, share: number, n: number) =>
  Array.from({ length: n }, (_, i) => `u-${i}`).filter((user) => panelWave(key, user, at, share) !== null);

describe('100,000 users at a share of 2 %', () => {
  const n = 100_000;
  const share = 0.02;
  const groups = 400;
  const groupOf = new Map(Array.from({ length: n }, (_, i) => [`u-${i}`, Math.floor(coin(key, 'panel', `u-${i}`) * groups)]));
  // Waves depend on a user's group alone: one of each stands for all.
  const oneOf = new Map([...groupOf].map(([user, group]) => [group, user]));
  const size = new Map<number, number>();
  for (const group of groupOf.values()) size.set(group, (size.get(group) ?? 0) + 1);
  const groupsIn = (at: Date) =>
    [...oneOf].flatMap(([group, user]) => (panelWave(key, user, at, share) === null ? [] : [group])).sort((a, b) => a - b);

  test('2 % are in at any time, within 4.5 standard deviations', () => {
    expect(oneOf.size).toBe(groups);
    for (let t = 0; t < 60; t += 3) {
      const members = groupsIn(halfWeek(t, 7 * hour_ms)).reduce((sum, group) => sum + (size.get(group) ?? 0), 0);
      expect(Math.abs(members - n * share)).toBeLessThan(4.5 * Math.sqrt(n * share * (1 - share)));
    }
  });
  test('a user is in exactly when their group is', () => {
    const at = halfWeek(5, hour_ms);
    const groupsNow = new Set(groupsIn(at));
    expect(inAt(at, share, 5_000)).toEqual([...groupOf].slice(0, 5_000).flatMap(([user, g]) => (groupsNow.has(g) ? [user] : [])));
  });
  test('each half-week exactly one group enters and one leaves, through the whole rotation and around', () => {
    let before = groupsIn(halfWeek(-1));
    for (let t = 0; t <= groups; t++) {
      const now = groupsIn(halfWeek(t));
      expect(now).toHaveLength(8);
      expect(now.filter((group) => !before.includes(group))).toHaveLength(1);
      expect(before.filter((group) => !now.includes(group))).toHaveLength(1);
      before = now;
    }
  });
});

describe('a wave', () => {
  const share = 0.1;
  const groups = 80;
  const user = 'u-1';
  const waves = Array.from({ length: 3 * groups }, (_, t) => panelWave(key, user, halfWeek(t, hour_ms), share));
  const distinct = [...new Map(waves.flatMap((wave) => (wave === null ? [] : [[wave.wave, wave]]))).values()];

  test('is exactly 28 days, from a Monday at midnight or a Thursday noon', () => {
    expect(distinct.length).toBeGreaterThanOrEqual(3);
    for (const { wave, from, to } of distinct) {
      expect(to.getTime() - from.getTime()).toBe(wave_ms);
      expect(wave).toBe(from.toISOString());
      expect([`1 0`, `4 12`]).toContain(`${from.getUTCDay()} ${from.getUTCHours()}`);
    }
  });
  test('comes back only after the whole rotation', () => {
    for (const [i, { from }] of distinct.entries()) {
      if (i > 0) expect(from.getTime() - (distinct[i - 1]?.from.getTime() ?? 0)).toBe(groups * half_week_ms);
    }
  });
  test('begins and ends to the millisecond', () => {
    const [first] = distinct;
    if (first === undefined) throw new Error('nobody is in');
    const at = (ms: number) => panelWave(key, user, new Date(ms), share)?.wave ?? null;
    expect(at(first.from.getTime() - 1)).toBeNull();
    expect(at(first.from.getTime())).toBe(first.wave);
    expect(at(first.to.getTime() - 1)).toBe(first.wave);
    expect(at(first.to.getTime())).toBeNull();
  });
  test('overlaps with seven before and seven after, and those who entered together share its name', () => {
    const now = halfWeek(40, hour_ms);
    const names = new Map<string, Set<number>>();
    for (const each of inAt(now, share, 2_000)) {
      const { wave } = panelWave(key, each, now, share) ?? { wave: '' };
      names.set(wave, (names.get(wave) ?? new Set()).add(Math.floor(coin(key, 'panel', each) * groups)));
    }
    expect([...names.keys()].sort()).toEqual(Array.from({ length: 8 }, (_, i) => halfWeek(33 + i).toISOString()).sort());
    expect([...names.values()].every((groupsOfWave) => groupsOfWave.size === 1)).toBe(true);
  });
});

test('before 1970 the rotation is the same', () => {
  const wave = panelWave(key, 'u-1', new Date(Date.UTC(1969, 5, 1)), 1);
  expect(wave?.to.getTime()).toBeGreaterThan(Date.UTC(1969, 5, 1));
  expect((wave?.to.getTime() ?? 0) - (wave?.from.getTime() ?? 0)).toBe(wave_ms);
});

test('the examples are right', () => {
  expect(panelWave('test-key-0001', 'user-42', new Date('2026-04-25T12:00:00Z'), 1)?.wave).toBe('2026-04-20T00:00:00.000Z');
  expect(panelShare(0.03)).toBe(0.03007518796992481);
  expect(unionProbability(0.02, 0.1)).toBeCloseTo(0.118, 15);
});

test('share 0 has no panel, share 1 everybody, and others are refused', () => {
  expect(panelShare(0)).toBe(0);
  expect(panelShare(1)).toBe(1);
  expect(inAt(halfWeek(0), 0, 100)).toEqual([]);
  expect(inAt(halfWeek(0), 1, 100)).toHaveLength(100);
  for (const share of [-0.1, 1.1, Number.NaN]) expect(() => panelWave(key, 'u', halfWeek(0), share)).toThrow(RangeError);
  expect(() => panelWave(key, 'u', new Date('x'), 0.1)).toThrow(RangeError);
  expect(() => halfWeekOf(new Date('x'))).toThrow(RangeError);
});

describe('a new coin key', () => {
  const older = { from: new Date(0), key };
  const newer = { from: halfWeek(20, 24 * hour_ms), key: Buffer.alloc(32, 10) };
  const coins: readonly CoinKey[] = [newer, older];
  test('decides from its midnight on; before the first one, the first', () => {
    expect(coinKeyAt(coins, new Date(newer.from.getTime() - 1))).toBe(older.key);
    expect(coinKeyAt(coins, newer.from)).toBe(newer.key);
    expect(coinKeyAt([newer], new Date(0))).toBe(newer.key);
    expect(() => coinKeyAt([], new Date(0))).toThrow(RangeError);
  });
  test('ends no wave half way: waves begun before go on, and the share stays', () => {
    const users = Array.from({ length: 4_000 }, (_, i) => `u-${i}`);
    for (let t = 18; t < 32; t++) {
      const at = halfWeek(t, 48 * hour_ms);
      const waves = users.map((user) => panelWaveUnder(coins, user, at, 0.1));
      const members = waves.filter((wave) => wave !== null).length;
      expect(Math.abs(members - 400)).toBeLessThan(4.5 * Math.sqrt(360));
      for (const [i, user] of users.entries()) {
        const old = panelWave(older.key, user, at, 0.1);
        const young = panelWave(newer.key, user, at, 0.1);
        const goesOn = old !== null && old.from < newer.from ? old : null;
        expect(waves[i]).toEqual(goesOn ?? (young !== null && young.from >= newer.from ? young : null));
      }
    }
  });
  test('share 0 asks no coin', () => expect(panelWaveUnder([], 'u', halfWeek(0), 0)).toBeNull());
});
