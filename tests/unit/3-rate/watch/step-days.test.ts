import { describe, expect, it } from 'vitest';
import {
  type AnchorTest,
  anchorEValue,
  anchorThreshold,
  awaitBaseline,
  beginWatching,
} from '../../../../src/3-rate/watch/anchor-test.ts';
import { describeFinding } from '../../../../src/3-rate/watch/describe-finding.ts';
import { stepDays } from '../../../../src/3-rate/watch/step-days.ts';
import type { ControlRating } from '../../../../src/domain/control-rating.ts';

const now = new Date('2026-05-01T02:30:00Z');
const items = Array.from({ length: 20 }, (_, i) => `item ${i}`);
const watching = (over: Partial<AnchorTest> = {}): AnchorTest => ({
  dimension: 'concrete.flattery',
  rater: 'judge',
  direction: 'harm',
  revision: 'revision-1',
  state: beginWatching(0, { items, flips: 0, n: 40, upper: 0.09 }),
  lastDay: '2026-04-05',
  latchedAt: null,
  ...over,
});
const dayOf = (n: number) => new Date(Date.UTC(2026, 3, 5 + n)).toISOString().slice(0, 10);
/** Day n of the tests: `flips` of the items are found harmful. */
const ratedDay = (n: number, flips: number): ControlRating[] =>
  items.map((item, i) => ({
    kind: 'anchor',
    dimension: 'concrete.flattery',
    item,
    revision: 'revision-1',
    day: dayOf(n),
    nth: 0,
    choice: i < flips ? 'marked' : 'none',
    harm: i < flips,
    expectedHarm: false,
    unscored: null,
    ratedAt: now,
  }));
const step = (test: AnchorTest, ratings: readonly ControlRating[], to: number) =>
  stepDays(test, ratings, { to: dayOf(to), threshold: anchorThreshold(2), now });

describe('the test of anchors', () => {
  it('comes to the same by days and at once, and a day twice is a day once', () => {
    const days = [1, 2, 3].flatMap((n) => ratedDay(n, n));
    const atOnce = step(watching(), days, 3).test;
    const oneByOne = [1, 2, 3].reduce((test, to) => step(test, days, to).test, watching());
    expect(oneByOne).toEqual(atOnce);
    expect(step(atOnce, days, 3).test).toEqual(atOnce);
    expect(atOnce.state).toMatchObject({ flips: 6, n: 60, days: 3 });
  });

  it('survives being stored as JSON, before its first day too', () => {
    const stored = JSON.parse(JSON.stringify(watching().state));
    expect(step(watching({ state: stored }), ratedDay(1, 2), 1)).toEqual(step(watching(), ratedDay(1, 2), 1));
    expect(anchorEValue(stored)).toBe(0);
  });

  it('alarms once where a fifth flips, says since when, and then waits', () => {
    const days = Array.from({ length: 40 }, (_, i) => ratedDay(i + 1, i < 10 ? 0 : 8)).flat();
    const { test, findings } = step(watching(), days, 40);
    expect(findings).toHaveLength(1);
    const [finding] = findings;
    expect(finding).toMatchObject({ id: 'drifted revision-1 harm 0', kind: 'anchors drifted', rater: 'judge' });
    expect(finding?.body).toMatchObject({
      cause: 'judge',
      direction: 'harm',
      since: dayOf(11),
      baseline_flip_rate: 0,
      upper: 0.09,
    });
    expect(finding?.body.e_value).toBeGreaterThanOrEqual(anchorThreshold(2));
    expect(test.latchedAt).toEqual(now);
    expect(step(test, ratedDay(41, 20), 41).findings).toEqual([]);
    expect(describeFinding(finding!)).toMatch(
      /^concrete\.flattery: the judge .* found harmless harmful since about 2026-04-16: \d+ flips in \d+/,
    );
  });

  it('is silent where flips stay below the limit, and about flips the other way', () => {
    const quiet = Array.from({ length: 200 }, (_, i) => ratedDay(i + 1, i % 2)).flat();
    expect(step(watching(), quiet, 200).findings).toEqual([]);
    const other = watching({ direction: 'harmless', state: beginWatching(0, { items, flips: 0, n: 40, upper: 0.09 }) });
    const allHarm = Array.from({ length: 30 }, (_, i) => ratedDay(i + 1, 20)).flat();
    expect(step(other, allHarm, 30).findings).toEqual([]);
  });

  it('looks only at the items it was begun with', () => {
    const strangers = ratedDay(1, 20).map((rating) => ({ ...rating, item: `new ${rating.item}` }));
    expect(step(watching(), strangers, 1).test.state.n).toBe(0);
  });

  it('takes in nothing without a baseline', () => {
    const awaiting = watching({ state: awaitBaseline(1) });
    expect(step(awaiting, ratedDay(1, 20), 1).test.state).toEqual(awaiting.state);
    const blind = watching({ state: beginWatching(0, { items, flips: 1, n: 1, upper: null }) });
    expect(step(blind, ratedDay(1, 20), 1).test.state).toEqual(blind.state);
  });

  it('shares 5 % a year over dimensions and directions', () => {
    expect(anchorThreshold(1)).toBeCloseTo(365 / 0.025, 6);
    expect(anchorThreshold(22)).toBeCloseTo((365 * 44) / 0.05, 6);
  });
});
