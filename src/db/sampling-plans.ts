import { sql } from 'kysely';
import type { Db } from './database.ts';

/** What decides a version's inclusion probabilities from an hour on. */
export type SamplingPlan = {
  readonly version: string;
  readonly from: Date;
  /** The base rate, times these factors by facet and value. */
  readonly piSample: number;
  readonly factors: Record<string, Record<string, number>>;
  readonly forecastPerDay: number;
  readonly targetPerDay: number;
};

/**
 * Newest first, so that the first match for a version and a time is the one in force.
 * @param since leaves out what was over by then: each version's plan in force at that time is the oldest given.
 */
export async function readPlans(db: Db, since?: Date): Promise<SamplingPlan[]> {
  let query = db.selectFrom('sampling_plan').selectAll().orderBy('from_at', 'desc');
  if (since !== undefined) {
    query = query.where(
      'from_at',
      '>=',
      sql<Date>`coalesce(
        (select max(earlier.from_at) from sampling_plan earlier
         where earlier.version = sampling_plan.version and earlier.from_at <= ${since}), ${since})`,
    );
  }
  const rows = await query.execute();
  return rows.map((row) => ({
    version: row.version,
    from: row.from_at,
    piSample: row.pi_sample,
    factors: row.factors,
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
        factors: JSON.stringify(plan.factors),
        forecast_per_day: plan.forecastPerDay,
        target_per_day: plan.targetPerDay,
      })),
    )
    .onConflict((conflict) => conflict.columns(['version', 'from_at']).doNothing())
    .execute();
}
