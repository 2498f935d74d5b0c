import { planSampling } from '../src/2-sample/run-plan.ts';
import { planJudge } from '../src/2-sample/run-plan-judge.ts';
import type { Job } from './job.ts';

/**
 * Reads: traffic, traffic_count, version, rate_point, sample, ledger, rater_spend. Writes: sampling_plan, judge_plan, its watermark.
 * Safe to repeat: an hour is planned once, and a missed hour is sampled at the last plan.
 */
export const planSamplingJob: Job = {
  name: 'plan-sampling',
  schedule: '0 * * * *',
  describe: 'set the next hour’s inclusion probabilities from the traffic so far and the judges’ budgets',
  run: async ({ database, clock, rater, planJudge: judge, config: { sampling, detect, cohorts } }) => {
    const { planned } = await planSampling({
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
    });
    return { planned: planned ?? 0, judge: judge === null ? 0 : ((await planJudge(judge)).planned ?? 0) };
  },
};
