import type { Command } from 'commander';
import { importLabels, type LabelImport } from '../../../3-rate/run-labels.ts';
import { withApp } from '../../context.ts';
import { printResult } from '../../print.ts';

export function addRatersLabels(group: Command): void {
  group
    .command('labels')
    .description('what people say of our samples')
    .command('import')
    .argument('<file>', 'CSV with a header row (.csv) or JSONL, also .gz')
    .option('--pool <pool>', 'whom the people speak for, where a line does not say: a pool of rubrics/pools.yaml')
    .description("take in people's labels; the same file twice changes nothing")
    .addHelpText(
      'after',
      [
        '',
        'Fields, as columns or as JSON: conversation (your id, or the key "longwatch samples list" prints), dimension, choice,',
        "person, and if wanted pool, language (default: the conversation's) and at (default: now). The person is stored as given.",
        "Label a random draw of samples, flagged or not: a rater's misses can only show among what it did not flag.",
      ].join('\n'),
    )
    .action(async (file: string, { pool }: { pool?: string }, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const { clock, database, library, rubrics, unitOf } = app;
        const deps = { db: database.db, clock, rubrics, pools: [...library.pools.keys()], unitOf };
        const result = await importLabels(deps, file, { pool: pool?.trim() || null });
        printResult(json, toJson(result), () => describe(result));
      });
    });
}

function toJson({ fresh, changed, unchanged, rejected, rejectedFile }: LabelImport) {
  return { n_fresh: fresh, n_changed: changed, n_unchanged: unchanged, n_rejected: rejected, rejected_file: rejectedFile };
}

function describe({ fresh, changed, unchanged, rejected, rejectedFile }: LabelImport): string {
  return [
    `${fresh} new, ${changed} changed, ${unchanged} as before, ${rejected} rejected`,
    ...(rejectedFile === null ? [] : [`Why each was rejected: ${rejectedFile}`]),
  ].join('\n');
}
