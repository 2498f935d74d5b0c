import { requireAtLeast, requireInsideUnitInterval, requirePositive } from './argument.ts';
import { betaQuantile } from './beta.ts';
import type { Interval } from './wilson.ts';

/**
 * The exact binomial interval: each end leaves out the rates under which a count this extreme has probability below
 * (1 - confidence)/2.
 *
 * Use it when falling short of the confidence is worse than a wide interval, and for the zero-harm day ("none in n: at most
 * so much"). Prefer `wilson.ts` for display: it is narrower. `count` and `n` may be fractional (an effective sample size, as
 * in `korn-graubard.ts`). Not for clustered or weighted units as they stand.
 *
 * Guarantee: coverage at least `confidence` for every true rate, when units are independent and the counts whole.
 *
 * @example clopperPearsonInterval({ count: 0, n: 50, confidence: 0.95 }) // { low: 0, high: 0.0711217 }
 *
 * References: Clopper & Pearson (1934) Biometrika 26; in beta quantiles, Brown, Cai & DasGupta (2001) section 4.2.1.
 */
export function clopperPearsonInterval({ count, n, confidence }: { count: number; n: number; confidence: number }): Interval {
  requirePositive('n', n);
  requireAtLeast('count', count, 0);
  if (count > n) throw new RangeError(`count must not exceed n = ${n}, got ${count}`);
  requireInsideUnitInterval('confidence', confidence);
  const tail = (1 - confidence) / 2;
  return {
    low: count === 0 ? 0 : betaQuantile(tail, count, n - count + 1),
    high: count === n ? 1 : betaQuantile(1 - tail, count + 1, n - count),
  };
}
