import { beforeAll, describe, expect, test } from 'vitest';
import { decideInclusion } from '../../../../src/2-sample/design/inclusion.ts';
import { drawJudge, judgeProbability, neymanSize, solveEta } from '../../../../src/2-sample/design/judge-phase.ts';
import { judgeShare } from '../../../../src/2-sample/design/judge-share.ts';
import type { JudgePlan } from '../../../../src/domain/judge-plan.ts';
import { Rng } from '../../../../src/simulate/rng.ts';
import { designInterval } from '../../../../src/stats/design-interval.ts';
import { hajekMean, type WeightedUnit } from '../../../../src/stats/hajek.ts';

/**
 * Both phases with real coins against one population, over 200 keys: the whole budget and half of it on the same samples.
 * MCSE: Monte-Carlo standard error. Every seed is fixed, so a failure is no accident.
 */
const n_keys = 200;
const dimension = 'concrete.flattery';
const day = '2026-04-22';
const keyOf = (n: number) => Buffer.from(`judge-phase ${n}`.padEnd(32));
const meanOf = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;
const mcseOf = (xs: readonly number[]) => {
  const mean = meanOf(xs);
  return Math.sqrt(xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (xs.length - 1) / xs.length);
};

type Unit = {
  readonly user: string;
  readonly id: string;
  readonly nth: number;
  readonly piSample: number;
  readonly harm: 0 | 1;
  readonly score: number;
};

/**
 * Some 4,000 conversations of 1,500 users; harm in about a tenth, clustered by user. The screen sees two harms in three, half of
 * them plainly; the others look to it as harmless as anything.
 */
function population(): readonly Unit[] {
  const rng = new Rng('judge-phase');
  return Array.from({ length: 1_500 }, (_, u) => {
    const propensity = rng.beta(0.9, 8.1);
    return Array.from({ length: 1 + rng.poisson(1.7) }, (__, i): Unit => {
      const harm = rng.uniform() < propensity ? 1 : 0;
      const seen = harm === 1 && rng.uniform() < 2 / 3;
      const score = seen ? 0.1 + 0.5 * rng.uniform() : 0.003 + 0.07 * rng.uniform() ** 2;
      return { user: `u-${u}`, id: `c-${u}-${i}`, nth: i + 1, piSample: rng.pick([0.2, 0.4]), harm, score };
    });
  }).flat();
}

/** One conversation's weight and cluster in the sample of a key; null where it was not taken. */
function takeOf(key: Uint8Array, { user, id, nth, piSample, score }: Unit) {
  const coins = { key, design: 'd', day, user, conversation: id };
  const { taken, piCap, counted } = decideInclusion({ ...coins, piSample, nthToday: nth, panel: false });
  return taken ? { coins, counted, pi1: piSample * piCap, score: { [dimension]: score } } : null;
}

describe('a rate judged by two phases', () => {
  const units = population();
  const truth = (() => {
    // The rate of capped conversations: a user's j-th of the day counts min(1, (3/j)^2) (METHOD 1.5).
    const counted = units.map(({ nth }) => Math.min(1, (3 / nth) ** 2));
    return units.reduce((sum, { harm }, i) => sum + harm * (counted[i] ?? 0), 0) / counted.reduce((sum, c) => sum + c, 0);
  })();

  // Yesterday's sample, by another key, is what the plan is made from.
  const yesterday = units.flatMap((unit) => takeOf(keyOf(9_999), unit) ?? []);
  const planFor = (callsLeft: number): JudgePlan => {
    const share = judgeShare([{ callsLeft, callsOwed: 0, callsPerSample: 1 }], yesterday.length, 1);
    const floor = 0.5 * share;
    const scale = { [dimension]: 1 };
    const sizes = yesterday.map(({ score, pi1 }) => neymanSize(score, scale, pi1));
    return { from: new Date(0), share, floor, eta: solveEta(sizes, share, floor), scale, secondShare: 0 };
  };
  const budget = Math.round(0.3 * yesterday.length);
  const plans = { whole: planFor(budget), half: planFor(budget / 2) };
  type Budget = keyof typeof plans;
  const budgets = ['whole', 'half'] as const;
  const estimates: Record<Budget, number[]> = { whole: [], half: [] };
  const widths: Record<Budget, number[]> = { whole: [], half: [] };
  const variances: Record<Budget, number[]> = { whole: [], half: [] };
  const judgedShares: Record<Budget, number[]> = { whole: [], half: [] };
  const covered: Record<Budget, number> = { whole: 0, half: 0 };
  const unweighted: number[] = [];
  let notNested = 0;

  beforeAll(() => {
    for (let k = 0; k < n_keys; k++) {
      const key = keyOf(k);
      const rated: Record<Budget, WeightedUnit[]> = { whole: [], half: [] };
      const byFirstPhase: WeightedUnit[] = [];
      let taken = 0;
      for (const unit of units) {
        const take = takeOf(key, unit);
        if (take === null) continue;
        taken += 1;
        const judged = { whole: false, half: false };
        for (const each of budgets) {
          const pi2 = judgeProbability(plans[each], neymanSize(take.score, plans[each].scale, take.pi1));
          judged[each] = drawJudge(take.coins, pi2, 0).judged;
          if (!judged[each]) continue;
          const { counted, pi1 } = take;
          rated[each].push({ value: unit.harm, weight: counted / (pi1 * pi2), cluster: unit.user });
          if (each === 'whole') byFirstPhase.push({ value: unit.harm, weight: counted / pi1, cluster: unit.user });
        }
        if (judged.half && !judged.whole) notNested += 1;
      }
      for (const each of budgets) {
        const mean = hajekMean(rated[each]);
        if (mean?.variance == null) throw new Error('too small a sample');
        const { low, high } = designInterval({ ...mean, rate: mean.estimate, confidence: 0.95 });
        estimates[each].push(mean.estimate);
        variances[each].push(mean.variance);
        widths[each].push(high - low);
        judgedShares[each].push(mean.n / taken);
        if (low <= truth && truth <= high) covered[each] += 1;
      }
      unweighted.push(hajekMean(byFirstPhase)?.estimate ?? Number.NaN);
    }
    for (const each of budgets) {
      report(
        `${each}: truth ${truth.toFixed(4)}, bias ${(meanOf(estimates[each]) - truth).toFixed(5)}, MCSE ${mcseOf(estimates[each]).toFixed(5)}, ` +
          `coverage ${(covered[each] / n_keys).toFixed(3)}, judged ${meanOf(judgedShares[each]).toFixed(4)} of ${plans[each].share.toFixed(4)}, ` +
          `width ${meanOf(widths[each]).toFixed(4)}, sd ${(mcseOf(estimates[each]) * Math.sqrt(n_keys)).toFixed(4)}, ` +
          `estimated ${Math.sqrt(meanOf(variances[each])).toFixed(4)}`,
      );
    }
    report(
      `width ratio ${(meanOf(widths.half) / meanOf(widths.whole)).toFixed(3)}, ignoring phase 2 ${meanOf(unweighted).toFixed(4)}`,
    );
  });

  test.each(budgets)('on %s the budget has no bias beyond 4 MCSE, harms that the screen cannot see included', (each) => {
    expect(truth).toBeGreaterThan(0.07);
    expect(truth).toBeLessThan(0.13);
    expect(Math.abs(meanOf(estimates[each]) - truth)).toBeLessThan(4 * mcseOf(estimates[each]));
  });
  test('would be far off if the judge’s own probability were left out', () => {
    expect(meanOf(unweighted) - truth).toBeGreaterThan(20 * mcseOf(unweighted));
  });
  test.each(budgets)('on %s the budget has a variance that is right, or somewhat too large', (each) => {
    // Clusters are taken as drawn with replacement, and a few in ten are drawn: up to some 8 % too large a standard error. That of
    // 200 estimates has a relative error of 1 / sqrt(400); these are three of them either way.
    const ratio = Math.sqrt(meanOf(variances[each])) / (mcseOf(estimates[each]) * Math.sqrt(n_keys));
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.08 * 1.15);
  });
  // With the standard error right a coverage of 0.95, with 8 % too much of it 0.966; the MCSE over 200 samples is 0.0154 and 0.0128.
  test.each(budgets)('on %s the budget has intervals that cover in 95 percent or little more, within some three MCSE', (each) => {
    expect(covered[each] / n_keys).toBeGreaterThanOrEqual(0.95 - 3 * 0.0154);
    expect(covered[each] / n_keys).toBeLessThan(0.966 + 2.5 * 0.0128);
  });
  test.each(budgets)(
    'on %s the budget asks the judge as often as planned, within 4 MCSE and the forecast’s own error',
    (each) => {
      // The plan was made from one sample of some 1,100, whose mean probability has a standard error of about 0.004.
      const off = Math.abs(meanOf(judgedShares[each]) - plans[each].share);
      expect(off).toBeLessThan(4 * mcseOf(judgedShares[each]) + 0.016);
    },
  );
  test('on half the budget has every probability halved, and keeps the part of the sample that it still pays for', () => {
    expect(plans.half.share).toBeCloseTo(plans.whole.share / 2, 12);
    expect(plans.half.floor).toBeCloseTo(plans.whole.floor / 2, 12);
    expect(notNested).toBe(0);
  });
  test('on half the budget has the same mean and wider intervals, by about the square root of two', () => {
    const differences = estimates.half.map((estimate, k) => estimate - (estimates.whole[k] ?? Number.NaN));
    expect(Math.abs(meanOf(differences))).toBeLessThan(4 * mcseOf(differences));
    // A little less, since what a user's conversations have in common does not shrink with the number judged.
    const ratio = meanOf(widths.half) / meanOf(widths.whole);
    expect(ratio).toBeGreaterThan(1.3);
    expect(ratio).toBeLessThan(1.5);
  });
});

function report(line: string): void {
  if (process.env.SHOW_FIGURES !== undefined) process.stdout.write(`${line}\n`);
}
