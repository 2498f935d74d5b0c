import type { Command } from 'commander';
import { approveRollback, executeRollback, planRollback, verifyRollback } from '../../6-respond/run-rollback.ts';
import { listRollbacks } from '../../db/rollbacks.ts';
import type { Rollback } from '../../domain/rollback.ts';
import { withApp } from '../context.ts';
import { columns, minute, printResult } from '../print.ts';

export function addRollback(program: Command): void {
  const group = program.command('rollback').description('the way back to last known good: plan, approve, execute, verify');

  group
    .command('list')
    .description('every rollback, newest first')
    .action(async (_options, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const rollbacks = await listRollbacks(app.database.db);
        printResult(json, rollbacks, () =>
          rollbacks.length === 0
            ? 'No rollback has been planned.'
            : columns(
                rollbacks.map((r) => [
                  r.id,
                  r.state,
                  `${r.from} to ${r.to}`,
                  `planned by ${r.plannedBy}, ${minute(r.plannedAt)}`,
                ]),
              ),
        );
      });
    });

  group
    .command('plan')
    .argument('<alert>')
    .requiredOption('--by <name>', 'who plans it')
    .description('plan the return that an alert calls for; nothing moves yet')
    .action(async (alert: string, { by }: { by: string }, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const rollback = await planRollback(app.rollback, alert, by);
        printResult(json, rollback, () =>
          [
            `${rollback.id}: return from ${rollback.from} to ${rollback.to}, planned by ${by}.`,
            `It needs a named person's yes: longwatch rollback approve ${rollback.id} --by NAME`,
          ].join('\n'),
        );
      });
    });

  group
    .command('approve')
    .argument('<id>')
    .requiredOption('--by <name>', 'whose yes it is')
    .description('a named person’s yes')
    .action(async (id: string, { by }: { by: string }, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const rollback = await approveRollback(app.rollback, id, by);
        printResult(json, rollback, () => `${id} is approved by ${by}. Carry it out: longwatch rollback execute ${id}`);
      });
    });

  group
    .command('execute')
    .argument('<id>')
    .description('tell the deployer to move traffic, by signed webhook')
    .action(async (id: string, _options, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const rollback = await executeRollback(app.rollback, id);
        printResult(json, rollback, () => `${id} is executed. Whether the rate recovers: longwatch rollback verify ${id}`);
      });
    });

  group
    .command('verify')
    .argument('<id>')
    .description('test whether the rate has recovered')
    .action(async (id: string, _options, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const rollback = await verifyRollback(app.rollback, id);
        printResult(json, rollback, () => describe(rollback));
      });
    });
}

function describe(rollback: Rollback): string {
  const evidence = `evidence ${(rollback.recoveryEValue ?? 1).toPrecision(3)}, needs 20`;
  if (rollback.state === 'verified') return `${rollback.id} is verified: the rate has recovered (${evidence}).`;
  return `${rollback.id} is ${rollback.state} (${evidence}). ${rollback.note ?? 'Batches are still coming in; ask again after the next hours have closed.'}`;
}
