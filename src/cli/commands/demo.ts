import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { StateError } from '../../domain/errors.ts';
import { globalOptions } from '../context.ts';
import { runDemo } from '../demo.ts';

const marker = '.longwatch-demo';

export function addDemo(program: Command): void {
  program
    .command('demo')
    .option('--seed <text>', 'another seed, another 45 days', 'longwatch')
    .description('the whole story on simulated traffic, with a planted sycophancy drift and a simulated judge')
    .action(async ({ seed }: { seed: string }, command: Command) => {
      const { dataDir, json } = globalOptions(command);
      const folder = resolve(dataDir, 'demo');
      // Only what an earlier demo made is ever removed.
      if (existsSync(folder) && !existsSync(join(folder, marker))) {
        throw new StateError(`${folder} exists and is not a demo's folder: choose another --data-dir.`);
      }
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, marker), 'Made by "longwatch demo". Removed by the next one.\n');
      await runDemo({ seed, folder, shownFolder: join(dataDir, 'demo'), json });
    });
}
