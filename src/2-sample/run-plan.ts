import type { Kysely } from 'kysely';
import { type RateSum, sumRates } from '../db/rate-sums.ts';
import { readPlans, type SamplingPlan, writePlans } from '../db/sampling-plans.ts';
import type { Tables } from '../db/schema.ts';
import { countVersions } from '../db/traffic.ts';
import { countStrata } from '../db/traffic-strata.ts';
import { listVersions } from '../db/versions.ts';
import { readWatermark, writeWatermark } from '../db/watermarks.ts';
import { everybody } from '../domain/cell.ts';
import type { Clock } from '../domain/clock.ts';
import type { FacetName } from '../domain/facets.ts';
import type { RaterKind } from '../domain/rating.ts';
import { alarmThreshold, headStartDays } from '../stats/alarm-threshold.ts';
import { allocate } from './design/allocate.ts';
import { neededPerDay } from './design/needed-per-day.ts';
import { neymanFactors } from './design/neyman-factors.ts';
import { forecastVersions, planInForce } from './design/planned-rate.ts';
import { withBase } from './design/solve-base.ts';
import { type Factors, type StratumVolume, stratumFacets } from './design/strata.ts';

const hour_ms = 3_600_000;
const day_ms = 24 * hour_ms;
/** Long enough for a steady share, short enough to notice a deployment. */
const recent_hours = 3;
/** As long as design effects are smoothed over. */
const rate_days = 28;
/** Samples a day of every monitored cohort (METHOD 1.2). */
const cohort_minimum = 50;

export type PlanDeps = {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly targetPerDay: number;
  readonly newVersionPerDay: number;
  readonly newVersionDays: number;
  /** Facets whose values are watched as cohorts. */
  readonly cohorts: readonly FacetName[];
  readonly rater: RaterKind;
  /** No more is sampled than finds a rise by this factor within this many days. */
  readonly neededShift: number;
  readonly neededDays: number;
  readonly falseAlarmsPerYear: number;
  readonly deploymentsPerYear: number;
};

/**
 * Plans each version's inclusion probabilities for the hour that begins now, from the traffic so far: the base rate every hour,
 * the strata's factors with the first plan of a UTC day, from the day before.
 * Reads traffic, traffic_count, version, rate_point; writes sampling_plan and its watermark. Safe to repeat: an hour is planned
 * once, and what it was planned from is over.
 */
export async function planSampling(deps: PlanDeps): Promise<Record<string, number>> {
  const now = deps.clock.now();
  const hour = new Date(Math.floor(now.getTime() / hour_ms) * hour_ms);
  const planned = await readWatermark(deps.db, 'plan-sampling');
  if (planned !== null && planned >= hour) return { planned: 0 };
  const recent = await countVersions(deps.db, new Date(hour.getTime() - recent_hours * hour_ms), hour);
  const day = await countVersions(deps.db, new Date(hour.getTime() - day_ms), hour);
  const forecast = forecastVersions({ perDay: [...day.values()].reduce((sum, n) => sum + n, 0), recent });
  const plans = forecast.size === 0 ? [] : await planVersions(deps, hour, forecast);
  await deps.db.transaction().execute(async (trx) => {
    await writePlans(trx, plans);
    await writeWatermark(trx, 'plan-sampling', hour);
  });
  return { planned: plans.length };
}

async function planVersions(deps: PlanDeps, hour: Date, forecast: ReadonlyMap<string, number>): Promise<SamplingPlan[]> {
  const today = new Date(Math.floor(hour.getTime() / day_ms) * day_ms);
  const ratesFrom = new Date(today.getTime() - rate_days * day_ms);
  const readRates = (facets: readonly string[]) => sumRates(deps.db, deps.rater, ratesFrom, today, facets);
  const pooled = await readRates([everybody.facet]);
  const targetPerDay = Math.min(await budgetPerDay(deps, hour, forecast), needed(deps, pooled));
  const strata = await countStrata(deps.db, new Date(today.getTime() - day_ms), today);
  const earlier = await readPlans(deps.db, today);
  const monitored = stratumFacets.filter((facet) => deps.cohorts.includes(facet));
  let neyman: Factors | undefined;

  const plans: SamplingPlan[] = [];
  for (const [version, forecastPerDay] of forecast) {
    const own = strata.filter((stratum) => stratum.version === version);
    const volumes = scaledTo(forecastPerDay, own.length > 0 ? own : strata);
    const before = planInForce(earlier, version, hour);
    let factors: Factors | undefined = before !== undefined && before.from >= today ? before.factors : undefined;
    if (factors === undefined) {
      neyman ??= neymanFactors([...pooled, ...(await readRates(monitored))]);
      factors = allocate({ volumes, target: targetPerDay, factors: neyman, monitored, minimum: cohort_minimum });
    }
    plans.push({ version, from: hour, forecastPerDay, targetPerDay, ...withBase(volumes, factors, targetPerDay) });
  }
  return plans;
}

/** The budget of each version: a larger one for all while one of several is new, when a change is likeliest. */
async function budgetPerDay(deps: PlanDeps, hour: Date, forecast: ReadonlyMap<string, number>): Promise<number> {
  const newSince = new Date(hour.getTime() - deps.newVersionDays * day_ms);
  const versions = await listVersions(deps.db);
  const isNew = versions.some(({ version, firstSeenAt }) => forecast.has(version) && firstSeenAt >= newSince);
  // The very first version is new beside nobody: there is nothing to compare it with.
  return isNew && forecast.size > 1 ? deps.newVersionPerDay : deps.targetPerDay;
}

function needed(deps: PlanDeps, pooled: readonly RateSum[]): number {
  if (pooled.length === 0) return Infinity;
  const { deploymentsPerYear } = deps;
  // A pooled cell's part of the false-alarm budget, were all dimensions equally severe: the plan depends on its logarithm.
  const share = (deps.cohorts.length === 0 ? 1 : 0.5) / pooled.length;
  const threshold = alarmThreshold({
    alphaTotal: deps.falseAlarmsPerYear,
    share,
    headStartDays: headStartDays(deploymentsPerYear),
    deploymentsPerYear,
  });
  const rates = pooled.map(({ rate, n, nEff }) => ({ rate, deff: n / nEff }));
  return neededPerDay({ rates, shift: deps.neededShift, days: deps.neededDays, threshold });
}

/** Yesterday's mix at the volume now expected. Before there is a yesterday, one stratum of nothing in particular. */
function scaledTo(perDay: number, strata: readonly StratumVolume[]): readonly StratumVolume[] {
  const total = strata.reduce((sum, { n }) => sum + n, 0);
  if (total === 0) return [{ topic: 'other', memory: 'unknown', length: '1', locale: 'und', n: perDay }];
  return strata.map((stratum) => ({ ...stratum, n: (stratum.n / total) * perDay }));
}
