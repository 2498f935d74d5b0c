import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { loadGold } from '../../../3-rate/load-gold.ts';
import { loadRubrics } from '../../../3-rate/load-rubrics.ts';
import { type CalibrationResult, calibrateFiles, calibrateGold, calibrateStored } from '../../../3-rate/run-calibrate.ts';
import { judgeDuties } from '../../../3-rate/run-duties.ts';
import { screen } from '../../../3-rate/screen.ts';
import { type App, packageRoot } from '../../../compose.ts';
import type { Rubric } from '../../../domain/rubric.ts';
import type { Level } from '../../../stats/krippendorff-alpha.ts';
import { globalOptions, withApp } from '../../context.ts';
import { printResult } from '../../print.ts';
import { renderAgreement } from '../../print-agreement.ts';
import { seededChance } from '../../seeded-chance.ts';

type Options = { readonly gold: boolean; readonly threshold?: number; readonly level?: Level };

export function addRatersCalibrate(group: Command): void {
  group
    .command('calibrate')
    .argument('[files...]', 'units labelled elsewhere, JSONL, also .gz (default: the labels in the database)')
    .option(
      '--gold',
      'ask the configured judge and the screen every gold case of the rubrics: costs calls, outside the daily budgets',
      false,
    )
    .option('--threshold <value>', 'in files: numbers from this one on are harm', number)
    .addOption(new Option('--level <level>', 'in files: the scale of the values').choices(['nominal', 'ordinal', 'interval']))
    .description('agreement of every rater revision with every pool of people, by dimension and language')
    .addHelpText('after', external_format)
    .action(async (files: string[], options: Options, command: Command) => {
      if (options.gold && files.length > 0) command.error('error: give files or --gold, not both');
      if (files.length === 0 && (options.threshold !== undefined || options.level !== undefined))
        command.error('error: --threshold and --level are for files');
      if (files.length > 0) {
        const rubrics = await loadRubrics(join(packageRoot(), 'rubrics'));
        const { threshold = null, level = null } = options;
        show(globalOptions(command).json, await calibrateFiles(files, { threshold, level, rubrics }, seededChance));
        return;
      }
      await withApp(command, async (app, { json }) => {
        show(json, options.gold ? await askGold(app) : await calibrateStored(app.database.db, seededChance));
      });
    });
}

const external_format = `
A line of a file is one unit in one dimension, with everything said of it:
  {"unit": "c-7", "cluster": "u-2", "dimension": "concrete.flattery", "language": "en",
   "values": {"person:Ada@clinicians": "marked", "person:Bo@parents": "none", "judge:model-x": "marked"}}
Values are choices of the dimension's rubric, numbers, true or false, other words (categories without order), or null where
there is no verdict. "cluster" (default: the unit) says which units resemble each other, "weight" (default: 1) how many one
stands for. A line that is wrong stops the command: a table of half a file would mislead.`;

function show(json: boolean, result: CalibrationResult): void {
  printResult(json, result, () => renderAgreement(result));
}

function askGold({ rubrics, raters }: App): Promise<CalibrationResult> {
  const folder = join(packageRoot(), 'rubrics');
  const duties = judgeDuties(raters);
  const deps = {
    rubrics: rubrics.rubrics,
    readGold: (rubric: Rubric) => loadGold(folder, rubric),
    screen,
    dutyOf: (dimension: string) => {
      const duty = duties.get(dimension);
      return duty === undefined ? undefined : { ...duty, judge: duty.seat.port, maxAttempts: duty.seat.maxAttempts };
    },
    policy: raters.policy,
    concurrency: Math.max(1, ...raters.judges.map((seat) => seat.concurrency)),
    redactText: raters.redactText,
    wait: (ms: number) => setTimeout(ms),
  };
  return calibrateGold(deps, seededChance);
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}
