import type { Command } from 'commander';
import cron from 'node-cron';
import { jobs } from '../../../jobs/index.ts';
import { runJob } from '../../../jobs/run-job.ts';
import type { App } from '../../compose.ts';
import { withApp } from '../context.ts';

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('run every job on its schedule (UTC) until stopped')
    .action(async (_options, command: Command) => {
      await withApp(command, serve, { level: 'info' });
    });
}

/**
 * Runs once at the start whatever was missed, then by the clock. Jobs run one at a time, in the order of the data, because
 * each works on what those before it wrote; a job that fails is tried again at its next slot and stops none of the others.
 */
async function serve(app: App): Promise<void> {
  let line: Promise<void> = Promise.resolve();
  const waiting = new Set<string>();
  const enqueue = (name: string) => {
    // A slot that comes while the last one is still waiting adds nothing: one run does all that is due.
    if (waiting.has(name)) return;
    waiting.add(name);
    line = line.then(async () => {
      waiting.delete(name);
      const job = jobs.find((candidate) => candidate.name === name);
      if (job !== undefined) await runJob(app, job).catch(() => undefined);
    });
  };
  for (const job of jobs) enqueue(job.name);
  const tasks = jobs.map((job) =>
    cron.schedule(job.schedule, () => enqueue(job.name), { timezone: 'UTC', name: job.name, noOverlap: true }),
  );
  app.log.info({ jobs: jobs.length, storage: app.database.kind }, 'serving');
  const signal = await new Promise<string>((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
  });
  app.log.info({ signal }, 'stopping after the job in hand');
  for (const task of tasks) await task.destroy();
  await line;
}
