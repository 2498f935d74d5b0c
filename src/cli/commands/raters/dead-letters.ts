import type { Command } from 'commander';
import { type DeadLetters, listDeadLetters, rerunDeadLetters } from '../../../db/dead-letters.ts';
import { readWatermark } from '../../../db/watermarks.ts';
import { InputError } from '../../../domain/errors.ts';
import { unscoredReasons } from '../../../domain/rating.ts';
import { withApp } from '../../context.ts';
import { columns, minute, printResult } from '../../print.ts';

const raters = ['screen', 'judge', 'second'];

export function addRatersDeadLetters(group: Command): void {
  group
    .command('dead-letters')
    .description('ratings that ended without a verdict, by reason, and how many could be asked again')
    .action(async (_options, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const { db } = app.database;
        const open = (await readWatermark(db, 'measure')) ?? new Date(0);
        const letters = await listDeadLetters(db, app.clock.now(), open);
        printResult(json, letters, () => render(letters));
      });
    });

  group
    .command('rerun')
    .requiredOption('--reason <reason>', `one of ${unscoredReasons.join(', ')}`)
    .option('--rater <rater>', `one of ${raters.join(', ')}`, 'judge')
    .option('--dimension <dimension>', 'only this one')
    .description('make them due again; hours that are closed stay as they were shown')
    .action(async (options: { reason: string; rater: string; dimension?: string }, command: Command) => {
      const { reason, rater, dimension = null } = options;
      if (!(unscoredReasons as readonly string[]).includes(reason)) {
        throw new InputError(`--reason: there is no reason "${reason}"; choose from ${unscoredReasons.join(', ')}.`);
      }
      if (!raters.includes(rater))
        throw new InputError(`--rater: there is no rater "${rater}"; choose from ${raters.join(', ')}.`);
      await withApp(command, async (app, { json }) => {
        const { db } = app.database;
        const open = (await readWatermark(db, 'measure')) ?? new Date(0);
        const n = await rerunDeadLetters(db, { rater, reason, dimension, now: app.clock.now(), open });
        printResult(json, { due: n }, () => `${n} ratings are due again; the next run of job rate asks for them.`);
      });
    });
}

function render(letters: readonly DeadLetters[]): string {
  if (letters.length === 0) return 'None: every rating that was due has a verdict or is still waited for.';
  return columns([
    ['rater', 'reason', 'dimension', 'n', 'can be rerun', 'oldest', 'newest'],
    ...letters.map((each) => [
      each.rater,
      each.reason,
      each.dimension,
      String(each.n),
      String(each.nAlive),
      minute(each.oldest),
      minute(each.newest),
    ]),
  ]);
}
