import { requireAtLeast, requireFinite, requireInsideUnitInterval, requirePositive } from './argument.ts';
import type { ClusterSum } from './contrast-bet.ts';
import { logMeanExp } from './log-sum-exp.ts';

export type RecoveryDesign = {
  /** The rate before the trouble. */
  readonly baselineRate: number;
  /** "Still elevated" means at least this many times the baseline rate: 1.25, or 1.5 for rare harms. */
  readonly recoveryRatio: number;
  /** Mean of 1/pi over sampled conversations, known from the design. It sets the scale of the stakes, not their validity. */
  readonly meanWeight: number;
  /** Design effect of clustering; 1 when unknown costs power, not validity. */
  readonly deff: number;
  /** The largest (sum of psi/pi) - m (sum of 1/pi) the design allows one user; an upper bound, such as n_max/pi_min, will do. */
  readonly maxWeightedSum: number;
};

/** log evidence against "still elevated", one for each stake. */
export type RecoveryState = { readonly logE: readonly number[] };

/**
 * Has the rollback worked? An e-test, begun at the rollback, of the null that the rate is still at least
 * m = recoveryRatio x baselineRate. Each user's batch multiplies the evidence by 1 - lambda (S - m W)/meanWeight, which
 * grows when users show fewer harms than m.
 *
 * Use it from a known hour, once. "Recovered" at an e-value of 20. Silence is not recovery: if neither this nor a new alarm
 * speaks in three times the planned time, say "not resolved". It needs bounded weights (the stakes shrink with
 * `maxWeightedSum`), and it takes the baseline rate as known: an overestimate makes recovery too easy.
 *
 * Guarantee: if the rate is at least m in every batch, P(the e-value ever reaches 20) <= 1/20, at any looks.
 *
 * With 504 judged a day it takes about 1.4 days (ratio 1.5) or 3.6 (1.25) at a 10 % baseline, 5.4 or 16-17 at 2 %.
 *
 * @example recoveryEValue(newRecoveryTest(design)) // 1
 *
 * References: Waudby-Smith & Ramdas (2023) section 4 (betting); METHOD 4 "Rollback check" and table 9.8.
 */
export function newRecoveryTest(design: RecoveryDesign): RecoveryState {
  checkDesign(design);
  return { logE: STAKES.map(() => 0) };
}

/** @throws RangeError when a user's data exceed `maxWeightedSum` so far that a factor is not positive. */
export function stepRecoveryTest(state: RecoveryState, clusters: readonly ClusterSum[], design: RecoveryDesign): RecoveryState {
  checkStep(state, clusters, design);
  const m = design.recoveryRatio * design.baselineRate;
  const lambdas = recoveryBets(design);
  return {
    logE: state.logE.map((logE, k) => {
      const stake = (lambdas[k] ?? 0) / design.meanWeight;
      let sum = logE;
      for (const { weightedSum, weight } of clusters) {
        const gain = -stake * (weightedSum - m * weight);
        if (!(gain > -1)) {
          throw new RangeError(`maxWeightedSum = ${design.maxWeightedSum} is exceeded by a cluster at ${weightedSum}`);
        }
        sum += Math.log1p(gain);
      }
      return sum;
    }),
  };
}

/** The mean evidence over the stakes; at the top of the range of a float it stays there. */
export function recoveryEValue(state: RecoveryState): number {
  return Math.min(Math.exp(logMeanExp(state.logE)), Number.MAX_VALUE);
}

/** Multiples of the stake that grows fastest when the rate is back at the baseline exactly. */
const STAKES: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5];
const LARGEST_LOSS = 0.9;

function recoveryBets(design: RecoveryDesign): number[] {
  const m = design.recoveryRatio * design.baselineRate;
  const optimal = (1 - 1 / design.recoveryRatio) / ((1 - m) * design.deff);
  const largest = (LARGEST_LOSS * design.meanWeight) / design.maxWeightedSum;
  return STAKES.map((multiple) => Math.min(multiple * optimal, largest));
}

function checkDesign(design: RecoveryDesign): void {
  requireInsideUnitInterval('baselineRate', design.baselineRate);
  if (!(design.recoveryRatio > 1)) throw new RangeError(`recoveryRatio must exceed 1, got ${design.recoveryRatio}`);
  requireInsideUnitInterval('recoveryRatio x baselineRate', design.recoveryRatio * design.baselineRate);
  requirePositive('meanWeight', design.meanWeight);
  requirePositive('deff', design.deff);
  requirePositive('maxWeightedSum', design.maxWeightedSum);
}

function checkStep(state: RecoveryState, clusters: readonly ClusterSum[], design: RecoveryDesign): void {
  checkDesign(design);
  if (state.logE.length !== STAKES.length) {
    throw new RangeError(`state must hold ${STAKES.length} stakes, got ${state.logE.length}`);
  }
  for (const { weightedSum, weight } of clusters) {
    requireFinite('weightedSum', weightedSum);
    requireAtLeast('weight', weight, 0);
  }
}
