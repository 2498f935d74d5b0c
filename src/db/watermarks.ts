import { sql } from 'kysely';
import type { Db } from './database.ts';

/** Up to when a job has done its work; null before its first run. `lock` holds the row until the transaction ends. */
export async function readWatermark(db: Db, job: string, lock = false): Promise<Date | null> {
  const query = db.selectFrom('job_watermark').select('until').where('job', '=', job);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  return row?.until ?? null;
}

/** Moves a job's watermark forward, never back. */
export async function writeWatermark(db: Db, job: string, until: Date): Promise<void> {
  await db
    .insertInto('job_watermark')
    .values({ job, until })
    .onConflict((conflict) => conflict.column('job').doUpdateSet({ until }).where('job_watermark.until', '<', until))
    .execute();
}

/** Held to the end of the transaction by whoever takes closed hours into the detectors: the watermark's row may not be there yet. */
export async function lockDetection(trx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('longwatch detection'))`.execute(trx);
}

/** Held to the end of the transaction by whoever counts conversations into batches and by whoever closes batches. */
export async function lockIntake(trx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('longwatch intake'))`.execute(trx);
}
