import { type Factors, type Stratum, stratumRate } from './strata.ts';

/** What decides a version's inclusion probabilities from an hour on. Newest first in every list. */
export type PlannedRate = {
  readonly version: string;
  readonly from: Date;
  /** The base rate: that of a stratum whose factors are all 1. */
  readonly piSample: number;
  readonly factors: Factors;
};

/** The plan in force for a version at a batch: its newest from then or before. */
export function planInForce<P extends Pick<PlannedRate, 'version' | 'from'>>(
  plans: readonly P[],
  version: string,
  batchAt: Date,
): P | undefined {
  return plans.find((plan) => plan.version === version && plan.from <= batchAt);
}

/**
 * The inclusion probability of a stratum of a version at a batch, by the plan in force, else the first rate.
 * @param facets as the conversation was first seen: it may grow longer, and its decision stays.
 */
export function plannedRate(
  plans: readonly PlannedRate[],
  version: string,
  batchAt: Date,
  facets: Stratum,
  firstRate: number,
): number {
  const plan = planInForce(plans, version, batchAt);
  return plan === undefined ? firstRate : stratumRate(plan.piSample, plan.factors, facets);
}

export type Traffic = {
  /** Conversations of all versions in the last 24 hours. */
  readonly perDay: number;
  /** The latest hours' counts, by version: who has what share now. */
  readonly recent: ReadonlyMap<string, number>;
};

/**
 * Conversations a day to be expected of each version with traffic. The day's volume comes from the last 24 hours and each
 * version's share from the latest ones, so that a deployment an hour ago is already seen and the small arm of a rollout gets
 * the higher probability it needs. Known before the hour begins, hence predictable.
 */
export function forecastVersions({ perDay, recent }: Traffic): ReadonlyMap<string, number> {
  const total = [...recent.values()].reduce((sum, n) => sum + n, 0);
  return new Map([...recent].filter(([, n]) => n > 0).map(([version, n]) => [version, Math.max(perDay, total) * (n / total)]));
}
