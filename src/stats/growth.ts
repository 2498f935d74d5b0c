import { requireInsideUnitInterval, requirePositive } from './argument.ts';
import { bernoulliKl } from './kl.ts';

export type ArmPlan = {
  readonly pLive: number;
  readonly pBaseline: number;
  /** Rated conversations a day in each arm. */
  readonly nLivePerDay: number;
  readonly nBaselinePerDay: number;
  readonly deff: number;
};

/**
 * How fast the evidence of a live-against-baseline contrast grows, in nats a day: g.
 *
 * Use it to plan: the mean time to detect is about log(c g)/g days at threshold c, its 90th percentile about 1.55 times that.
 * Evidence is proportional to conversations a day, so a budget buys time, hardly fewer calls. With a fallible judge put in
 * the rates as the judge sees them. Do not quote a two-arm plan before one simulation run: the formula was checked for one arm.
 *
 * Guarantee: at least 0, and 0 only for equal rates; symmetric in the arms, so a fall grows as a rise does.
 *
 * @example contrastGrowth({ pLive: 0.2, pBaseline: 0.1, nLivePerDay: 504, nBaselinePerDay: 504, deff: 1.267 }) // 7.929
 *
 * References: METHOD 8 (two arms); optimality of the pooled rate, Turner, Ly & Grunwald (2024).
 */
export function contrastGrowth({ pLive, pBaseline, nLivePerDay, nBaselinePerDay, deff }: ArmPlan): number {
  requireInsideUnitInterval('pLive', pLive);
  requireInsideUnitInterval('pBaseline', pBaseline);
  requirePositive('nLivePerDay', nLivePerDay);
  requirePositive('nBaselinePerDay', nBaselinePerDay);
  requirePositive('deff', deff);
  const pooled = (nLivePerDay * pLive + nBaselinePerDay * pBaseline) / (nLivePerDay + nBaselinePerDay);
  return (nLivePerDay * bernoulliKl(pLive, pooled) + nBaselinePerDay * bernoulliKl(pBaseline, pooled)) / deff;
}
