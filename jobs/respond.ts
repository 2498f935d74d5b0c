import { respondDue } from '../src/6-respond/run.ts';
import { verifyRollbacks } from '../src/6-respond/run-rollback.ts';
import type { Job } from './job.ts';

/**
 * Reads: finding, rollback, rating, traffic. Writes: alert, delivery, rollback, its watermark. Posts to webhooks.
 * Safe to repeat: one open alert for a version, baseline and dimension; every post carries the id to act on once.
 */
export const respondJob: Job = {
  name: 'respond',
  schedule: '12 * * * *',
  describe: 'raise alerts, post what is waiting, verify rollbacks',
  run: async (app) => ({ ...(await respondDue(app.respond)), ...(await verifyRollbacks(app.rollback)) }),
};
