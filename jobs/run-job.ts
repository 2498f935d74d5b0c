import { randomUUID } from 'node:crypto';
import type { App } from '../src/compose.ts';
import { finishRun, startRun } from '../src/db/job-runs.ts';
import { ClockError, LongwatchError } from '../src/domain/errors.ts';
import type { Job } from './job.ts';

/**
 * Runs one job once and writes its row in job_run: window, counts, duration, error. A row that stays `running` is a run that
 * was killed; the next one takes up its work.
 * @throws ClockError when the clock stands before what the job has already done; whatever else the job throws.
 */
export async function runJob(app: App, job: Job): Promise<Record<string, number>> {
  const { db } = app.database;
  const id = randomUUID();
  const startedAt = app.clock.now();
  const done = await startRun(db, { id, job: job.name, at: startedAt });
  const began = performance.now();
  try {
    if (done !== null && done > startedAt) throw clockWentBack(job.name, done, startedAt);
    const counts = await app.telemetry.span(`longwatch.job ${job.name}`, { 'longwatch.job': job.name }, () => job.run(app));
    await finishRun(db, { id, job: job.name, at: app.clock.now(), outcome: 'ok', counts, error: null });
    app.log.info({ job: job.name, run: id, duration_ms: Math.round(performance.now() - began), ...counts }, 'job done');
    return counts;
  } catch (error) {
    // Our own messages hold no text of a conversation; of anybody else's only the class is kept.
    const message = error instanceof LongwatchError ? error.message : error instanceof Error ? error.name : 'error';
    await finishRun(db, { id, job: job.name, at: app.clock.now(), outcome: 'failed', counts: null, error: message });
    app.log.error({ job: job.name, run: id, error: message }, 'job failed');
    throw error;
  }
}

function clockWentBack(job: string, done: Date, now: Date): ClockError {
  return new ClockError(
    `The clock went back: job ${job} has worked up to ${done.toISOString()} and it is now ${now.toISOString()}. Set this machine's clock; nothing was changed.`,
  );
}
