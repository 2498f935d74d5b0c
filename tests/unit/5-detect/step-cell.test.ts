import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchUnit, sumArm } from '../../../src/5-detect/arm-batch.ts';
import { newCellState } from '../../../src/5-detect/cell-state.ts';
import { type CellBatch, stepCell } from '../../../src/5-detect/step-cell.ts';
import { everybody } from '../../../src/domain/cell.ts';
import { contentDependentReasons } from '../../../src/domain/rating.ts';
import { logValue, newEDetector, stepEDetector } from '../../../src/stats/e-detector.ts';
import { armOf, batchOf, stateOf, unitOf, usersOf } from './builders.ts';

function step(state = stateOf(), batch: CellBatch = batchOf()) {
  const next = stepCell(state, batch);
  if (next === null) throw new Error('skipped');
  return next;
}

const armWith = (n: number, harms: number) => armOf({ clusters: usersOf(n, harms) });

/** The stakes behind a batch whose live arm is one user of weight 1 alone, read back from its evidence. */
function kappasOf(batch: CellBatch, harm: 0 | 1): number[] {
  const { logF, m } = step(stateOf(), batch).step;
  return logF.map((each) => (Math.expm1(each) * batch.live.n) / (harm - m));
}

describe('one batch into one cell', () => {
  it.each<[string, Partial<CellBatch>]>([
    ['the live version has no traffic', { live: armOf({ n: 0 }) }],
    ['the baseline has no traffic', { baseline: armOf({ n: 0 }) }],
    ['nothing is expected of the live version', { live: armOf({ nu: 0 }) }],
    ['nothing is expected of the baseline', { baseline: armOf({ nu: 0 }) }],
  ])('is skipped when %s: no evidence, no spend', (_why, over) => {
    expect(stepCell(stateOf(), batchOf(over))).toBeNull();
  });

  it('with traffic and nothing sampled gives no evidence, and lays out the hour all the same', () => {
    const empty = armOf({ clusters: [], n: 40, nu: 4 });
    const { step: made, state } = step(stateOf({ detector: newEDetector(8, 0) }), batchOf({ live: empty, baseline: empty }));
    expect(made.logF).toEqual(new Array(8).fill(0));
    expect(Math.exp(logValue(state.detector))).toBeCloseTo(1 / 24, 12);
  });

  it('a day of quiet hours lays out a start mass of one', () => {
    const empty = armOf({ clusters: [], n: 40, nu: 4 });
    let state = stateOf({ detector: newEDetector(8, 0) });
    for (let hour = 0; hour < 24; hour += 1) state = step(state, batchOf({ live: empty, baseline: empty })).state;
    expect(Math.exp(logValue(state.detector))).toBeCloseTo(1, 9);
  });

  it('writes down the numbers of the batch', () => {
    const batch = batchOf({ live: armWith(20, 2), baseline: armWith(30, 1), threshold: 500 });
    expect(step(stateOf(), batch).step).toMatchObject({
      m: expect.closeTo(0.05, 12),
      nLive: 20,
      nBaseline: 30,
      trafficLive: 20,
      trafficBaseline: 30,
      threshold: 500,
      crossed: false,
    });
  });

  it.each([
    [10, true],
    [10.1, false],
  ])('crosses a threshold of %d: %s, when its value is just above 10', (threshold, crossed) => {
    const empty = armOf({ clusters: [], n: 40, nu: 4 });
    expect(step(stateOf(), batchOf({ live: empty, baseline: empty, threshold })).step).toMatchObject({ crossed });
  });

  it('more harm in the live arm is more evidence, more in the baseline is less', () => {
    const evidenceOf = (live: number, baseline: number) =>
      step(stateOf(), batchOf({ live: armWith(50, live), baseline: armWith(50, baseline) })).step.logValue;
    expect(evidenceOf(6, 2)).toBeGreaterThan(evidenceOf(3, 2));
    expect(evidenceOf(3, 5)).toBeLessThan(evidenceOf(3, 2));
    expect(evidenceOf(6, 0)).toBeGreaterThan(evidenceOf(6, 2));
  });

  it('bets only with what was known before: other verdicts, the same stakes and the same centre', () => {
    const lone = (harm: 0 | 1) =>
      batchOf({
        live: armOf({ clusters: usersOf(1, harm), n: 40, nu: 10, maxUserWeight: 4 }),
        baseline: armOf({ clusters: [], n: 40, nu: 10, maxUserWeight: 4 }),
      });
    const [quiet, harmful] = [kappasOf(lone(0), 0), kappasOf(lone(1), 1)];
    expect(Math.min(...quiet)).toBeGreaterThan(0);
    for (const [k, kappa] of quiet.entries()) expect(harmful[k]).toBeCloseTo(kappa, 9);
    const verdicts = fc.tuple(fc.nat(30), fc.nat(30));
    fc.assert(
      fc.property(verdicts, verdicts, ([a, b], [c, d]) => {
        const one = step(stateOf(), batchOf({ live: armWith(30, a), baseline: armWith(30, b) }));
        const other = step(stateOf(), batchOf({ live: armWith(30, c), baseline: armWith(30, d) }));
        expect(one.step.m).toBe(other.step.m);
      }),
    );
  });

  it('learns after it has bet: the next batch is centred on this one too', () => {
    const first = step(stateOf(), batchOf({ live: armWith(200, 100), baseline: armWith(200, 100) }));
    const second = step(first.state);
    expect(first.step.m).toBeCloseTo(0.05, 12);
    // Prior 100 harms of 2,000, forgotten by one hour of 14 days, and 200 of 400.
    const forget = 0.5 ** (1 / 336);
    expect(second.step.m).toBeCloseTo((forget * 100 + 200) / (forget * 2_000 + 400), 12);
  });

  it('its centre allows for a tolerated ratio', () => {
    const { state } = step(stateOf(), batchOf({ live: armWith(100, 20), baseline: armWith(100, 10), r0: 2 }));
    const forget = 0.5 ** (1 / 336);
    expect(state.harm).toBeCloseTo(forget * 100 + 30, 9);
    expect(state.conversations).toBeCloseTo(forget * 2_000 + 100 + 50, 9);
  });

  it('a ratio that is tolerated is no evidence', () => {
    const batch = { live: armWith(400, 40), baseline: armWith(400, 20) };
    expect(step(stateOf(), batchOf({ ...batch, r0: 1 })).step.logValue).toBeGreaterThan(Math.log(100));
    expect(step(stateOf(), batchOf({ ...batch, r0: 2 })).step.logValue).toBeLessThan(Math.log(20));
  });

  it('from the steps alone, every value of the detector can be computed again', () => {
    const counts = fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(counts, (batches) => {
        let state = stateOf();
        let again = newEDetector(8, 10);
        for (const [live, baseline] of batches) {
          const next = step(state, batchOf({ live: armWith(20, live), baseline: armWith(20, baseline) }));
          state = next.state;
          again = stepEDetector(again, { logFactors: next.step.logF, startMass: 1 / 24 });
          expect(logValue(again)).toBeCloseTo(next.step.logValue, 9);
        }
      }),
    );
  });

  it('whatever the verdicts, no batch that keeps to the design takes more than nine tenths of the stake from one user', () => {
    const arm = fc
      .array(fc.record({ weight: fc.double({ min: 1, max: 20, noNaN: true }), harm: fc.boolean() }), {
        minLength: 1,
        maxLength: 5,
      })
      .map((users) => {
        const clusters = users.map(({ weight, harm }) => ({ weight, weightedSum: harm ? weight : 0 }));
        return armOf({ clusters, n: 100, nu: 5, maxUserWeight: 20 });
      });
    fc.assert(
      fc.property(arm, arm, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (live, baseline, rate) => {
        const { logF } = step(newCellState(rate, 1), batchOf({ live, baseline })).step;
        const worst = (live.clusters.length + baseline.clusters.length) * Math.log(0.1);
        for (const each of logF) expect(each).toBeGreaterThanOrEqual(worst - 1e-9);
      }),
    );
  });

  it('a judge that falls silent on a conversation never adds evidence', () => {
    const unit = fc
      .record({ userKey: fc.constantFrom('a', 'b', 'c', 'd'), harm: fc.boolean() })
      .map((over) => unitOf({ ...over, weight: 2 }));
    const units = fc.array(unit, { minLength: 1, maxLength: 10 });
    const evidence = (live: readonly BatchUnit[], baseline: readonly BatchUnit[]) => {
      const design = { n: 40, nu: 20, maxUserWeight: 20 };
      const batch = batchOf({
        live: { ...sumArm(live, everybody, 'live', 1), ...design },
        baseline: { ...sumArm(baseline, everybody, 'baseline', 1), ...design },
      });
      return step(stateOf(), batch).step.logF;
    };
    fc.assert(
      fc.property(units, units, fc.nat(), fc.constantFrom(...contentDependentReasons), (live, baseline, at, state) => {
        const silence = (given: readonly BatchUnit[]) =>
          given.map((each, i) => (i === at % given.length ? { ...each, state, harm: null } : each));
        const before = evidence(live, baseline);
        for (const after of [evidence(silence(live), baseline), evidence(live, silence(baseline))])
          for (const [k, each] of after.entries()) expect(each).toBeLessThanOrEqual((before[k] ?? Number.NaN) + 1e-9);
      }),
    );
  });

  it.each<[string, string[], string[], boolean]>([
    ['one revision in both arms', ['r1'], ['r1'], true],
    ['a change in the middle of the hour, in both', ['r1', 'r2'], ['r2', 'r1'], true],
    ['one arm without a verdict', [], ['r1'], true],
    ['two revisions', ['r1'], ['r2'], false],
    ['one more in one arm', ['r1', 'r2'], ['r1'], false],
  ])('the same rater: %s', (_name, live, baseline, same) => {
    const batch = batchOf({
      live: armOf({ raterRevisions: new Set(live) }),
      baseline: armOf({ raterRevisions: new Set(baseline) }),
    });
    const { state } = step(stateOf(), batch);
    expect(state.sameRater).toBe(same);
    expect(step(state).state.sameRater).toBe(same);
  });
});
