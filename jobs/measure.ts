import { measureDue } from '../src/4-measure/run.ts';
import type { Job } from './job.ts';

/**
 * Reads: ledger, rating, traffic. Writes: rate_point, expired ledger rows, its watermark.
 * Catches up from its watermark to the last hour that can be closed. Safe to repeat: a closed hour is never edited.
 */
export const measureJob: Job = {
  name: 'measure',
  schedule: '5 * * * *',
  describe: 'close the hours that are complete and write their rate points',
  run: (app) => measureDue(app.measure),
};
