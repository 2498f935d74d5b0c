import type { Command } from 'commander';
import { systemClock } from '../../../clients/system-clock.ts';
import { type App, openKeys } from '../../../compose.ts';
import { createAuditLog } from '../../../db/audit-log.ts';
import { openDatabase } from '../../../db/database.ts';
import { configOf, type GlobalOptions, globalOptions } from '../../context.ts';

/** What governing rubrics needs of the application. */
export type ApprovalDeps = Pick<App, 'config' | 'database' | 'audit' | 'clock'>;

/**
 * Opens the database and the audit log, does the work and closes them, whatever happens. Not the whole application: that does not
 * start while what it is to watch has no approved rubric, and approving one is how to end that.
 */
export async function withApprovals<T>(
  command: Command,
  work: (deps: ApprovalDeps, options: GlobalOptions) => Promise<T>,
): Promise<T> {
  const options = globalOptions(command);
  const config = configOf(options);
  const { databaseUrl, dataDir } = config;
  const database = await openDatabase(
    databaseUrl === undefined ? { kind: 'folder', dataDir } : { kind: 'server', url: databaseUrl },
  );
  try {
    const { keys } = await openKeys(config, database, systemClock);
    return await work({ config, database, audit: createAuditLog(keys.audit), clock: systemClock }, options);
  } finally {
    await database.close();
  }
}
