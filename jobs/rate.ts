import { rateDue } from '../src/3-rate/run.ts';
import type { Job } from './job.ts';

/**
 * Reads: ledger, sample. Writes: rating, ledger.
 * Safe to repeat and to kill: work is leased in the ledger; a lease that ran out is taken up again.
 */
export const rateJob: Job = {
  name: 'rate',
  schedule: '* * * * *',
  describe: 'rate everything that is due, the screen first',
  run: (app) => rateDue(app.raters),
};
