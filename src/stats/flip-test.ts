import { requireInsideUnitInterval } from './argument.ts';
import { betRatios } from './contrast-bet.ts';

/** Verdicts of one day on known items: `n` asked, of which `flips` came out the other way than when the rater was taken on. */
export type FlipCount = { readonly flips: number; readonly n: number };

/**
 * The evidence of one day that a rater no longer judges a frozen set of items as it did: one log factor for each bet, to be fed
 * to `e-detector.ts` with a start mass of 1 a day. A bet stands for one size of drift, the odds of a flip times `betRatios[k]`,
 * and its factor is the likelihood ratio of that against the null that an item flips with probability `upper`:
 *
 *   log F_k = flips log(p_k / p0) + (n - flips) log((1 - p_k) / (1 - p0)),   p_k = r_k p0 / (1 + (r_k - 1) p0)
 *
 * Use it for anchors: `upper` is an upper confidence limit of the flip rate that the rater had against its own majority when it
 * was taken on. It looks one way; run one for flips to harm (over items it found harmless) and one for flips to harmless. It
 * does not compare models, and where live traffic is larger than the anchor set the alarm on traffic is faster (METHOD 9.7).
 *
 * Guarantee: E[F_k] <= 1, given the past, on every day on which the mean flip probability over the frozen set is at most
 * `upper`, if (a) the day's items are a simple random draw of the set without replacement, drawn whatever was seen before, or
 * all of it; and (b) given the items, the day's calls err independently. Items need not be alike, and an item that flips once
 * may flip every time it is asked: each factor is 1 + lambda (Y - p0), so its mean given the items is the product of
 * 1 + lambda (q_i - p0), which for a draw without replacement has mean at most (1 + lambda (q - p0))^n (negative association),
 * and for the whole set is at most that (geometric below arithmetic mean). Heterogeneity so makes it slower, never wrong.
 * Not covered: errors common to a day's calls (an endpoint that is someone else on Tuesdays: that is drift), and a limit that
 * was too low, for which its confidence answers.
 *
 * @returns one log factor for each of `betRatios`; zeros for a day without a verdict.
 * @example logFlipFactors({ flips: 3, n: 50 }, 0.02)[4] // 1.0893: evidence times 2.97 for odds doubled
 *
 * Finds a flip rate risen from 2 % to 3 % after 27 days at 120 verdicts a day, 7 at 504 (limit exact, 5 % false alarms a year).
 *
 * References: METHOD 5 and 9.7; Shin, Ramdas & Rinaldo (2024) NEJSDS (e-detector); Waudby-Smith & Ramdas (2023) section 4
 * (betting); Joag-Dev & Proschan (1983) Annals of Statistics 11, 3.2 (draws without replacement are negatively associated).
 */
export function logFlipFactors({ flips, n }: FlipCount, upper: number): number[] {
  requireInsideUnitInterval('upper', upper);
  if (!Number.isInteger(n) || n < 0) throw new RangeError(`n must be a whole number, got ${n}`);
  if (!Number.isInteger(flips) || flips < 0 || flips > n) {
    throw new RangeError(`flips must be a whole number of at most n = ${n}, got ${flips}`);
  }
  return betRatios.map((ratio) => {
    const growth = 1 + (ratio - 1) * upper;
    // p_k/p0 = r/growth, and (1 - p_k)/(1 - p0) = 1/growth.
    return flips * Math.log(ratio) - n * Math.log(growth);
  });
}
