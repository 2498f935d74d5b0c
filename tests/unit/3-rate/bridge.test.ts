import { describe, expect, test } from 'vitest';
import { openBridges } from '../../../src/3-rate/bridge.ts';
import type { KnownRater } from '../../../src/domain/known-rater.ts';

const day = (n: number) => new Date(Date.UTC(2026, 3, 1) + n * 86_400_000);
const raterOf = (revision: string, first: number, last: number, over: Partial<KnownRater> = {}): KnownRater => ({
  revision,
  dimension: 'concrete.flattery',
  rater: 'judge',
  rubricVersion: 1,
  model: `model of ${revision}`,
  parameters: { temperature: 0 },
  firstUsedAt: day(first),
  lastUsedAt: day(last),
  ...over,
});
const at = (known: readonly KnownRater[], now: number, revision = 'new', days = 14) =>
  openBridges(known, new Map([['concrete.flattery', revision]]), day(now), days);

describe('a bridge', () => {
  const old = raterOf('old', 0, 20);
  const fresh = raterOf('new', 20, 21);

  test('leads from the rater that scored the dimension last to the one that took over, for so many days', () => {
    expect(at([old, fresh], 21)).toEqual([{ dimension: 'concrete.flattery', from: old, to: fresh, until: day(34) }]);
    expect(at([old, fresh], 20)).toHaveLength(1);
    expect(at([old, fresh], 33.99)).toHaveLength(1);
    expect(at([old, fresh], 34)).toEqual([]);
    expect(at([old, fresh], 26.9, 'new', 7)).toHaveLength(1);
    expect(at([old, fresh], 27, 'new', 7)).toEqual([]);
  });
  test('needs somebody before: the first rater of a dimension has none', () => {
    expect(at([fresh], 21)).toEqual([]);
    expect(at([], 21)).toEqual([]);
    expect(at([old], 21)).toEqual([]);
  });
  test('leads from the one that served last, not from the one that came last', () => {
    const longServing = raterOf('long-serving', 0, 20);
    const brief = raterOf('brief', 5, 9);
    for (const known of [
      [longServing, brief, fresh],
      [brief, fresh, longServing],
    ]) {
      expect(at(known, 21).map(({ from }) => from.revision)).toEqual(['long-serving']);
    }
  });
  test('is not needed by a rater that served before and comes back, even within the days', () => {
    expect(at([raterOf('old', 0, 3), raterOf('new', 2, 3)], 3, 'old')).toEqual([]);
  });
  test('leads from a judge: who else rated the dimension, or rated another, does not count', () => {
    const second = raterOf('second', 0, 20, { rater: 'second' });
    const screen = raterOf('screen', 0, 20, { rater: 'screen' });
    const elsewhere = raterOf('elsewhere', 0, 20, { dimension: 'acute.self_harm' });
    expect(at([second, screen, elsewhere, fresh], 21)).toEqual([]);
  });
  test('is opened for each dimension that has a new rater, and for no other', () => {
    const acute = { dimension: 'acute.self_harm' };
    const known = [old, fresh, raterOf('same', 0, 21, acute)];
    const current = new Map([
      ['concrete.flattery', 'new'],
      ['acute.self_harm', 'same'],
    ]);
    expect(openBridges(known, current, day(21), 14).map(({ dimension }) => dimension)).toEqual(['concrete.flattery']);
  });
});
