import { retainDue } from '../src/2-sample/run-retain.ts';
import type { Job } from './job.ts';

/**
 * Reads: every table. Deletes from every table what the retention settings no longer allow, and finishes erasures that were
 * begun. Writes: panel_attrition, event, receipts in erasure, its watermark.
 * Safe to repeat and to kill: small transactions; what is left over is due again.
 */
export const retainJob: Job = {
  name: 'retain',
  schedule: '40 * * * *',
  describe: 'delete what has been kept long enough, and finish erasures',
  run: (app) => retainDue(app.retain),
};
