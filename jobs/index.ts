import { detectJob } from './detect.ts';
import type { Job } from './job.ts';
import { measureJob } from './measure.ts';
import { planSamplingJob } from './plan-sampling.ts';
import { rateJob } from './rate.ts';
import { reportJob } from './report.ts';
import { respondJob } from './respond.ts';
import { retainJob } from './retain.ts';
import { watchRatersJob } from './watch-raters.ts';

/** Every job, in the order of the data: each works on what those before it wrote. */
export const jobs: readonly Job[] = [
  planSamplingJob,
  rateJob,
  watchRatersJob,
  measureJob,
  detectJob,
  respondJob,
  reportJob,
  retainJob,
];
