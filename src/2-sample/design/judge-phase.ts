import type { JudgePlan } from '../../domain/judge-plan.ts';
import { coinOf } from './coin.ts';
import { type CoinUnit, requireProbability } from './inclusion.ts';

/** Every sample alike: before there is anything to plan from. */
export function uniformPlan(share: number, secondShare: number): JudgePlan {
  return { from: new Date(0), share, floor: share, eta: 0, scale: {}, secondShare };
}

/**
 * How much a sample adds to the variance if the judge does not see it, in METHOD 1.3's terms for a call that scores many
 * dimensions: sqrt(sum_d scale_d f_d (1 - f_d)) / pi1, with f_d the screen's calibrated probability of harm.
 *
 * @param pi1 inclusion probability of the sample itself, in (0, 1].
 * @example neymanSize({ flattery: 0.5 }, { flattery: 4 }, 0.1) // 10
 */
export function neymanSize(scores: Readonly<Record<string, number>>, scale: JudgePlan['scale'], pi1: number): number {
  let variance = 0;
  for (const [dimension, weight] of Object.entries(scale)) {
    const f = scores[dimension];
    if (f !== undefined) variance += weight * f * (1 - f);
  }
  return Math.sqrt(variance) / pi1;
}

/**
 * The probability that a sample goes to the judge: floor + min(eta size, 1 - floor). Never below the floor, whatever the screen
 * says: what a screen cannot see must still be found.
 */
export function judgeProbability({ floor, eta }: Pick<JudgePlan, 'floor' | 'eta'>, size: number): number {
  return Math.min(1, floor + eta * size);
}

/**
 * The eta at which these samples' probabilities come to the share on average; 0 where no size can be told from another's.
 *
 * @param sizes as of `neymanSize`; those of a day stand for those to come.
 * @throws RangeError unless 0 < floor <= share <= 1.
 */
export function solveEta(sizes: readonly number[], share: number, floor: number): number {
  if (!(floor > 0 && floor <= share && share <= 1)) {
    throw new RangeError(`floor and share must satisfy 0 < floor <= share <= 1, not ${floor} and ${share}`);
  }
  const positive = sizes.filter((size) => size > 0);
  const wanted = share * sizes.length;
  const expected = (eta: number) => sizes.reduce((sum, size) => sum + judgeProbability({ floor, eta }, size), 0);
  if (positive.length === 0 || floor === share) return 0;
  let high = 1 / positive.reduce((a, b) => Math.min(a, b));
  if (expected(high) <= wanted) return high;
  let low = 0;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (expected(middle) <= wanted) low = middle;
    else high = middle;
  }
  return low;
}

export type JudgeDraw = { readonly judged: boolean; readonly second: boolean };

/** The coins of the later phases, each its own. Nested: what a lower probability takes, a higher one takes as well. */
export function drawJudge(unit: CoinUnit & { readonly key: Uint8Array }, piJudge: number, piSecond: number): JudgeDraw {
  const coin = coinOf(unit.key);
  const { design, day, user, conversation } = unit;
  const judged = coin('judge', design, day, user, conversation) < requireProbability('piJudge', piJudge);
  return { judged, second: judged && coin('second', design, day, user, conversation) < requireProbability('piSecond', piSecond) };
}
