import { sql } from 'kysely';
import type { Db } from './database.ts';

/** The tables cut by month. */
const partitioned = [
  'traffic',
  'traffic_count',
  'sample',
  'ledger',
  'rating',
  'judge_answer',
  'rate_point',
  'detector_step',
] as const;

const known = new WeakMap<object, Set<string>>();

/**
 * Makes sure that every month that `times` fall in has its partitions. Call it outside the transaction that writes:
 * DDL inside would hold locks for as long.
 * @param db the outer connection, also the key of a small memory of months already made.
 */
export async function ensurePartitions(db: Db, times: Iterable<Date>): Promise<void> {
  const made = known.get(db) ?? new Set<string>();
  known.set(db, made);
  const wanted = new Set<string>();
  for (const time of times) wanted.add(time.toISOString().slice(0, 7));
  for (const month of wanted) {
    if (made.has(month)) continue;
    const from = new Date(`${month}-01T00:00:00Z`);
    const to = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 1));
    const suffix = month.replace('-', '_');
    for (const table of partitioned) {
      // A transaction for each: whoever reads two of the tables locks them in an order of their own.
      await db.transaction().execute(async (trx) => {
        await sql`select pg_advisory_xact_lock(hashtext('longwatch partitions'))`.execute(trx);
        await sql`create table if not exists ${sql.id(`${table}_${suffix}`)} partition of ${sql.id(table)}
          for values from (${sql.lit(from.toISOString())}) to (${sql.lit(to.toISOString())})`.execute(trx);
      });
    }
    made.add(month);
  }
}
