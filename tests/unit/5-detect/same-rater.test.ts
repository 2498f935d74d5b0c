import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BatchUnit } from '../../../src/5-detect/arm-batch.ts';
import { keepOneRater } from '../../../src/5-detect/same-rater.ts';
import { unitOf } from './builders.ts';

const scoredBy = (raterRevision: string, n: number, over: Partial<BatchUnit> = {}) =>
  Array.from({ length: n }, (_, i) => unitOf({ raterRevision, userKey: `u${i}`, harm: i === 0, ...over }));
const notLookedAt = { state: 'other_rater', harm: null, raterRevision: null };

describe('a batch rated by two revisions', () => {
  test('keeps the verdicts of the one that gave most, and the others count as not looked at', () => {
    const units = [...scoredBy('r2', 3), ...scoredBy('r1', 2)];
    const kept = keepOneRater(units);
    expect(kept.slice(0, 3)).toEqual(units.slice(0, 3));
    for (const [i, unit] of kept.slice(3).entries()) expect(unit).toEqual({ ...units[3 + i], ...notLookedAt });
  });
  test('is decided by all versions together, never by one for itself', () => {
    const live = [...scoredBy('r1', 4), ...scoredBy('r2', 1)];
    const baseline = [...scoredBy('r1', 2, { version: 'atlas' }), ...scoredBy('r2', 3, { version: 'atlas' })];
    const kept = keepOneRater([...live, ...baseline]);
    for (const version of ['boreas', 'atlas']) {
      const revisions = new Set(kept.filter((unit) => unit.version === version).map((unit) => unit.raterRevision));
      expect(revisions).toEqual(new Set(['r1', null]));
    }
  });
  test('is decided for each dimension by itself', () => {
    const other = { dimension: 'acute.self_harm' };
    const kept = keepOneRater([
      ...scoredBy('r1', 3),
      ...scoredBy('r2', 1),
      ...scoredBy('s1', 1, other),
      ...scoredBy('s2', 2, other),
    ]);
    expect(kept.map((unit) => unit.raterRevision)).toEqual(['r1', 'r1', 'r1', null, null, 's2', 's2']);
  });
  test('on a tie keeps the one that sorts first, in whatever order they come', () => {
    const units = [...scoredBy('r2', 2), ...scoredBy('r1', 2)];
    for (const order of [units, units.toReversed()]) {
      expect(new Set(keepOneRater(order).flatMap(({ raterRevision }) => raterRevision ?? []))).toEqual(new Set(['r1']));
    }
  });
  test('counts what a rater looked at and could not score as its own', () => {
    const refused = scoredBy('r2', 3, { state: 'refused', harm: null });
    expect(keepOneRater([...refused, ...scoredBy('r1', 2)]).map(({ state }) => state)).toEqual([
      ...['refused', 'refused', 'refused'],
      ...['other_rater', 'other_rater'],
    ]);
  });
  test.each(['failed', 'over_budget', 'throttled', 'expired'])('is not decided by what nobody looked at (%s)', (state) => {
    // Which of them there are depends on an outage, and verdicts must not be lost to it.
    const unseen = scoredBy('none', 3, { state, harm: null });
    const scored = scoredBy('r1', 2);
    expect(keepOneRater([...unseen, ...scored]).slice(3)).toEqual(scored);
  });
});

test('a batch of one revision, and what is due still, stay as they are', () => {
  const units = [...scoredBy('r1', 3), unitOf({ state: 'due', harm: null, raterRevision: null })];
  expect(keepOneRater(units)).toEqual(units);
  expect(keepOneRater([])).toEqual([]);
});

test('whatever the batch: as many units in the same order, one revision of each dimension at most, weights untouched', () => {
  const unit = fc
    .record({
      raterRevision: fc.constantFrom('r1', 'r2', 'r3', null),
      dimension: fc.constantFrom('concrete.flattery', 'acute.self_harm'),
      weight: fc.integer({ min: 1, max: 9 }),
      userKey: fc.string(),
    })
    .map((given) => unitOf(given.raterRevision === null ? { ...given, state: 'due', harm: null } : given));
  fc.assert(
    fc.property(fc.array(unit), (units) => {
      const kept = keepOneRater(units);
      expect(kept.map(({ weight, userKey, dimension }) => [weight, userKey, dimension])).toEqual(
        units.map(({ weight, userKey, dimension }) => [weight, userKey, dimension]),
      );
      for (const dimension of ['concrete.flattery', 'acute.self_harm']) {
        const revisions = kept.flatMap((each) => (each.dimension === dimension ? (each.raterRevision ?? []) : []));
        expect(new Set(revisions).size).toBeLessThanOrEqual(1);
        const votes = units.filter((each) => each.dimension === dimension && each.raterRevision === revisions[0]).length;
        expect(revisions).toHaveLength(revisions.length === 0 ? 0 : votes);
      }
    }),
  );
});
