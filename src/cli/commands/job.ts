import type { Command } from 'commander';
import { jobs } from '../../../jobs/index.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { latestRuns } from '../../db/job-runs.ts';
import { InputError } from '../../domain/errors.ts';
import { instant, withApp } from '../context.ts';
import { columns, minute, printResult } from '../print.ts';

export function addJob(program: Command): void {
  const group = program.command('job').description('the scheduled jobs');

  group
    .command('list')
    .description('every job, its schedule (UTC) and its last run')
    .action(async (_options, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const last = new Map((await latestRuns(app.database.db)).map((run) => [run.job, run]));
        const rows = jobs.map(({ name, schedule, describe }) => ({ name, schedule, describe, last_run: last.get(name) ?? null }));
        printResult(json, rows, () =>
          columns(
            rows.map(({ name, schedule, describe, last_run }) => [
              name,
              schedule,
              last_run === null ? 'never run' : `${last_run.outcome}, ${minute(last_run.startedAt)}`,
              describe,
            ]),
          ),
        );
      });
    });

  group
    .command('run')
    .argument('<name>', jobs.map((job) => job.name).join(', '))
    .option('--until <time>', 'work as if it were this time (not later than now), such as 2026-04-25T10:00:00Z')
    .description('run one job over everything due')
    .action(async (name: string, { until }: { until?: string }, command: Command) => {
      const job = jobs.find((candidate) => candidate.name === name);
      if (job === undefined)
        throw new InputError(`There is no job ${name}: choose from ${jobs.map((each) => each.name).join(', ')}.`);
      if (until !== undefined && instant(until, '--until').getTime() > Date.now()) {
        throw new InputError(`--until: ${until} lies in the future; a job cannot close hours that have not ended.`);
      }
      await withApp(
        command,
        async (app, { json }) => {
          const counts = await runJob(app, job);
          printResult(json, { job: name, counts }, () => {
            const made = Object.entries(counts).map(([what, n]) => `${n} ${what}`);
            return `${name}: ${made.length === 0 ? 'nothing due' : made.join(', ')}`;
          });
        },
        { until },
      );
    });
}
