import { sql } from 'kysely';
import type { Db } from './database.ts';

export type JobRun = {
  readonly id: string;
  readonly job: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly outcome: 'running' | 'ok' | 'failed';
  readonly counts: Record<string, number> | null;
  readonly error: string | null;
};

/** Writes the row of a run that begins. @returns up to when the job has worked already, null before its first run. */
export async function startRun(db: Db, run: { id: string; job: string; at: Date }): Promise<Date | null> {
  const { window_from } = await db
    .insertInto('job_run')
    .values((eb) => ({
      id: run.id,
      job: run.job,
      started_at: run.at,
      finished_at: null,
      outcome: 'running',
      window_from: eb.selectFrom('job_watermark').select('until').where('job', '=', run.job),
      window_to: null,
      counts: null,
      error: null,
    }))
    .returning('window_from')
    .executeTakeFirstOrThrow();
  return window_from;
}

export async function finishRun(
  db: Db,
  run: {
    id: string;
    job: string;
    at: Date;
    outcome: 'ok' | 'failed';
    counts: Record<string, number> | null;
    error: string | null;
  },
): Promise<void> {
  await db
    .updateTable('job_run')
    .set((eb) => ({
      finished_at: run.at,
      window_to: eb.selectFrom('job_watermark').select('until').where('job', '=', run.job),
      outcome: run.outcome,
      counts: run.counts === null ? null : JSON.stringify(run.counts),
      error: run.error,
    }))
    .where('id', '=', run.id)
    .execute();
}

/** The newest run of every job. */
export async function latestRuns(db: Db): Promise<JobRun[]> {
  const rows = await db
    .selectFrom('job_run')
    .selectAll()
    .distinctOn('job')
    .orderBy('job')
    .orderBy('started_at', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    job: row.job,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    outcome: row.outcome as JobRun['outcome'],
    counts: row.counts,
    error: row.error,
  }));
}

/** What each job made in a window, all its counts added up: a job that makes nothing where it used to is worth a look. */
export async function outputOfJobs(db: Db, from: Date, to: Date): Promise<Map<string, number>> {
  const result = await sql<{ job: string; n: number }>`
    select job, coalesce(sum(value::float8), 0)::float8 as n
    from job_run left join lateral jsonb_each_text(coalesce(counts, '{}'::jsonb)) on true
    where started_at >= ${from} and started_at < ${to} and outcome = 'ok' group by job`.execute(db);
  return new Map(result.rows.map((row) => [row.job, row.n]));
}
