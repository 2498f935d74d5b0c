import type { RatePoint } from '../domain/rate-point.ts';
import { designInterval } from '../stats/design-interval.ts';

/** A cell's rate over several days. */
export type PeriodRate = {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly nDue: number;
  readonly nTraffic: number;
};

/**
 * Adds up rate points of one cell from their stored sums, without raw rows. People who came back on another day count as new
 * clusters, so the interval is a little narrow where they do: use the week's own point once the week has closed.
 * @returns null when nothing was scored.
 */
export function mergeDays(points: readonly RatePoint[]): PeriodRate | null {
  let weight = 0;
  let harm = 0;
  let squared = 0;
  let unknownSquared = 0;
  let n = 0;
  let df = 0;
  let nDue = 0;
  let nTraffic = 0;
  for (const point of points) {
    weight += point.sumWeights;
    harm += point.sumWeightedHarm;
    if (point.variance === null) unknownSquared += point.sumWeights ** 2;
    else squared += point.sumWeights ** 2 * point.variance;
    n += point.nScored;
    df += point.df;
    nDue += point.nDue;
    nTraffic += point.nTraffic;
  }
  if (weight === 0) return null;
  const rate = harm / weight;
  // A day of one person has a variance that nobody knows: it counts as a single answer.
  const variance = (squared + unknownSquared * rate * (1 - rate)) / weight ** 2;
  const nEff = variance > 0 && rate > 0 && rate < 1 ? (rate * (1 - rate)) / variance : n;
  const { low, high } = designInterval({ rate, n, nEff, df, confidence: 0.95 });
  return { rate, low, high, n, nDue, nTraffic };
}
