/** A version's inclusion probability from an hour on. Newest first in every list. */
export type PlannedRate = { readonly version: string; readonly from: Date; readonly piSample: number };

/** The inclusion probability in force for a version at a batch: its newest plan from then or before, else the first rate. */
export function plannedRate(plans: readonly PlannedRate[], version: string, batchAt: Date, firstRate: number): number {
  return plans.find((plan) => plan.version === version && plan.from <= batchAt)?.piSample ?? firstRate;
}

export type Forecast = {
  /** Conversations of all versions in the last 24 hours. */
  readonly perDay: number;
  /** The latest hours' counts, by version: who has what share now. */
  readonly recent: ReadonlyMap<string, number>;
  /** Samples wanted a day from each version. */
  readonly targetPerDay: number;
};

/**
 * Probabilities that give each version with traffic about the target of samples a day. The day's volume comes from the
 * last 24 hours and each version's share from the latest ones, so that a deployment an hour ago is already seen and the
 * small arm of a rollout gets the higher probability it needs. Known before the hour begins, hence predictable.
 */
export function planRates({
  perDay,
  recent,
  targetPerDay,
}: Forecast): { version: string; forecastPerDay: number; piSample: number }[] {
  const total = [...recent.values()].reduce((sum, n) => sum + n, 0);
  if (total === 0) return [];
  return [...recent]
    .filter(([, n]) => n > 0)
    .map(([version, n]) => {
      const forecastPerDay = Math.max(perDay, total) * (n / total);
      return { version, forecastPerDay, piSample: Math.min(1, targetPerDay / forecastPerDay) };
    });
}
