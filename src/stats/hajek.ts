import { requireFinite, requirePositive } from './argument.ts';

/** One rated conversation: its pseudo-value, 1/(its inclusion probability), and whose it is. */
export type WeightedUnit = {
  readonly value: number;
  readonly weight: number;
  readonly cluster: string;
  readonly stratum?: string;
};

export type HajekMean = {
  readonly estimate: number;
  /** Design variance of the estimate; null when no stratum has two clusters, so nothing can be said about it. */
  readonly variance: number | null;
  /** Clusters minus strata, over the strata that have at least two clusters. */
  readonly df: number;
  readonly nClusters: number;
  /** The simple random sample of equal variance; null with the variance. */
  readonly nEff: number | null;
  readonly deff: number | null;
  readonly sumWeights: number;
  readonly sumWeightedValues: number;
  readonly n: number;
};

/**
 * The weighted mean of a sample with unequal probabilities, and its design variance when conversations come in clusters (a
 * user's conversations resemble each other).
 *
 * Use it for any prevalence of a sampled window. Do not use it for the alarm (which never divides by an estimated total), nor
 * read its variance when there are a handful of clusters without `design-interval.ts`.
 *
 * Guarantee: the estimate is consistent for the population mean for any known weights; the variance covers the later sampling
 * phases without extra terms, takes clusters as drawn with replacement, and so is slightly too large, never systematically
 * too small. A stratum with a single cluster adds nothing to the variance. If all strata are like that (df = 0; one user)
 * the variance, nEff and deff are null. If the variance is 0, or the estimate is outside (0, 1), no design effect can be read
 * off and nEff = n.
 *
 * @returns null for an empty sample: there is no rate.
 * @example hajekMean([{ value: 1, weight: 1, cluster: 'a' }, { value: 0, weight: 3, cluster: 'b' }])
 *   // estimate 0.25, variance 0.140625, df 1
 *
 * References: Hajek (1971); Sarndal, Swensson & Wretman (1992) eq. 5.7.4 (ratio form), 4.6.2 (ultimate clusters); METHOD 2.2.
 */
export function hajekMean(units: readonly WeightedUnit[]): HajekMean | null {
  if (units.length === 0) return null;
  const strata = new Map<string | undefined, Map<string, ClusterTotal>>();
  let sumWeights = 0;
  let sumWeightedValues = 0;
  for (const unit of units) {
    checkUnit(unit);
    const total = totalOf(strata, unit);
    total.weight += unit.weight;
    total.weightedValue += unit.weight * unit.value;
    sumWeights += unit.weight;
    sumWeightedValues += unit.weight * unit.value;
  }
  const estimate = sumWeightedValues / sumWeights;

  let spread = 0;
  let df = 0;
  let nClusters = 0;
  for (const clusters of strata.values()) {
    const residuals = [...clusters.values()].map((c) => c.weightedValue - estimate * c.weight);
    const k = residuals.length;
    nClusters += k;
    if (k < 2) continue;
    const centre = residuals.reduce((sum, e) => sum + e, 0) / k;
    spread += (k / (k - 1)) * residuals.reduce((sum, e) => sum + (e - centre) ** 2, 0);
    df += k - 1;
  }
  const n = units.length;
  const variance = df === 0 ? null : spread / sumWeights ** 2;
  const nEff = variance === null ? null : effectiveSize(estimate, variance, n);
  const deff = nEff === null ? null : n / nEff;
  return { estimate, variance, df, nClusters, nEff, deff, sumWeights, sumWeightedValues, n };
}

type ClusterTotal = { weight: number; weightedValue: number };

/** The variance one conversation would have, p(1 - p), over the variance of the estimate. */
function effectiveSize(estimate: number, variance: number, n: number): number {
  const single = estimate * (1 - estimate);
  return variance > 0 && single > 0 ? single / variance : n;
}

function totalOf(strata: Map<string | undefined, Map<string, ClusterTotal>>, unit: WeightedUnit): ClusterTotal {
  let clusters = strata.get(unit.stratum);
  if (clusters === undefined) {
    clusters = new Map();
    strata.set(unit.stratum, clusters);
  }
  let total = clusters.get(unit.cluster);
  if (total === undefined) {
    total = { weight: 0, weightedValue: 0 };
    clusters.set(unit.cluster, total);
  }
  return total;
}

function checkUnit(unit: WeightedUnit): void {
  requireFinite('value', unit.value);
  requirePositive('weight', unit.weight);
}
