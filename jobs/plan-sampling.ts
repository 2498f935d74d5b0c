import { planSampling } from '../src/2-sample/run-plan.ts';
import type { Job } from './job.ts';

/**
 * Reads: traffic, traffic_count, version, rate_point. Writes: sampling_plan, its watermark.
 * Safe to repeat: an hour is planned once, and a missed hour is sampled at the last plan.
 */
export const planSamplingJob: Job = {
  name: 'plan-sampling',
  schedule: '0 * * * *',
  describe: 'set the next hour’s inclusion probabilities from the traffic so far',
  run: ({ database, clock, rater, config: { sampling, detect, cohorts } }) =>
    planSampling({
      db: database.db,
      clock,
      rater,
      cohorts,
      targetPerDay: sampling.conversations_per_day,
      newVersionPerDay: sampling.new_version_per_day,
      newVersionDays: sampling.new_version_days,
      neededShift: sampling.needed_shift,
      neededDays: sampling.needed_days,
      falseAlarmsPerYear: detect.false_alarms_per_year,
      deploymentsPerYear: detect.deployments_per_year,
    }),
};
