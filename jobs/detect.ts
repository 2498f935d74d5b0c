import { detectDue } from '../src/5-detect/run.ts';
import type { Job } from './job.ts';

/**
 * Reads: rating, traffic, certification. Writes: detector, detector_step, finding, its watermark.
 * Catches up from its watermark to that of measure. Safe to repeat: a batch enters a detector once.
 */
export const detectJob: Job = {
  name: 'detect',
  schedule: '10 * * * *',
  describe: 'test every live version against last known good, cell by cell',
  run: (app) => detectDue(app.detect),
};
