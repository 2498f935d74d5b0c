import { requireInsideUnitInterval, requireUnitInterval } from './argument.ts';

/**
 * Kullback-Leibler divergence of Bernoulli(p) from Bernoulli(q), in nats: the evidence one conversation gives, on average,
 * against rate q when the rate is p.
 *
 * Use it for planning (`growth.ts`). It is not symmetric and not a distance; not for measuring how much a distribution of
 * topics has moved.
 *
 * Guarantee: at least 0, and 0 only at p = q. q must be inside (0, 1), where the divergence is finite.
 *
 * @example bernoulliKl(0.04, 0.02) // 0.007931
 *
 * References: Kullback & Leibler (1951); Cover & Thomas (2006) eq. 2.26.
 */
export function bernoulliKl(p: number, q: number): number {
  requireUnitInterval('p', p);
  requireInsideUnitInterval('q', q);
  const harm = p === 0 ? 0 : p * Math.log(p / q);
  const none = p === 1 ? 0 : (1 - p) * Math.log((1 - p) / (1 - q));
  // The true value is never negative; rounding may make it -1e-17.
  return Math.max(0, harm + none);
}
