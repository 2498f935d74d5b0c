import type { Command } from 'commander';
import { addRatersCalibrate } from './raters/calibrate.ts';
import { addRatersDeadLetters } from './raters/dead-letters.ts';
import { addHealth } from './raters/health.ts';
import { addRatersLabels } from './raters/labels.ts';
import { addRebase } from './raters/rebase.ts';

export function addRaters(program: Command): void {
  const group = program.command('raters').description('how far raters can be trusted, and what they owe');
  addRatersCalibrate(group);
  addRatersLabels(group);
  addRatersDeadLetters(group);
  addHealth(group);
  addRebase(group);
}
