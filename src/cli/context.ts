import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { createLog } from '../clients/log.ts';
import { createManualClock } from '../clients/system-clock.ts';
import { type App, compose } from '../compose.ts';
import { type Config, loadConfig } from '../config.ts';
import { InputError } from '../domain/errors.ts';

export const default_config = 'longwatch.config.yaml';

/** What every command takes. */
export type GlobalOptions = { readonly json: boolean; readonly config?: string; readonly dataDir: string };

export function globalOptions(command: Command): GlobalOptions {
  return command.optsWithGlobals<GlobalOptions>();
}

/** The configuration a command runs under: the named file, else one in the data folder or here, else the defaults. */
export function configOf({ config, dataDir }: GlobalOptions): Config {
  const file = config ?? [join(dataDir, default_config), default_config].find((candidate) => existsSync(candidate));
  return loadConfig(file, process.env, resolve(dataDir));
}

/** Opens the application, does the work and closes it again, whatever happens. */
export async function withApp<T>(
  command: Command,
  work: (app: App, options: GlobalOptions) => Promise<T>,
  { until, level = 'warn' }: { until?: string | undefined; level?: string } = {},
): Promise<T> {
  const options = globalOptions(command);
  const clock = until === undefined ? {} : { clock: createManualClock(instant(until, '--until')) };
  const app = await compose({ config: configOf(options), log: createLog(process.env.LONGWATCH_LOG ?? level), ...clock });
  try {
    return await work(app, options);
  } finally {
    await app.close();
  }
}

export function instant(text: string, option: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new InputError(`${option}: "${text}" is not a time; write it as 2026-04-25T10:00:00Z.`);
  return at;
}
