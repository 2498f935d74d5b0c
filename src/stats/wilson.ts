import { requireInsideUnitInterval, requirePositive, requireUnitInterval } from './argument.ts';
import { normalQuantile } from './normal.ts';

export type Interval = { readonly low: number; readonly high: number };

/**
 * Wilson's score interval for a proportion: the true rates that a z-test would not reject.
 *
 * Use it for a rate, small or not, of independent units. `n` may be fractional, so that an effective sample size can stand in
 * for a count: `design-interval.ts` does that for clustered, weighted data, where the raw n would be far too narrow. When the
 * interval must never under-cover, use `clopper-pearson.ts`.
 *
 * Guarantee: inside [0, 1], contains `rate`, mean coverage close to `confidence`; coverage at one true rate can fall a few
 * points short. Never of width zero.
 *
 * @example wilsonInterval({ rate: 0.05, n: 100, confidence: 0.95 }) // { low: 0.0215437, high: 0.1117505 }
 *
 * References: Wilson (1927) JASA 22; Brown, Cai & DasGupta (2001) Statistical Science 16, eq. 4.
 */
export function wilsonInterval({ rate, n, confidence }: { rate: number; n: number; confidence: number }): Interval {
  requireUnitInterval('rate', rate);
  requirePositive('n', n);
  requireInsideUnitInterval('confidence', confidence);
  const z = normalQuantile(0.5 + confidence / 2);
  const shrink = 1 + (z * z) / n;
  const centre = (rate + (z * z) / (2 * n)) / shrink;
  const half = (z * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n))) / shrink;
  // At the ends a limit is the rate itself; rounding alone could leave the rate 1e-17 outside its own interval.
  return { low: Math.max(0, Math.min(rate, centre - half)), high: Math.min(1, Math.max(rate, centre + half)) };
}
