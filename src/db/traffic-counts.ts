import { sql } from 'kysely';
import type { SeenRecord } from '../domain/seen.ts';
import type { Db } from './database.ts';
import { insertMany } from './insert-many.ts';

/** Which of these edge records have been counted before. */
export async function findCounted(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const result = await sql<{ id: string }>`select distinct id from traffic_count where id = any(${ids}::text[])`.execute(db);
  return new Set(result.rows.map((row) => row.id));
}

/** One row for each cell of each record, in the batch given with it. */
export async function insertCounts(db: Db, records: readonly (SeenRecord & { batchAt: Date })[]): Promise<void> {
  const columns = {
    id: 'text',
    batch_at: 'timestamptz',
    version: 'text',
    topic: 'text',
    memory: 'text',
    locale: 'text',
    length: 'text',
    product: 'text',
    n: 'int',
    counted: 'float8',
    nu: 'float8',
    max_user_weight: 'float8',
    n_thumb_up: 'int',
    n_thumb_down: 'int',
  } as const;
  await insertMany(
    db,
    'traffic_count',
    columns,
    records.flatMap(({ id, batchAt, cells }) =>
      cells.map(({ thumb_up, thumb_down, ...cell }) => ({
        id,
        batch_at: batchAt,
        ...cell,
        n_thumb_up: thumb_up,
        n_thumb_down: thumb_down,
      })),
    ),
  );
}
