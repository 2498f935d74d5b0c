import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.ts';

type PartitionedTable =
  | 'traffic'
  | 'traffic_count'
  | 'sample'
  | 'ledger'
  | 'rating'
  | 'judge_answer'
  | 'rate_point'
  | 'detector_step';

const lock_not_available = '55P03';

/**
 * Drops the monthly partitions of these tables that ended by `before`, each in a transaction of its own: no row is looked at.
 * A partition that somebody is just using stays for the next time, because waiting for it would make everybody else wait.
 * @returns how many were dropped.
 */
export async function dropMonths(db: Kysely<Tables>, tables: readonly PartitionedTable[], before: Date): Promise<number> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i
    join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
    where p.relnamespace = current_schema()::regnamespace and p.relname = any(${tables}::text[]) order by 1`.execute(db);
  let dropped = 0;
  for (const { name } of rows) {
    if (monthEnd(name) > before) continue;
    try {
      await db.transaction().execute(async (trx) => {
        await sql`set local lock_timeout = '2s'`.execute(trx);
        await sql`drop table if exists ${sql.id(name)}`.execute(trx);
      });
      dropped += 1;
    } catch (error) {
      if ((error as { code?: string }).code !== lock_not_available) throw error;
    }
  }
  return dropped;
}

/** Partitions are named by their month: `traffic_2026_04` ends where May begins. */
function monthEnd(partition: string): Date {
  const [, year, month] = /_(\d{4})_(\d{2})$/.exec(partition) ?? [];
  if (year === undefined || month === undefined) throw new RangeError(`${partition} is not the name of a month's partition`);
  return new Date(Date.UTC(Number(year), Number(month), 1));
}
