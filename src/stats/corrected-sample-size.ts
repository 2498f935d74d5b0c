import { requireAtLeast, requireInsideUnitInterval, requirePositive } from './argument.ts';
import { studentTQuantile } from './student-t.ts';

export type SurveyedRate = {
  /** Estimated prevalence. A difference estimate outside [0, 1] is allowed and treated as the nearer end. */
  readonly rate: number;
  /** Rated conversations. */
  readonly n: number;
  /** Effective sample size from `hajekMean`; null when there was no variance to take it from. */
  readonly nEff: number | null;
  /** Degrees of freedom of the variance: clusters minus strata. */
  readonly df: number;
  readonly confidence: number;
};

/**
 * n*: the number of independent conversations that would be as informative as this clustered, weighted sample.
 *
 * It is the effective sample size, shrunk by the ratio of the t quantiles with n - 1 and df degrees of freedom because the
 * design variance was itself estimated from few users. Put it where a binomial interval wants its n. Not for planning: use
 * the 28-day design effect there.
 *
 * Two cases carry no estimate of the design effect. At a rate of 0 or 1 the variance is 0 and says nothing: n* = n, as in Korn
 * & Graubard. With df = 0 (one user) the effective size is at least 1 whatever the correlation, and that is all we know:
 * n* = min(n, 1).
 *
 * Guarantee: positive; at most n unless `truncate` is false.
 *
 * @example correctedSampleSize({ rate: 0.1, n: 200, nEff: 120, df: 18, confidence: 0.95 }) // 105.72
 *
 * References: Korn & Graubard (1998) Survey Methodology 24, section 3; METHOD 2.3.
 */
export function correctedSampleSize({ rate, n, nEff, df, confidence }: SurveyedRate, truncate = true): number {
  checkSurveyedRate({ rate, n, nEff, df, confidence });
  if (df === 0 || nEff === null) return Math.min(n, 1);
  if (rate <= 0 || rate >= 1) return n;
  const p = 0.5 + confidence / 2;
  const corrected = nEff * (studentTQuantile(p, n - 1) / studentTQuantile(p, df)) ** 2;
  return truncate ? Math.min(corrected, n) : corrected;
}

function checkSurveyedRate({ rate, n, nEff, df, confidence }: SurveyedRate): void {
  if (!Number.isFinite(rate)) throw new RangeError(`rate must be a finite number, got ${rate}`);
  requirePositive('n', n);
  if (nEff !== null) requirePositive('nEff', nEff);
  requireAtLeast('df', df, 0);
  if (df > 0 && n <= 1) throw new RangeError(`n must exceed 1 when df is ${df}, got ${n}`);
  requireInsideUnitInterval('confidence', confidence);
}
