import { type Command, Option } from 'commander';
import { formatIsoWeek, parseIsoWeek } from '../../7-report/iso-week.ts';
import { renderMarkdown } from '../../7-report/render-markdown.ts';
import { renderPrivate } from '../../7-report/render-private.ts';
import { reportWeek } from '../../7-report/run.ts';
import { releasePrivateWeek } from '../../7-report/run-private.ts';
import { trafficSpan } from '../../db/traffic.ts';
import { InputError, StateError } from '../../domain/errors.ts';
import { withApp } from '../context.ts';
import { print } from '../print.ts';

type Options = { week?: string; format: string; private?: boolean; by?: string };

export function addReport(program: Command): void {
  program
    .command('report')
    .description('reports')
    .command('weekly')
    .option('--week <week>', 'an ISO week such as 2026-W17; default: the week of the newest traffic')
    .addOption(new Option('--format <format>', 'how to print it').choices(['md', 'json']).default('md'))
    .option('--private', 'users counted under differential privacy, to leave the house: a week is released once, and paid for')
    .option('--by <name>', 'who releases it')
    .description('every rate against last known good, what was found and done, and what could not be seen')
    .action(async ({ week, format, private: isPrivate, by }: Options, command: Command) => {
      if (isPrivate && by === undefined)
        command.error("error: '--private' needs '--by <name>': a release has somebody's name on it");
      await withApp(command, async (app, { json }) => {
        const newest = (await trafficSpan(app.database.db))?.last ?? app.clock.now();
        const monday = parseIsoWeek(week ?? formatIsoWeek(newest));
        if (monday === null) throw new InputError(`--week: "${week}" is not an ISO week; write it as 2026-W17.`);
        const asJson = json || format === 'json';
        if (isPrivate && by !== undefined) {
          if (app.privateReport === null) {
            throw new StateError(
              'No privacy budget is configured: set disclosure.differential_privacy.epsilon_per_report and epsilon_per_year.',
            );
          }
          const released = await releasePrivateWeek(app.privateReport, monday, by);
          print(asJson ? JSON.stringify(released, null, 2) : renderPrivate(released));
          return;
        }
        const report = await reportWeek(app.report, monday);
        print(asJson ? JSON.stringify(report, null, 2) : renderMarkdown(report));
      });
    });
}
