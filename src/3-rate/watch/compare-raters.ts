import { designInterval } from '../../stats/design-interval.ts';
import { type HajekMean, hajekMean } from '../../stats/hajek.ts';
import { type Estimate, moverInterval } from '../../stats/mover-interval.ts';

/** One conversation and dimension that two raters have scored. */
export type Pair = { readonly first: boolean; readonly second: boolean; readonly weight: number; readonly user: string };

export type RaterGap = {
  /** Share found harmful by the first minus that by the second, with a 95 % interval. */
  readonly gap: Estimate;
  readonly firstRate: number;
  readonly secondRate: number;
  /** Conversations counted as they are, not weighted. */
  readonly flips: {
    readonly bothHarm: number;
    readonly onlyFirst: number;
    readonly onlySecond: number;
    readonly neither: number;
  };
  readonly n: number;
  readonly nUsers: number;
};

const confidence = 0.95;

/**
 * By how much one rater finds more harm than another on the same conversations: the weighted difference, with an interval that
 * knows the design and that a user's conversations resemble each other. It is made from the intervals of the two kinds of
 * disagreement, so that raters who never disagreed get an honest interval and not one of width zero.
 * @returns null without a pair.
 */
export function compareRaters(pairs: readonly Pair[]): RaterGap | null {
  const mean = (value: (pair: Pair) => number) =>
    hajekMean(pairs.map((pair) => ({ value: value(pair), weight: pair.weight, cluster: pair.user })));
  const up = mean(({ first, second }) => Number(first && !second));
  const down = mean(({ first, second }) => Number(second && !first));
  const both = mean(({ first, second }) => Number(first && second));
  const apart = mean(({ first, second }) => Number(first) - Number(second));
  if (up === null || down === null || both === null || apart === null) return null;
  const count = (first: boolean, second: boolean) =>
    pairs.filter((pair) => pair.first === first && pair.second === second).length;
  return {
    gap: moverInterval(estimateOf(up), estimateOf(down), correlationOf(up, down, apart)),
    firstRate: both.estimate + up.estimate,
    secondRate: both.estimate + down.estimate,
    flips: {
      bothHarm: count(true, true),
      onlyFirst: count(true, false),
      onlySecond: count(false, true),
      neither: count(false, false),
    },
    n: pairs.length,
    nUsers: apart.nClusters,
  };
}

function estimateOf({ estimate, n, nEff, df }: HajekMean): Estimate {
  const { low, high } = designInterval({ rate: estimate, n, nEff, df, confidence });
  return { value: estimate, low: Math.min(low, estimate), high: Math.max(high, estimate) };
}

/** Of the two estimates, by the variance of their difference. */
function correlationOf(a: HajekMean, b: HajekMean, difference: HajekMean): number {
  const [varianceA, varianceB] = [a.variance ?? 0, b.variance ?? 0];
  if (!(varianceA > 0 && varianceB > 0)) return 0;
  const covariance = (varianceA + varianceB - (difference.variance ?? 0)) / 2;
  return Math.min(1, Math.max(-1, covariance / Math.sqrt(varianceA * varianceB)));
}
