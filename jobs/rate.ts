import { rateDue } from '../src/3-rate/run.ts';
import { ConfigError } from '../src/domain/errors.ts';
import type { Job } from './job.ts';

/**
 * Reads: ledger, sample, rubrics. Writes: rating, ledger, judge_answer, judge_batch, rater_spend, rater_revision, rater_finding.
 * Safe to repeat and to kill: work is leased in the ledger; a lease that ran out is taken up again.
 */
export const rateJob: Job = {
  name: 'rate',
  schedule: '* * * * *',
  describe: 'rate everything that is due, the screen first',
  run: async (app) => {
    if (app.missingJudgeKeys.length > 0) {
      const names = app.missingJudgeKeys.join(' and ');
      throw new ConfigError(
        `A judge is configured whose key is not set: set ${names} in the environment, or leave that judge out.`,
      );
    }
    return rateDue(app.raters);
  },
};
