import { type Command, Option } from 'commander';
import { formatIsoWeek, parseIsoWeek } from '../../7-report/iso-week.ts';
import { renderMarkdown } from '../../7-report/render-markdown.ts';
import { reportWeek } from '../../7-report/run.ts';
import { trafficSpan } from '../../db/traffic.ts';
import { InputError } from '../../domain/errors.ts';
import { withApp } from '../context.ts';
import { print } from '../print.ts';

export function addReport(program: Command): void {
  program
    .command('report')
    .description('reports')
    .command('weekly')
    .option('--week <week>', 'an ISO week such as 2026-W17; default: the week of the newest traffic')
    .addOption(new Option('--format <format>', 'how to print it').choices(['md', 'json']).default('md'))
    .description('every rate against last known good, what was found and done, and what could not be seen')
    .action(async ({ week, format }: { week?: string; format: string }, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const newest = (await trafficSpan(app.database.db))?.last ?? app.clock.now();
        const monday = parseIsoWeek(week ?? formatIsoWeek(newest));
        if (monday === null) throw new InputError(`--week: "${week}" is not an ISO week; write it as 2026-W17.`);
        const simulated = app.config.judge?.simulated ?? false;
        const report = await reportWeek({ db: app.database.db, clock: app.clock, rater: app.rater, simulated }, monday);
        print(json || format === 'json' ? JSON.stringify(report, null, 2) : renderMarkdown(report));
      });
    });
}
