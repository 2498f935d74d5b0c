import { join } from 'node:path';
import type { Command } from 'commander';
import { loadRubrics } from '../../3-rate/load-rubrics.ts';
import { packageRoot } from '../../compose.ts';
import { globalOptions } from '../context.ts';
import { columns, printResult } from '../print.ts';

export function addRubrics(program: Command): void {
  program
    .command('rubrics')
    .description('what raters are told')
    .command('lint')
    .description('check every rubric file, and list what is watched')
    .action(async (_options, command: Command) => {
      const { rubrics } = await loadRubrics(join(packageRoot(), 'rubrics'));
      printResult(globalOptions(command).json, rubrics, () =>
        columns(
          rubrics.map((rubric) => [
            rubric.dimension,
            `v${rubric.version}`,
            rubric.scope,
            `severity ${rubric.severity}`,
            rubric.response,
          ]),
        ),
      );
    });
}
