import { requireAtLeast, requireFinite, requireInsideUnitInterval, requirePositive } from './argument.ts';

/** One user's sampled conversations in one batch: the sum of psi/pi (harm) and the sum of 1/pi (conversations). */
export type ClusterSum = { readonly weightedSum: number; readonly weight: number };

/** The rises, relative to the tolerated ratio, that the eight bets are best for. Fixed before any result was seen. */
export const betRatios: readonly number[] = [1.12, 1.25, 1.4, 1.6, 2, 2.6, 3.5, 5];

/** No single cluster may take more than this share of the stake. */
const LARGEST_LOSS = 0.9;

export type BetDesign = {
  /** The common rate the batch is centred on, from *earlier* batches; a wrong one costs power, not validity. */
  readonly m: number;
  /** Tolerated ratio of live to baseline; 1 asks "any worse?". */
  readonly r0: number;
  /** Expected rated conversations of the batch, and design effect, by arm. */
  readonly nuLive: number;
  readonly nuBaseline: number;
  readonly deffLive: number;
  readonly deffBaseline: number;
  /** All conversations of the batch from the traffic log, sampled or not. */
  readonly nTrafficLive: number;
  readonly nTrafficBaseline: number;
  /** The largest fall below, and rise above, its centre that the design allows one user: n_max and pi_min, not what was seen. */
  readonly maxNegativeLive: number;
  readonly maxPositiveBaseline: number;
  readonly ratios?: readonly number[];
};

/**
 * How hard to bet, in this batch, that the live arm is worse than the concurrent baseline: one stake for each ratio, near the
 * growth-optimal one for a rise of that size, smaller where a single user could otherwise bring the factor to zero.
 *
 * Use once per cell and batch, before its labels are known, and never with numbers from this batch's labels. With no traffic
 * in either arm there is no batch: skip it.
 *
 * Guarantee: with these stakes every factor of `logBatchFactors` is at least 0.1 for data that keep to the design.
 *
 * @example contrastBets({ m: 0.1, r0: 1, nuLive: 21, nuBaseline: 21, deffLive: 1.267, deffBaseline: 1.267, nTrafficLive: 210,
 *   nTrafficBaseline: 210, maxNegativeLive: 5, maxPositiveBaseline: 45 })[4] // 4.2, clipped from 9.208
 *
 * References: METHOD 3.2; growth-optimality, Turner, Ly & Grunwald (2024).
 */
export function contrastBets(design: BetDesign): number[] {
  checkBetDesign(design);
  const { m, r0, nuLive, nuBaseline, deffLive, deffBaseline, nTrafficLive, nTrafficBaseline } = design;
  const mBaseline = m / r0;
  const variance = (m * (1 - m) * deffLive) / nuLive + (r0 * r0 * mBaseline * (1 - mBaseline) * deffBaseline) / nuBaseline;
  const largest = Math.min(
    (LARGEST_LOSS * nTrafficLive) / design.maxNegativeLive,
    (LARGEST_LOSS * nTrafficBaseline) / (r0 * design.maxPositiveBaseline),
  );
  return (design.ratios ?? betRatios).map((ratio) => Math.min(((ratio - 1) * m) / variance, largest));
}

export type ContrastBatch = {
  readonly kappas: readonly number[];
  readonly m: number;
  readonly r0: number;
  readonly nTrafficLive: number;
  readonly nTrafficBaseline: number;
  readonly live: readonly ClusterSum[];
  readonly baseline: readonly ClusterSum[];
};

/**
 * The evidence of one batch, as one log factor for each stake: a product over sampled users, up where a live user is above the
 * centre, down where a baseline user is.
 *
 *   log F = sum_live log(1 + kappa/N_L (S - m W)) + sum_baseline log(1 - r0 kappa/N_B (S - m/r0 W))
 *
 * Anything both arms share (weekday, news, a stricter judge) cancels. One factor per *user*: with one per conversation the
 * guarantee is lost (27 % false alarms in place of 5 %, METHOD 9.5). Differences of one arm alone (assignment luck, a judge
 * that dislikes one version's style) do not cancel.
 *
 * Guarantee: E[F] <= 1 whenever the live population of the batch has at most r0 times the baseline's rate, if users are
 * sampled by independent coins with the weights used here and `kappas` and `m` were fixed before the labels.
 *
 * @throws RangeError when a factor is not positive: the bets were not clipped for the weights that came.
 * @example logBatchFactors({ kappas: [0.2], m: 0.03, r0: 1.1, nTrafficLive: 1, nTrafficBaseline: 0.22 / 0.15,
 *   live: [{ weightedSum: 1, weight: 3 }, { weightedSum: 0, weight: 2 }, { weightedSum: 2, weight: 5 }],
 *   baseline: [{ weightedSum: 0, weight: 4 }, { weightedSum: 1, weight: 2 }] }) // [0.3332379798772921]
 *
 * References: METHOD 3.1 (claim and proof) and 3.4; Waudby-Smith & Ramdas (2023) for bets on means.
 */
export function logBatchFactors(batch: ContrastBatch): number[] {
  checkBatch(batch);
  const { m, r0, live, baseline } = batch;
  return batch.kappas.map((kappa) => {
    requireAtLeast('kappas', kappa, 0);
    const stakeLive = kappa / batch.nTrafficLive;
    const stakeBaseline = (r0 * kappa) / batch.nTrafficBaseline;
    return logProduct('live', live, stakeLive, m) + logProduct('baseline', baseline, -stakeBaseline, m / r0);
  });
}

function logProduct(arm: string, clusters: readonly ClusterSum[], stake: number, centre: number): number {
  let sum = 0;
  for (const { weightedSum, weight } of clusters) {
    const gain = stake * (weightedSum - centre * weight);
    if (!(gain > -1)) throw new RangeError(`${arm}: a cluster's factor must be positive, got ${1 + gain}; clip the bet`);
    sum += Math.log1p(gain);
  }
  return sum;
}

function checkBetDesign(design: BetDesign): void {
  requireInsideUnitInterval('m', design.m);
  requireAtLeast('r0', design.r0, 1);
  requirePositive('nuLive', design.nuLive);
  requirePositive('nuBaseline', design.nuBaseline);
  requirePositive('deffLive', design.deffLive);
  requirePositive('deffBaseline', design.deffBaseline);
  requirePositive('nTrafficLive', design.nTrafficLive);
  requirePositive('nTrafficBaseline', design.nTrafficBaseline);
  requireAtLeast('maxNegativeLive', design.maxNegativeLive, 0);
  requireAtLeast('maxPositiveBaseline', design.maxPositiveBaseline, 0);
  for (const ratio of design.ratios ?? []) {
    if (!(ratio > 1 && ratio < Infinity)) throw new RangeError(`ratios must each exceed 1, got ${ratio}`);
  }
}

function checkBatch(batch: ContrastBatch): void {
  requireInsideUnitInterval('m', batch.m);
  requireAtLeast('r0', batch.r0, 1);
  requirePositive('nTrafficLive', batch.nTrafficLive);
  requirePositive('nTrafficBaseline', batch.nTrafficBaseline);
  for (const { weightedSum, weight } of [...batch.live, ...batch.baseline]) {
    requireFinite('weightedSum', weightedSum);
    requireAtLeast('weight', weight, 0);
  }
}
