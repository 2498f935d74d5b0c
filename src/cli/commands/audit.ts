import { type Command, InvalidArgumentError, Option } from 'commander';
import { type AuditReport, listEvents } from '../../db/audit-log.ts';
import { type AuditKind, auditKinds } from '../../domain/audit.ts';
import { StateError } from '../../domain/errors.ts';
import { positive } from '../arguments.ts';
import { instant, withApp } from '../context.ts';
import { columns, minute, print, printResult } from '../print.ts';

export function addAudit(program: Command): void {
  const group = program.command('audit').description('the tamper-evident log: who did what to what');

  group
    .command('verify')
    .option('--head <hash>', 'a head noted earlier, which must still be part of the log', hash)
    .description('check every link of the log')
    .addHelpText(
      'after',
      '\nThe log shows by itself what was altered, taken out or put in, but not that its end is missing. For that, keep a head\n' +
        'somewhere else: every erasure receipt carries one (audit_head), and this command prints the current one.',
    )
    .action(async ({ head }: { head?: string }, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const report = await app.audit.verify(app.database.db, head);
        if (report.problem === null) return printResult(json, report, () => describe(report, head));
        if (json) print(JSON.stringify(report, null, 2));
        throw new StateError(`The audit log does not hold. ${report.problem.says}`);
      });
    });

  group
    .command('list')
    .option('--since <time>', 'only events from then on')
    .addOption(new Option('--kind <kind>', 'only events of this kind').choices(auditKinds))
    .option('--limit <n>', 'the newest so many', positive, 100)
    .description('events, oldest first')
    .action(async (options: { since?: string; kind?: AuditKind; limit: number }, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const since = options.since === undefined ? null : instant(options.since, '--since');
        const events = await listEvents(app.database.db, { since, kind: options.kind ?? null, limit: options.limit });
        printResult(json, events, () =>
          events.length === 0
            ? 'No such event has been noted.'
            : columns(
                events.map(({ at, who, kind, subject, detail }) => [minute(at), who, kind, subject, JSON.stringify(detail)]),
              ),
        );
      });
    });
}

function describe({ n, n_before_chain, first, last, head }: AuditReport, noted: string | undefined): string {
  if (first === null || last === null) return 'The audit log is empty.';
  return [
    `The audit log holds: ${n} events from ${minute(first.at)} (${first.id}) to ${minute(last.at)} (${last.id}).`,
    ...(n_before_chain === 0 ? [] : [`${n_before_chain} events from before the log was chained stand before it, unprotected.`]),
    ...(noted === undefined ? [] : ['The head given is part of it.']),
    `head ${head}`,
  ].join('\n');
}

function hash(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('A head is 64 hexadecimal digits.');
  return text;
}
