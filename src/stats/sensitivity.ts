import { requirePositive } from './argument.ts';
import { clopperPearsonInterval } from './clopper-pearson.ts';
import { hajekMean } from './hajek.ts';
import { kornGraubardInterval } from './korn-graubard.ts';

/** One unit whose truth is taken to be known. Several of one cluster (a user) resemble each other. */
export type JudgedUnit = {
  readonly harm: boolean;
  readonly rated: boolean;
  readonly weight: number;
  readonly cluster: string;
};

export type DetectionRate =
  | {
      readonly rate: number;
      readonly low: number;
      readonly high: number;
      readonly n: number;
      readonly nClusters: number;
      readonly method: 'Clopper-Pearson' | 'Korn-Graubard';
      readonly reason: null;
    }
  | { readonly rate: null; readonly n: 0; readonly nClusters: 0; readonly reason: 'no unit with harm' | 'no unit without harm' };

export type Detection = { readonly sensitivity: DetectionRate; readonly specificity: DetectionRate };

/**
 * How often a rater sees the harm that is there (sensitivity) and stays silent where there is none (specificity), each with an
 * interval that must not under-cover: exact (Clopper-Pearson) for independent units of equal weight, otherwise Korn-Graubard at
 * the effective sample size.
 *
 * Use it on units drawn with known probabilities, whether or not the rater flagged them. It lies when units were labelled
 * *because* the rater flagged them: the misses are then not among them, and sensitivity comes out near 1.
 *
 * A weighted or clustered rate of exactly 0 or 1 has no variance to take a design effect from. Then the effective size is that
 * of clusters which answer as one, (sum of cluster weights)^2 / sum of their squares: the worst case, so the interval is wide.
 *
 * Guarantee: without harm in the sample sensitivity is null, never 0 or 1; so is specificity without harmless units.
 *
 * @example sensitivitySpecificity(nine found of ten, all of ninety silent) // sensitivity 0.9 (0.555 to 0.997)
 *
 * References: Clopper & Pearson (1934); Korn & Graubard (1998); METHOD 2.3 and 2.5.
 */
export function sensitivitySpecificity(units: readonly JudgedUnit[], confidence = 0.95): Detection {
  const sick = units.filter(({ harm }) => harm);
  const well = units.filter(({ harm }) => !harm);
  return {
    sensitivity: rateOf(sick, (unit) => unit.rated, confidence) ?? nothing('no unit with harm'),
    specificity: rateOf(well, (unit) => !unit.rated, confidence) ?? nothing('no unit without harm'),
  };
}

const nothing = (reason: 'no unit with harm' | 'no unit without harm') => ({ rate: null, n: 0, nClusters: 0, reason }) as const;

function rateOf(
  units: readonly JudgedUnit[],
  right: (unit: JudgedUnit) => boolean,
  confidence: number,
): Extract<DetectionRate, { reason: null }> | null {
  const valued = units.map((unit) => ({ value: right(unit) ? 1 : 0, weight: unit.weight, cluster: unit.cluster }));
  const mean = hajekMean(valued);
  const first = valued[0];
  if (mean === null || first === undefined) return null;
  const { n, nClusters } = mean;
  const simple = nClusters === n && valued.every(({ weight }) => weight === first.weight);
  if (simple) {
    const count = valued.reduce((sum, { value }) => sum + value, 0);
    const interval = clopperPearsonInterval({ count, n, confidence });
    return { rate: count / n, ...interval, n, nClusters, method: 'Clopper-Pearson', reason: null };
  }
  const rate = Math.min(1, Math.max(0, mean.estimate));
  const certain = valued.every(({ value }) => value === first.value);
  const method = 'Korn-Graubard';
  if (certain) {
    const size = sizeOfClusters(valued);
    const interval = clopperPearsonInterval({ count: first.value * size, n: size, confidence });
    return { rate: first.value, ...interval, n, nClusters, method, reason: null };
  }
  const interval = kornGraubardInterval({ rate, n, nEff: mean.nEff, df: mean.df, confidence });
  return { rate, ...interval, n, nClusters, method, reason: null };
}

function sizeOfClusters(units: readonly { weight: number; cluster: string }[]): number {
  const totals = new Map<string, number>();
  for (const { weight, cluster } of units) {
    requirePositive('weight', weight);
    totals.set(cluster, (totals.get(cluster) ?? 0) + weight);
  }
  const sums = [...totals.values()];
  return sums.reduce((sum, w) => sum + w, 0) ** 2 / sums.reduce((sum, w) => sum + w * w, 0);
}
