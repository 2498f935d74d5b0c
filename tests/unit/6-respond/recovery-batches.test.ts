import { describe, expect, it } from 'vitest';
import { type RecoveryTraffic, type RecoveryUnit, recoveryBatches } from '../../../src/6-respond/recovery-batches.ts';
import { everybody } from '../../../src/domain/cell.ts';
import { unscoredReasons } from '../../../src/domain/rating.ts';
import { newRecoveryTest, recoveryEValue, stepRecoveryTest } from '../../../src/stats/recovery-test.ts';
import { at } from './builders.ts';

const facets = { topic: 'work', memory: 'on', locale: 'en', length: '1', product: 'app' };
const unitOf = (over: Partial<RecoveryUnit> = {}): RecoveryUnit => ({
  batchAt: at(1),
  userKey: 'u1',
  facets,
  weight: 2,
  state: 'scored',
  harm: false,
  ...over,
});
const trafficOf = (over: Partial<RecoveryTraffic> = {}): RecoveryTraffic => ({
  batchAt: at(1),
  ...everybody,
  n: 10,
  nu: 5,
  maxUserWeight: 6,
  ...over,
});

describe('batches for the test of recovery', () => {
  it('sum weights and harm by user and hour, in order of time', () => {
    const units = [
      unitOf({ batchAt: at(2), harm: true }),
      unitOf(),
      unitOf({ weight: 4, harm: true }),
      unitOf({ userKey: 'u2' }),
    ];
    expect(recoveryBatches(units, [trafficOf({ batchAt: at(2) }), trafficOf()], everybody)).toEqual([
      {
        clusters: [
          { weightedSum: 4, weight: 6 },
          { weightedSum: 0, weight: 2 },
        ],
        meanWeight: 2,
        maxWeightedSum: 6,
      },
      { clusters: [{ weightedSum: 2, weight: 2 }], meanWeight: 2, maxWeightedSum: 6 },
    ]);
  });

  it('add up the versions of an hour, whichever answered', () => {
    const [batch] = recoveryBatches([], [trafficOf(), trafficOf({ n: 30, nu: 5, maxUserWeight: 4 })], everybody);
    expect(batch).toEqual({ clusters: [], meanWeight: 4, maxWeightedSum: 10 });
  });

  it.each([...unscoredReasons, 'scored'])('count a unit without a verdict (%s) as harm: silence is not recovery', (state) => {
    const [batch] = recoveryBatches([unitOf({ state, harm: null })], [trafficOf()], everybody);
    expect(batch?.clusters).toEqual([{ weightedSum: 2, weight: 2 }]);
  });

  it.each<[string, RecoveryUnit[], RecoveryTraffic[], number]>([
    ['an hour without traffic is no batch', [unitOf()], [], 0],
    ['nor is one in which nothing could be sampled', [], [trafficOf({ nu: 0 })], 0],
    ['one without samples is one without evidence', [], [trafficOf()], 1],
    ['other cohorts’ traffic does not count', [unitOf()], [trafficOf({ facet: 'topic', value: 'work' })], 0],
  ])('%s', (_fact, units, traffic, n) => {
    expect(recoveryBatches(units, traffic, everybody)).toHaveLength(n);
  });

  it('keep to the alert’s cohort', () => {
    const cohort = { facet: 'topic', value: 'health' };
    const units = [unitOf(), unitOf({ userKey: 'u2', facets: { ...facets, topic: 'health' } })];
    const [batch] = recoveryBatches(units, [trafficOf(), trafficOf(cohort)], cohort);
    expect(batch?.clusters).toEqual([{ weightedSum: 0, weight: 2 }]);
  });

  it('prove a recovery when harm is gone, and never when the judge has only gone silent', () => {
    const hours = Array.from({ length: 48 }, (_, hour) => at(hour));
    const evidence = (harmOf: (i: number) => boolean | null) => {
      const units = hours.flatMap((batchAt) =>
        Array.from({ length: 10 }, (_, i) => unitOf({ batchAt, userKey: `u${i}`, harm: harmOf(i) })),
      );
      const traffic = hours.map((batchAt) => trafficOf({ batchAt, n: 20, nu: 10, maxUserWeight: 2 }));
      const base = { baselineRate: 0.1, recoveryRatio: 1.5, deff: 1.3 };
      let state = newRecoveryTest({ ...base, meanWeight: 1, maxWeightedSum: 1 });
      for (const { clusters, ...scale } of recoveryBatches(units, traffic, everybody))
        state = stepRecoveryTest(state, clusters, { ...base, ...scale });
      return recoveryEValue(state);
    };
    expect(evidence(() => false)).toBeGreaterThan(20);
    expect(evidence((i) => (i < 3 ? null : false))).toBeLessThan(1);
  });
});
