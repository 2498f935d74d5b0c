import { requireAtLeast, requireInsideUnitInterval, requirePositive } from './argument.ts';

export type RunningEstimate = {
  /** Design variance of the running estimate as it stands now (not of one observation). */
  readonly variance: number;
  /** Conversations behind it so far. */
  readonly n: number;
  /** The n at which the sequence should be narrowest: a week of conversations. */
  readonly nOpt: number;
  readonly alpha: number;
};

/**
 * The radius of a confidence sequence: estimate +- radius may be looked at every day and still covers the truth at all times
 * together.
 *
 * Use it for "the effect is at least so much" from a known start, at the moment of an alarm. It is wide: for data gathered
 * after the alarm the ordinary interval is right and about half as wide. From an estimated start divide alpha by the
 * number of candidate starts (30).
 *
 * Guarantee: asymptotic. The chance that the truth is ever outside, from a first look that is not tiny, tends to `alpha`. With
 * a handful of harms it is not to be trusted. A variance of 0 gives a radius of 0, and says only that nothing varied yet.
 *
 * @example asymptoticRadius({ variance: 0.0196 / 15000, n: 15000, nOpt: 5000, alpha: 0.05 }) // 0.003539754106431352
 *
 * References: Robbins (1970); Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024) Theorem 2.2 and Appendix B (rho); METHOD 4.
 */
export function asymptoticRadius({ variance, n, nOpt, alpha }: RunningEstimate): number {
  requireAtLeast('variance', variance, 0);
  requirePositive('n', n);
  requirePositive('nOpt', nOpt);
  requireInsideUnitInterval('alpha', alpha);
  const rhoSquared = (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha) + 1)) / nOpt;
  const spread = n * rhoSquared + 1;
  const perObservation = n * variance;
  return Math.sqrt(((2 * spread) / (n * n * rhoSquared)) * Math.log(Math.sqrt(spread) / alpha) * perObservation);
}
