import { jobs } from '../../jobs/index.ts';
import { runJob } from '../../jobs/run-job.ts';
import type { App } from '../compose.ts';

/** Every job once, in the order of the data: what the scheduler would have done by now. For simulated clocks. */
export async function tick(app: App): Promise<void> {
  for (const job of jobs) await runJob(app, job);
}
