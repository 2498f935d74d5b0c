import { sql } from 'kysely';
import type { Db } from './database.ts';

/** Deletes posts that were taken before `before`; what nobody has taken yet stays, because `status` warns of it. */
export async function dropDeliveries(db: Db, before: Date): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('delivery').where('delivered_at', '<', before).executeTakeFirst();
  return Number(numDeletedRows);
}

/** Deletes runs that began before `before`, but the newest of every job. */
export async function dropJobRuns(db: Db, before: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from job_run x where x.started_at < ${before}
      and exists (select from job_run y where y.job = x.job and y.started_at > x.started_at)`.execute(db);
  return Number(numAffectedRows);
}

/** Deletes findings from before `before` that responding has seen; the newest of every cell stays, for it still holds. */
export async function dropFindings(db: Db, before: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from finding x where x.at < ${before} and x.at <= (select until from job_watermark where job = 'respond')
      and exists (
        select from finding y where y.version = x.version and y.baseline = x.baseline and y.dimension = x.dimension
          and y.facet = x.facet and y.value = x.value and y.at > x.at)`.execute(db);
  return Number(numAffectedRows);
}

/** Deletes what somebody decided as long ago as the audit log reaches: resolved alerts, rollbacks that ended, receipts. */
export async function dropDecisions(db: Db, before: Date): Promise<number> {
  const alerts = await db
    .deleteFrom('alert')
    .where('state', '=', 'resolved')
    .where('resolved_at', '<', before)
    .executeTakeFirst();
  const rollbacks = await db
    .deleteFrom('rollback')
    .where('state', 'in', ['verified', 'not resolved'])
    .where('planned_at', '<', before)
    .executeTakeFirst();
  const receipts = await db.deleteFrom('erasure').where('finished_at', '<', before).executeTakeFirst();
  return Number(alerts.numDeletedRows + rollbacks.numDeletedRows + receipts.numDeletedRows);
}
