import { requireInsideUnitInterval } from './argument.ts';
import { normalCdf, normalQuantile } from './normal.ts';

/** An interval by resampling, or why there is none. `nUndefined` resamples had no value (a category was missing in them). */
export type BootstrapInterval =
  | { readonly low: number; readonly high: number; readonly reason: null; readonly nUndefined: number }
  | { readonly low: null; readonly high: null; readonly reason: BootstrapFailure; readonly nUndefined: number };
export type BootstrapFailure = 'fewer than ten clusters' | 'undefined for the sample' | 'too often undefined' | 'no variation';

/** With fewer, resamples are mostly copies of each other, and their spread says nothing. */
const least_clusters = 10;
/** Above this share of resamples without a value, the rest no longer stand for all. */
const tolerated_undefined = 0.05;

/**
 * An interval for a statistic of clustered data (several conversations of one user): whole clusters are drawn with replacement,
 * so that what resembles itself stays together. Bias-corrected and accelerated (BCa), because kappa and alpha are skewed
 * towards their upper end.
 *
 * Use it for agreement, where no variance formula holds under clusters and weights. Do not use it for a proportion
 * (`korn-graubard.ts` is exact at the ends), nor trust it much below some twenty clusters; below ten there is none.
 *
 * Measured, on kappa of clustered raters: with 60 clusters the 95 % interval covers in 93 to 97 % (300 to 500 samples a seed, mean
 * about 95 %; the test draws 200).
 *
 * Guarantee: the same clusters, in the same order, with the same `random` give the same interval. No interval, rather than a
 * false one, where all resamples agree (a sample without a single disagreement) or more than 5 % of them have no value.
 *
 * @param statistic of any number of units; null where it is undefined.
 * @param random uniform on [0, 1).
 * @example clusterBootstrap({ clusters: users.map(({ pairs }) => pairs), statistic: mean, random, replicates: 2000, confidence: 0.95 })
 *
 * References: Efron (1987) JASA 82, eq. 2.3 and 7.3; Davison & Hinkley (1997) sections 3.8 (clusters) and 5.3.2; METHOD 5.
 */
export function clusterBootstrap<T>({
  clusters,
  statistic,
  random,
  replicates,
  confidence,
}: {
  readonly clusters: readonly (readonly T[])[];
  readonly statistic: (units: readonly T[]) => number | null;
  readonly random: () => number;
  readonly replicates: number;
  readonly confidence: number;
}): BootstrapInterval {
  requireInsideUnitInterval('confidence', confidence);
  if (!(Number.isInteger(replicates) && replicates >= 100))
    throw new RangeError(`replicates must be a whole number of at least 100, got ${replicates}`);
  const none = (reason: BootstrapFailure, nUndefined = 0): BootstrapInterval => ({ low: null, high: null, reason, nUndefined });
  const k = clusters.length;
  if (k < least_clusters) return none('fewer than ten clusters');
  const estimate = statistic(clusters.flat());
  if (estimate === null) return none('undefined for the sample');

  const values: number[] = [];
  for (let r = 0; r < replicates; r++) {
    const drawn: T[] = [];
    for (let i = 0; i < k; i++) for (const unit of clusters[Math.floor(random() * k)] ?? []) drawn.push(unit);
    const value = statistic(drawn);
    if (value !== null) values.push(value);
  }
  const nUndefined = replicates - values.length;
  if (nUndefined > tolerated_undefined * replicates) return none('too often undefined', nUndefined);
  values.sort((a, b) => a - b);
  const lowest = values[0] ?? estimate;
  if (values[values.length - 1] === lowest) return none('no variation', nUndefined);

  const bias = biasOf(values, estimate);
  const a = accelerationOf(clusters, statistic);
  const tail = (1 - confidence) / 2;
  const at = (p: number): number => {
    const z = bias + normalQuantile(p);
    return quantile(values, normalCdf(bias + z / (1 - a * z)));
  };
  return { low: Math.min(at(tail), estimate), high: Math.max(at(1 - tail), estimate), reason: null, nUndefined };
}

/** z0: how far the estimate lies from the middle of its resamples; half of those equal to it count as below. */
function biasOf(sorted: readonly number[], estimate: number): number {
  let below = 0;
  for (const value of sorted) below += value < estimate ? 1 : value === estimate ? 0.5 : 0;
  const share = Math.min(1 - 0.5 / sorted.length, Math.max(0.5 / sorted.length, below / sorted.length));
  return normalQuantile(share);
}

/** The skewness of the estimate's influence values, from leaving out one cluster at a time. */
function accelerationOf<T>(clusters: readonly (readonly T[])[], statistic: (units: readonly T[]) => number | null): number {
  const left = clusters.map((_, out) => statistic(clusters.flatMap((units, i) => (i === out ? [] : units))));
  const known = left.filter((value) => value !== null);
  if (known.length < 2) return 0;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const square = known.reduce((sum, value) => sum + (mean - value) ** 2, 0);
  const cube = known.reduce((sum, value) => sum + (mean - value) ** 3, 0);
  return square === 0 ? 0 : cube / (6 * square ** 1.5);
}

function quantile(sorted: readonly number[], p: number): number {
  const position = p * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (position - Math.floor(position)) * (above - below);
}
