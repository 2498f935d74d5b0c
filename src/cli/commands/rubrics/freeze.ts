import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { freezeRubrics } from '../../../3-rate/rubrics/freeze-rubrics.ts';
import { lock_path, renderLock } from '../../../3-rate/rubrics/rubric-lock.ts';
import { InputError } from '../../../domain/errors.ts';
import { globalOptions } from '../../context.ts';
import { printResult } from '../../print.ts';
import { folderOf, folderOption, readFolder } from './rubrics-folder.ts';

export function addRubricsFreeze(group: Command): void {
  group
    .command('freeze')
    .argument('[dimensions...]', 'such as concrete.flattery')
    .option('--all', 'every rubric there is, and the controls raters are watched by', false)
    .addOption(folderOption())
    .description('note what rubrics, their gold cases and frames say in lock.json: from then on a changed word is a new version')
    .action(async (dimensions: string[], { all, folder }: { all: boolean; folder?: string }, command: Command) => {
      if (all === dimensions.length > 0) command.error('error: freeze needs dimensions or --all, one of them');
      const { lock, added } = freezeRubrics(await readFolder(folder), all ? 'all' : dimensions);
      if (added.length > 0) await replaceFile(join(folderOf(folder), lock_path), renderLock(lock));
      printResult(globalOptions(command).json, { added, n_frozen: lock.size }, () =>
        added.length === 0
          ? `Nothing to freeze: all of it was frozen before. Frozen files: ${lock.size}.`
          : `Frozen now:\n${added.map((path) => `  ${path}`).join('\n')}\nFrozen files: ${lock.size}. Commit lock.json with them.`,
      );
    });
}

/** All of it or nothing: half a lock would protect half the rubrics. */
async function replaceFile(path: string, text: string): Promise<void> {
  try {
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  } catch (cause) {
    throw new InputError(`${path} cannot be written: check the permissions of its folder and run the same command again.`, {
      cause,
    });
  }
}
