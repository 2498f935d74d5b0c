import type { Command } from 'commander';
import { rebaseRater } from '../../../3-rate/run-rebase.ts';
import { withApp } from '../../context.ts';
import { printResult } from '../../print.ts';

export function addRebase(raters: Command): void {
  raters
    .command('rebase')
    .argument('<dimension>', 'such as concrete.flattery')
    .requiredOption('--by <name>', 'who answers for it')
    .requiredOption('--because <why>', 'why the judge is right now, in a few words')
    .description(
      "accept how a judge behaves now: rate its anchors anew and begin their tests again; an audited person's decision",
    )
    .action(async (dimension: string, { by, because }: { by: string; because: string }, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const people = app.config.people.map(({ name }) => name);
        const result = await rebaseRater({ ...app.raters, audit: app.audit, people }, { dimension, by, because });
        printResult(
          json,
          result,
          () =>
            `${result.by} re-based ${dimension} (revision ${result.revision}). The next run of watch-raters rates its anchors anew.`,
        );
      });
    });
}
