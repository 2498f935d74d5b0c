import { planSampling } from '../src/2-sample/run.ts';
import type { Job } from './job.ts';

/**
 * Reads: traffic. Writes: sampling_plan, its watermark.
 * Safe to repeat: an hour is planned once, and a missed hour is sampled at the last plan.
 */
export const planSamplingJob: Job = {
  name: 'plan-sampling',
  schedule: '0 * * * *',
  describe: 'set the next hour’s inclusion probabilities from the traffic so far',
  run: ({ database, clock, config: { sampling } }) =>
    planSampling({
      db: database.db,
      clock,
      targetPerDay: sampling.conversations_per_day,
      newVersionPerDay: sampling.new_version_per_day,
      newVersionDays: sampling.new_version_days,
    }),
};
