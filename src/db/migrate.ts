import { readdir } from 'node:fs/promises';
import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import { StorageError } from '../domain/errors.ts';
import type { Tables } from './schema.ts';

const folder = new URL('../../migrations/', import.meta.url);

/** Our own provider, because Kysely's imports from inside node_modules. Names sort in the order they ran. */
async function provide(): Promise<Record<string, Migration>> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}-[a-z-]+\.(js|ts)$/.test(file)).sort();
  const entries = files.map(async (file) => {
    const loaded = (await import(new URL(file, folder).href)) as Migration;
    return [file.replace(/\.(js|ts)$/, ''), loaded] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/**
 * Brings the schema up to date. Safe to run twice and from several processes at once (the migrator takes a lock).
 * @throws StorageError when the database was written by a newer Longwatch, or a migration fails (it is rolled back).
 */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrations = await provide();
  const newer = (await appliedNames(db)).filter((name) => !(name in migrations));
  if (newer.length > 0) {
    throw new StorageError(
      `The database has the newer schema ${newer.join(', ')}, which this Longwatch does not know: upgrade Longwatch, or restore a backup made by this version.`,
    );
  }
  // Named, because the migrator would otherwise take the tables of any schema on the server for ours.
  const schema = await sql<{ name: string }>`select current_schema() as name`.execute(db);
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableSchema: schema.rows[0]?.name ?? 'public',
  }).migrateToLatest();
  if (error !== undefined) {
    throw new StorageError(
      'The schema could not be brought up to date; nothing was changed. See the cause, and run "longwatch doctor".',
      {
        cause: error,
      },
    );
  }
}

async function appliedNames(db: Kysely<Tables>): Promise<string[]> {
  const exists = await sql<{ present: boolean }>`select to_regclass('kysely_migration') is not null as present`.execute(db);
  if (exists.rows[0]?.present !== true) return [];
  const names = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return names.rows.map((row) => row.name);
}
