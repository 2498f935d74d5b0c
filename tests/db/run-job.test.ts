import { expect, it } from 'vitest';
import { jobs } from '../../jobs/index.ts';
import type { Job } from '../../jobs/job.ts';
import { runJob } from '../../jobs/run-job.ts';
import { latestRuns } from '../../src/db/job-runs.ts';
import { writeWatermark } from '../../src/db/watermarks.ts';
import { ClockError, StateError } from '../../src/domain/errors.ts';
import { appFor, conversation, dump, eachDatabase, hour, type TestApp } from './test-database.ts';

const failing = (error: unknown): Job => ({
  name: 'failing',
  schedule: '* * * * *',
  describe: 'fails',
  run: () => Promise.reject(error),
});

/** Every table but the record of runs. */
async function withoutRuns({ database }: TestApp) {
  const tables = await dump(database);
  tables.delete('job_run');
  return tables;
}

eachDatabase('a job', (open) => {
  it('of any kind whose clock stands before work already done is refused, and changes nothing', async () => {
    const app = await appFor(await open());
    await app.intake.take([conversation()]);
    for (const { name } of jobs) await writeWatermark(app.database.db, name, hour(5));
    const before = await withoutRuns(app);
    for (const job of jobs) {
      const refused = runJob(app, job);
      await expect(refused).rejects.toBeInstanceOf(ClockError);
      await expect(refused).rejects.toThrow(
        `The clock went back: job ${job.name} has worked up to ${hour(5).toISOString()} and it is now ${hour(0).toISOString()}.`,
      );
    }
    expect(await withoutRuns(app)).toEqual(before);
  });

  it('that fails leaves a failed run that names the class of somebody else’s error and none of its words', async () => {
    const app = await appFor(await open());
    await expect(runJob(app, failing(new TypeError('Marisol said so')))).rejects.toThrow('Marisol');
    expect(await latestRuns(app.database.db)).toMatchObject([
      { job: 'failing', outcome: 'failed', error: 'TypeError', counts: null, finishedAt: hour(0) },
    ]);
    const everything = [...[...(await dump(app.database)).values()].flat(), ...app.logged].join('\n');
    expect(everything).toContain('TypeError');
    expect(everything).not.toContain('Marisol');
  });

  it('that a database error ends leaves none of that error’s words', async () => {
    const app = await appFor(await open());
    const { db } = app.database;
    const clashing: Job = {
      ...failing(null),
      run: () =>
        db
          .insertInto('meta')
          .values([
            { key: 'Marisol', value: '1' },
            { key: 'Marisol', value: '2' },
          ])
          .execute()
          .then(() => ({})),
    };
    await expect(runJob(app, clashing)).rejects.toThrow();
    expect(await latestRuns(db)).toMatchObject([{ outcome: 'failed' }]);
    expect([...[...(await dump(app.database)).values()].flat(), ...app.logged].join('\n')).not.toContain('Marisol');
  });

  it('that fails with one of our own errors leaves its sentence', async () => {
    const app = await appFor(await open());
    await expect(runJob(app, failing(new StateError('There is no alert al-1.')))).rejects.toBeInstanceOf(StateError);
    expect(await latestRuns(app.database.db)).toMatchObject([{ outcome: 'failed', error: 'There is no alert al-1.' }]);
  });

  it('that succeeds leaves its window and its counts', async () => {
    const app = await appFor(await open(), { startsAt: hour(1) });
    const run = async () => {
      await writeWatermark(app.database.db, 'counting', app.clock.now());
      return { made: 3 };
    };
    const counting = { ...failing(null), name: 'counting', run };
    await runJob(app, counting);
    app.clock.set(hour(2));
    await runJob(app, counting);
    const rows = await app.database.db.selectFrom('job_run').selectAll().orderBy('started_at').execute();
    expect(rows).toMatchObject([
      { outcome: 'ok', window_from: null, window_to: hour(1), counts: { made: 3 }, error: null },
      { outcome: 'ok', window_from: hour(1), window_to: hour(2), counts: { made: 3 }, error: null },
    ]);
  });

  it('of every kind runs on an empty database, and makes nothing of conversations', async () => {
    const app = await appFor(await open());
    for (const job of jobs) {
      const made = await runJob(app, job);
      // The raters are watched, and the hour's share for the judge is planned, whether or not anybody talks.
      if (job.name === 'watch-raters') expect(made.canaries ?? 0).toBeGreaterThan(0);
      else expect({ ...made, judge: 0 }).toEqual(Object.fromEntries([...Object.keys(made), 'judge'].map((name) => [name, 0])));
    }
    expect((await latestRuns(app.database.db)).map(({ outcome }) => outcome)).toEqual(jobs.map(() => 'ok'));
  });
});
