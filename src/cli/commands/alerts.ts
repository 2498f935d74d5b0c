import type { Command } from 'commander';
import { renderHeadline, renderMessage } from '../../6-respond/render-message.ts';
import { acknowledgeAlert, resolveAlert } from '../../6-respond/run.ts';
import { findAlert, listAlerts } from '../../db/alerts.ts';
import { StateError } from '../../domain/errors.ts';
import { withApp } from '../context.ts';
import { printResult } from '../print.ts';

export function addAlerts(program: Command): void {
  const group = program.command('alerts').description('what a person must see');

  group
    .command('list')
    .description('every alert, newest first')
    .action(async (_options, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const alerts = await listAlerts(app.database.db);
        printResult(json, alerts, () =>
          alerts.length === 0
            ? 'No alert has fired.'
            : alerts.map((alert) => `${alert.id}  ${alert.state}  ${renderHeadline(alert)}`).join('\n'),
        );
      });
    });

  group
    .command('show')
    .argument('<id>')
    .description('one alert, with its numbers')
    .action(async (id: string, _options, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const alert = await findAlert(app.database.db, id);
        if (alert === null) throw new StateError(`There is no alert ${id}: see "longwatch alerts list".`);
        printResult(json, alert, () => renderMessage(alert));
      });
    });

  for (const [name, describe, act] of [
    ['ack', 'somebody is on it', acknowledgeAlert],
    ['resolve', 'it is over, or was none; its detectors begin again', resolveAlert],
  ] as const) {
    group
      .command(name)
      .argument('<id>')
      .requiredOption('--by <name>', 'who says so')
      .description(describe)
      .action(async (id: string, { by }: { by: string }, command: Command) => {
        await withApp(command, async (app, { json }) => {
          const alert = await act(app.respond, id, by);
          printResult(json, alert, () => `${id} is ${alert.state}.`);
        });
      });
  }
}
