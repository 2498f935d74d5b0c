import type { Command } from 'commander';
import { addRubricsApprove } from './rubrics/approve.ts';
import { addRubricsDiff } from './rubrics/diff.ts';
import { addRubricsFreeze } from './rubrics/freeze.ts';
import { addRubricsHistory } from './rubrics/history.ts';
import { addRubricsLint } from './rubrics/lint.ts';

export function addRubrics(program: Command): void {
  const group = program.command('rubrics').description('what raters are told, who released it, and how it changed');
  for (const add of [addRubricsLint, addRubricsDiff, addRubricsFreeze, addRubricsApprove, addRubricsHistory]) add(group);
}
