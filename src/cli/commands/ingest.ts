import type { Command } from 'commander';
import { type IngestProgress, ingest } from '../../1-ingest/run.ts';
import { withApp } from '../context.ts';
import { printResult } from '../print.ts';

const bar_width = 30;
const redraw_ms = 100;

export function addIngest(program: Command): void {
  program
    .command('ingest')
    .argument('<file>', 'native JSONL, also .gz; - for standard input')
    .description('read conversations; the same file twice changes nothing')
    .action(async (file: string, _options, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const bar = createBar(process.stderr.isTTY === true && !json);
        const source = file === '-' ? { stream: process.stdin } : { path: file };
        const result = await app.telemetry.span('longwatch.ingest', {}, () => ingest(source, app.intake, app.clock, bar.show));
        bar.end();
        app.telemetry.count('longwatch.ingest.conversations', result.fresh, {});
        printResult(json, result, () => {
          const { lines, fresh, known, grown, excluded, rejected, sampled, expired, countedAtEdge, rejectedFile } = result;
          return [
            `${lines} lines: ${fresh} new (${sampled} sampled), ${grown} grown, ${known} already known, ${excluded} without consent or excluded, ${rejected} rejected`,
            ...(countedAtEdge === 0 ? [] : [`${countedAtEdge} more were counted by edge samplers`]),
            ...(expired === 0
              ? []
              : [
                  `${expired} were drawn and not kept: they are past their retention (retention.transcript_days is ${app.config.retention.transcript_days})`,
                ]),
            ...(rejectedFile === null ? [] : [`Why each was rejected: ${rejectedFile}`]),
          ].join('\n');
        });
      });
    });
}

function createBar(shown: boolean): { show(progress: IngestProgress): void; end(): void } {
  let drawn_at = 0;
  if (!shown) return { show: () => undefined, end: () => undefined };
  return {
    show({ lines, bytesRead, bytesTotal }) {
      const now = performance.now();
      if (now - drawn_at < redraw_ms) return;
      drawn_at = now;
      const share = bytesTotal === null || bytesTotal === 0 ? null : Math.min(1, bytesRead / bytesTotal);
      const filled = share === null ? 0 : Math.round(share * bar_width);
      const bar = share === null ? '' : `[${'#'.repeat(filled)}${'.'.repeat(bar_width - filled)}] ${Math.round(share * 100)} %  `;
      process.stderr.write(`\r${bar}${lines} lines`);
    },
    end: () => process.stderr.write('\r\u001b[K'),
  };
}
