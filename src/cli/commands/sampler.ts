import { chmod, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { EdgeConfig } from '../../2-sample/sampler.ts';
import type { App } from '../../compose.ts';
import { readPlans } from '../../db/sampling-plans.ts';
import { InputError } from '../../domain/errors.ts';
import { withApp } from '../context.ts';
import { printResult } from '../print.ts';

export function addSampler(program: Command): void {
  program
    .command('sampler')
    .description('the edge sampler: decide at the producer, before any text leaves it')
    .command('export')
    .requiredOption('--name <name>', 'of the edge process, unlike every other and unlike itself after a restart')
    .requiredOption('--by <name>', 'who takes the coin key out')
    .requiredOption('--out <file>', 'where to write; it holds the coin key, so it is made readable by its owner only')
    .description('what createEdgeSampler of "longwatch/sampler" needs, as JSON; export it anew every hour')
    .action(async ({ name, out, by }: { name: string; out: string; by: string }, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const config = await edgeConfig(app, name);
        await app.database.db
          .transaction()
          .execute((trx) => app.audit.append(trx, { at: app.clock.now(), kind: 'export coin key', who: by, subject: name }));
        try {
          await writeFile(out, `${JSON.stringify(config)}\n`, { mode: 0o600 });
          // The mode above counts for a new file only.
          await chmod(out, 0o600);
        } catch (cause) {
          throw new InputError(`${out} cannot be written: check the path and its permissions.`, { cause });
        }
        const result = { file: out, design: config.design, plans: config.plans.length };
        printResult(
          json,
          result,
          () => `${out}: design ${config.design}, plans of ${config.plans.length} versions. Keep it secret.`,
        );
      });
    });
}

/** The newest plan of each version, and everything that is the same for all. */
async function edgeConfig(app: App, name: string): Promise<EdgeConfig> {
  const { design, consent } = app.sampler;
  const coins = await app.sampler.readCoins(app.database.db);
  const newest = new Map<string, EdgeConfig['plans'][number]>();
  for (const { version, from, piSample, factors } of await readPlans(app.database.db)) {
    if (!newest.has(version)) newest.set(version, { version, from: from.toISOString(), piSample, factors });
  }
  return {
    name,
    coinKey: coins.map(({ from, key }) => ({ from: from.toISOString(), key: Buffer.from(key).toString('hex') })),
    design: design.name,
    cap: design.cap,
    plans: [...newest.values()],
    firstRate: design.firstRate,
    panelShare: design.panelShare,
    consent,
  };
}
