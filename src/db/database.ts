import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { StorageError } from '../domain/errors.ts';
import { lockFolder } from './folder-lock.ts';
import { migrate } from './migrate.ts';
import type { Tables } from './schema.ts';

/** A connection or a transaction: every query takes one, so that callers decide what is atomic. */
export type Db = Kysely<Tables> | Transaction<Tables>;

export type Database = {
  readonly db: Kysely<Tables>;
  readonly kind: 'embedded' | 'server';
  close(): Promise<void>;
};

/** Where the data lives: a PostgreSQL server, a folder, or this process's memory (tests). */
export type DatabaseLocation =
  | { readonly kind: 'server'; readonly url: string; readonly schema?: string }
  | { readonly kind: 'folder'; readonly dataDir: string }
  | { readonly kind: 'memory' };

/**
 * Opens the database and brings its schema up to date. One driver and one dialect serve both kinds.
 * @throws StorageError, with what to do, when the folder is locked or read-only, the server does not answer, or the
 * schema is newer than this code.
 */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
  const database = location.kind === 'server' ? openServer(location.url, location.schema) : await openEmbedded(location);
  try {
    await migrate(database.db);
    return database;
  } catch (error) {
    await database.close();
    if (error instanceof StorageError || location.kind !== 'server') throw error;
    throw new StorageError(
      'The PostgreSQL server named by DATABASE_URL does not answer: check the address, the password and that it runs.',
      {
        cause: error,
      },
    );
  }
}

function openServer(url: string, schema: string | undefined): Database {
  const options = schema === undefined ? {} : { options: `-c search_path=${schema}` };
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000, ...options });
  // An idle connection that the server drops must not end the process; the next query reports the loss.
  pool.on('error', () => undefined);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return { db, kind: 'server', close: () => db.destroy() };
}

async function openEmbedded(location: Exclude<DatabaseLocation, { kind: 'server' }>): Promise<Database> {
  const unlock = location.kind === 'folder' ? lockFolder(location.dataDir) : () => undefined;
  let lite: PGlite;
  try {
    lite = await PGlite.create(location.kind === 'folder' ? { dataDir: join(location.dataDir, 'db') } : {});
  } catch (cause) {
    unlock();
    throw new StorageError(
      location.kind === 'folder'
        ? `The embedded database in ${location.dataDir} cannot be opened: check that the folder is writable and undamaged, or choose another --data-dir.`
        : 'The embedded database cannot be started.',
      { cause },
    );
  }
  // One connection: the embedded database has one session, and a second one would wait for the first for ever.
  const pool = new pg.Pool({ ...createPgConfig(lite), max: 1 } as pg.PoolConfig);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const close = async () => {
    await db.destroy();
    await lite.close();
    unlock();
  };
  return { db, kind: 'embedded', close };
}
