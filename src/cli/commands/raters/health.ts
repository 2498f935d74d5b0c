import type { Command } from 'commander';
import { readHealth } from '../../../3-rate/run-health.ts';
import { withApp } from '../../context.ts';
import { printResult } from '../../print.ts';
import { renderHealth } from '../../print-health.ts';

export function addHealth(raters: Command): void {
  raters
    .command('health')
    .description('who rates, at what cost, and whether they drift, obey planted commands or favour their own kin')
    .action(async (_options, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const health = await readHealth(app.watch);
        printResult(json, health, () => renderHealth(health));
      });
    });
}
