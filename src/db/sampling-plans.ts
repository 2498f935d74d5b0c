import type { Db } from './database.ts';

/** What decides a version's inclusion probability from an hour on. */
export type SamplingPlan = {
  readonly version: string;
  readonly from: Date;
  readonly piSample: number;
  readonly forecastPerDay: number;
  readonly targetPerDay: number;
};

/** Newest first, so that the first match for a version and a time is the one in force. */
export async function readPlans(db: Db): Promise<SamplingPlan[]> {
  const rows = await db.selectFrom('sampling_plan').selectAll().orderBy('from_at', 'desc').execute();
  return rows.map((row) => ({
    version: row.version,
    from: row.from_at,
    piSample: row.pi_sample,
    forecastPerDay: row.forecast_per_day,
    targetPerDay: row.target_per_day,
  }));
}

/** A plan once made is never changed: samples were drawn by it. */
export async function writePlans(db: Db, plans: readonly SamplingPlan[]): Promise<void> {
  if (plans.length === 0) return;
  await db
    .insertInto('sampling_plan')
    .values(
      plans.map((plan) => ({
        version: plan.version,
        from_at: plan.from,
        pi_sample: plan.piSample,
        forecast_per_day: plan.forecastPerDay,
        target_per_day: plan.targetPerDay,
      })),
    )
    .onConflict((conflict) => conflict.columns(['version', 'from_at']).doNothing())
    .execute();
}
