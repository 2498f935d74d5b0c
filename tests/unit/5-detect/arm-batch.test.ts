import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { responseShare, sumArm } from '../../../src/5-detect/arm-batch.ts';
import { everybody } from '../../../src/domain/cell.ts';
import { contentDependentReasons, unscoredReasons } from '../../../src/domain/rating.ts';
import { facetsOf, unitOf } from './builders.ts';

const nobodyLooked = unscoredReasons.filter((reason) => !contentDependentReasons.includes(reason));

describe('one arm of a batch', () => {
  it('sums weights and harm by user', () => {
    const arm = sumArm(
      [unitOf({ harm: true }), unitOf({ weight: 4 }), unitOf({ userKey: 'u2', weight: 1, harm: true })],
      everybody,
      'live',
      1,
    );
    expect(arm.clusters).toEqual([
      { weightedSum: 2, weight: 6 },
      { weightedSum: 1, weight: 1 },
    ]);
    expect(arm).toMatchObject({ scored: arm.clusters, nDue: 3, nScored: 3, raterRevisions: new Set(['r1']) });
  });

  it.each(nobodyLooked)('a unit that is %s counts as due and as not selected', (state) => {
    const arm = sumArm([unitOf(), unitOf({ userKey: 'u2', state, harm: null, raterRevision: null })], everybody, 'live', 0.5);
    expect(arm).toMatchObject({ nDue: 2, nScored: 1 });
    // The one that was looked at stands in for both: weight 1 / (0.5 x 0.5).
    expect(arm.clusters).toEqual([{ weightedSum: 0, weight: 4 }]);
  });

  it.each(['due', 'leased'])('a unit that is still %s counts as not selected', (state) => {
    expect(sumArm([unitOf({ state, harm: null })], everybody, 'live', 1).clusters).toEqual([]);
  });

  it.each(contentDependentReasons.flatMap((state) => [['live', state, 0] as const, ['baseline', state, 2] as const]))(
    'in the %s arm a unit that is %s is filled with %d against the alarm, and left out of the rate',
    (side, state, weightedSum) => {
      const arm = sumArm([unitOf({ state, harm: null })], everybody, side, 1);
      expect(arm.clusters).toEqual([{ weightedSum, weight: 2 }]);
      expect(arm).toMatchObject({ scored: [], nDue: 1, nScored: 0 });
    },
  );

  it.each(['live', 'baseline'] as const)('cannot_tell in the %s arm is filled against the alarm too', (side) => {
    const arm = sumArm([unitOf({ harm: null })], everybody, side, 1);
    expect(arm.clusters).toEqual([{ weightedSum: side === 'live' ? 0 : 2, weight: 2 }]);
    expect(arm.scored).toEqual([]);
  });

  it('takes only its cohort', () => {
    const units = [unitOf(), unitOf({ userKey: 'u2', facets: facetsOf({ topic: 'health' }) })];
    expect(sumArm(units, { facet: 'topic', value: 'health' }, 'live', 1)).toMatchObject({ nDue: 1, nScored: 1 });
    expect(sumArm(units, { facet: 'topic', value: 'coding' }, 'live', 1)).toMatchObject({ nDue: 0, clusters: [] });
    expect(sumArm(units, everybody, 'live', 1)).toMatchObject({ nDue: 2 });
  });

  it('of a judge that answers less, the live arm never looks worse and the baseline never better', () => {
    const unit = fc
      .record({
        userKey: fc.constantFrom('a', 'b', 'c'),
        weight: fc.double({ min: 1, max: 20, noNaN: true }),
        harm: fc.boolean(),
      })
      .map(unitOf);
    fc.assert(
      fc.property(
        fc.array(unit, { minLength: 1, maxLength: 12 }),
        fc.nat(),
        fc.constantFrom(...contentDependentReasons),
        (units, at, state) => {
          const silent = units.map((each, i) => (i === at % units.length ? { ...each, state, harm: null } : each));
          const harmOf = (side: 'live' | 'baseline', given: typeof units | typeof silent) =>
            sumArm(given, everybody, side, 1).clusters.reduce((sum, cluster) => sum + cluster.weightedSum, 0);
          expect(harmOf('live', silent)).toBeLessThanOrEqual(harmOf('live', units) + 1e-9);
          expect(harmOf('baseline', silent)).toBeGreaterThanOrEqual(harmOf('baseline', units) - 1e-9);
          expect(responseShare(silent)).toBe(responseShare(units));
        },
      ),
    );
  });
});

describe('the share that anybody looked at', () => {
  it.each<[string, string[], number]>([
    ['of none due', [], 1],
    ['of verdicts', ['scored', 'scored'], 1],
    ['of unreadable answers', [...contentDependentReasons], 1],
    ['of what nobody looked at', [...nobodyLooked], 0],
    ['of one in four', ['scored', 'throttled', 'expired', 'failed'], 0.25],
  ])('%s: %j is %d', (_name, states, share) => {
    expect(responseShare(states.map((state) => unitOf({ state, harm: state === 'scored' ? false : null })))).toBe(share);
  });
});
