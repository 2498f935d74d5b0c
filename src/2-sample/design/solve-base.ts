import { type Factors, type StratumVolume, stratumFactor } from './strata.ts';

const MAX_HALVINGS = 200;
const PRECISION = 1e-13;

/**
 * The base rate at which the expected sample, sum_h N_h min(1, base f_h), comes to the target, or to all there is. By
 * bisection from below, so that it is never more than the target, not even by rounding.
 *
 * @throws RangeError if the target is not positive.
 */
export function solveBase(volume: Float64Array, factor: Float64Array, target: number): number {
  if (!(target > 0)) throw new RangeError(`target must be positive, not ${target}`);
  let least = Infinity;
  for (const f of factor) least = Math.min(least, f);
  let high = 1 / least;
  if (expectedSample(volume, factor, high) <= target) return high;
  let low = 0;
  for (let i = 0; i < MAX_HALVINGS && high - low > PRECISION * high; i++) {
    const middle = (low + high) / 2;
    if (expectedSample(volume, factor, middle) <= target) low = middle;
    else high = middle;
  }
  return low;
}

function expectedSample(volume: Float64Array, factor: Float64Array, base: number): number {
  let sum = 0;
  for (let i = 0; i < volume.length; i++) sum += (volume[i] ?? 0) * Math.min(1, base * (factor[i] ?? 1));
  return sum;
}

export type BaseRate = { readonly piSample: number; readonly factors: Factors };

/**
 * The base rate that gives these factors the target in this traffic. A base is a probability: where it would exceed 1
 * (everything is wanted, of some strata more than everything) the excess moves into the factors of the topics seen.
 *
 * @param volumes conversations expected a day in each stratum of one version; at least one.
 */
export function withBase(volumes: readonly StratumVolume[], factors: Factors, target: number): BaseRate {
  const base = solveBase(
    Float64Array.from(volumes, ({ n }) => n),
    Float64Array.from(volumes, (stratum) => stratumFactor(factors, stratum)),
    target,
  );
  if (base <= 1) return { piSample: base, factors };
  const topic: Record<string, number> = { ...factors.topic };
  for (const stratum of volumes) topic[stratum.topic] ??= 1;
  return {
    piSample: 1,
    factors: { ...factors, topic: Object.fromEntries(Object.entries(topic).map(([value, f]) => [value, f * base])) },
  };
}
