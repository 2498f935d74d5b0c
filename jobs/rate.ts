import { rateDue } from '../src/3-rate/run.ts';
import { ConfigError } from '../src/domain/errors.ts';
import type { Job } from './job.ts';

/**
 * Reads: ledger, sample. Writes: rating, ledger.
 * Safe to repeat and to kill: work is leased in the ledger; a lease that ran out is taken up again.
 */
export const rateJob: Job = {
  name: 'rate',
  schedule: '* * * * *',
  describe: 'rate everything that is due, the screen first',
  run: async (app) => {
    if (app.rater === 'judge' && app.raters.judge === null) {
      throw new ConfigError('judge.model is set but OPENAI_API_KEY is not: set it in the environment, or leave the judge out.');
    }
    return rateDue(app.raters);
  },
};
