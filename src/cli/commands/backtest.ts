import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { runBacktest } from '../backtest.ts';
import { globalOptions } from '../context.ts';

export function addBacktest(program: Command): void {
  program
    .command('backtest')
    .argument('<files...>', 'native JSONL in time order, also .gz')
    .option(
      '--judge <judge>',
      'address of an OpenAI-compatible endpoint, or "recorded" for the labels in FILE.labels.jsonl',
      'recorded',
    )
    .option('--baseline <version>', 'what every other version is compared with (default: what FILE.truth.json names)')
    .option('--keep', 'keep the database in --data-dir for a closer look', false)
    .description('replay history in time order on a simulated clock, all jobs as if live')
    .action(async (files: string[], options: { judge: string; baseline?: string; keep: boolean }, command: Command) => {
      const { json, dataDir } = globalOptions(command);
      const folder = options.keep ? resolve(dataDir, 'backtest') : await mkdtemp(join(tmpdir(), 'longwatch-backtest-'));
      try {
        await runBacktest({ files, judge: options.judge, baseline: options.baseline ?? null, folder, json });
      } finally {
        if (!options.keep) await rm(folder, { recursive: true, force: true });
      }
    });
}
