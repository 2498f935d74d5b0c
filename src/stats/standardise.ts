import { requireAtLeast, requireFinite, requireUnitInterval } from './argument.ts';

export type StratumRate = {
  readonly rate: number;
  /** Variance of that rate; null when it could not be estimated. */
  readonly variance: number | null;
  /** The stratum's share of the reference mix; shares sum to 1. */
  readonly share: number;
};

/**
 * The prevalence a version would have if its traffic had the reference mix: stratum rates averaged with the reference's
 * shares (direct standardisation).
 *
 * Use it to compare versions or weeks whose users differ in kind, so that a rate does not move because the mix did. It cannot
 * speak for a stratum with no data: leave that one out and rescale the shares, and say so. For a rate of the traffic as it
 * was, use `hajekMean`.
 *
 * Guarantee: unbiased if the stratum rates are; the variance takes strata as independent, which holds for strata of users and
 * not for facets that cut through one user's conversations.
 *
 * @returns variance null when a stratum with a share has none.
 * @example standardisedRate([{ rate: 0.02, variance: 1e-5, share: 0.75 }, { rate: 0.1, variance: 4e-5, share: 0.25 }])
 *   // { rate: 0.04, variance: 8.125e-6 }
 *
 * References: Cochran (1977) eq. 5.1 and 5.6 (stratified mean and variance); Rothman, Greenland & Lash (2008) ch. 3.
 */
export function standardisedRate(strata: readonly StratumRate[]): { rate: number; variance: number | null } {
  checkStrata(strata);
  let rate = 0;
  let variance: number | null = 0;
  for (const stratum of strata) {
    if (stratum.share === 0) continue;
    rate += stratum.share * stratum.rate;
    variance = variance === null || stratum.variance === null ? null : variance + stratum.share ** 2 * stratum.variance;
  }
  return { rate, variance };
}

function checkStrata(strata: readonly StratumRate[]): void {
  let total = 0;
  for (const { rate, variance, share } of strata) {
    requireFinite('rate', rate);
    if (variance !== null) requireAtLeast('variance', variance, 0);
    requireUnitInterval('share', share);
    total += share;
  }
  if (!(Math.abs(total - 1) <= 1e-6)) throw new RangeError(`share must sum to 1 over the strata, got ${total}`);
}
