import { requireInsideUnitInterval, requirePositive } from './argument.ts';
import { betaQuantile } from './beta.ts';
import { normalQuantile } from './normal.ts';

/**
 * The quantile of Student's t with `df` degrees of freedom (fractional allowed).
 *
 * Use it where a variance was itself estimated from few clusters: its quantile says how much wider the interval must be.
 * Not for a variance that is known, where `normalQuantile` is right and narrower.
 *
 * Guarantee: about 1e-12 relative; odd in p about 1/2 as far as 1 - p is exact; falls to the normal quantile as df grows.
 *
 * @example studentTQuantile(0.975, 5) // 2.570581835636314
 *
 * References: Abramowitz & Stegun (1964) 26.7.1 with 26.5.27: for t > 0, t^2/(df + t^2) is beta(1/2, df/2).
 */
export function studentTQuantile(p: number, df: number): number {
  requireInsideUnitInterval('p', p);
  requirePositive('df', df);
  if (p === 0.5) return 0;
  if (df > ALREADY_NORMAL) return normalQuantile(p);
  const tail = p < 0.5 ? p : 1 - p;
  // Two routes to the same ratio: keep the one whose beta variate is the small, fully accurate number.
  const far = betaQuantile(2 * tail, df / 2, 0.5); // df/(df + t^2)
  let squared: number;
  if (far < 0.5) {
    squared = df * (1 / far - 1);
  } else {
    const near = betaQuantile(1 - 2 * tail, 0.5, df / 2); // t^2/(df + t^2)
    squared = (df * near) / (1 - near);
  }
  return p < 0.5 ? -Math.sqrt(squared) : Math.sqrt(squared);
}

/** t and z differ by about z^3/(4 df): below 1e-8 here. */
const ALREADY_NORMAL = 1e9;
