import type { Command } from 'commander';
import { type ShownSample, showSample } from '../../2-sample/run-show-sample.ts';
import { listSamples } from '../../db/shown-samples.ts';
import { formatShare } from '../../domain/format-share.ts';
import { positive } from '../arguments.ts';
import { withApp } from '../context.ts';
import { columns, minute, printResult } from '../print.ts';

export function addSamples(program: Command): void {
  const group = program.command('samples').description('sampled conversations: what there is, and reading one for a reason');

  group
    .command('list')
    .option('--version <version>', 'only of this model version')
    .option('--limit <n>', 'the newest so many', positive, 20)
    .description('samples that have not expired; shows nothing of what was said')
    .action(async ({ version, limit }: { version?: string; limit: number }, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const now = app.clock.now();
        const samples = await listSamples(app.database.db, { version: version ?? null, limit, now });
        printResult(json, samples, () =>
          samples.length === 0
            ? 'No sample is within its retention now.'
            : columns(
                samples.map((s) => [
                  s.conversationKey,
                  minute(s.at),
                  s.version,
                  `${s.topic}, ${s.locale}, memory ${s.memory}, length ${s.length}, ${s.product}`,
                  `until ${minute(s.expiresAt)}`,
                ]),
              ),
        );
      });
    });

  group
    .command('show')
    .argument('<key>', 'as "samples list" prints it')
    .requiredOption('--by <name>', 'who reads it')
    .requiredOption('--because <text>', 'what it is read for; redacted, and at most 200 characters are kept')
    .description('read one redacted conversation; that it was read is noted first')
    .action(async (key: string, { by, because }: { by: string; because: string }, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const sample = await showSample(app.show, key, { by, because });
        printResult(json, sample, () => render(sample));
      });
    });
}

function render({ conversation_key, expires_at, transcript, verdicts }: ShownSample): string {
  const turns = transcript.map(({ role, content }, i) => `[${i + 1}] ${role}\n${content}`);
  const ratings = verdicts.flatMap(({ dimension, rater, choice, confidence, note }) => [
    `${dimension}: ${choice}, by ${rater}, confidence ${formatShare(confidence)}`,
    ...(note?.evidence ?? []).map(({ turn, quote }) => `  turn ${turn}: "${quote}"`),
    ...(note?.rationale == null ? [] : [`  ${note.rationale}`]),
  ]);
  const head = `${conversation_key}, redacted, until ${minute(expires_at)}. That you have read it is in the audit log.`;
  return [head, ...turns, ...(ratings.length === 0 ? [] : [ratings.join('\n')])].join('\n\n');
}
