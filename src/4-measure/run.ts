import type { Kysely } from 'kysely';
import type { Db } from '../db/database.ts';
import { expireDue, oldestDueBatch } from '../db/ledger.ts';
import { ensurePartitions } from '../db/partitions.ts';
import { insertRatePoints } from '../db/rate-points.ts';
import type { Tables } from '../db/schema.ts';
import { readScoredUnits } from '../db/scored-units.ts';
import { countTraffic, trafficSpan } from '../db/traffic.ts';
import { lockIntake, readWatermark, writeWatermark } from '../db/watermarks.ts';
import type { Clock } from '../domain/clock.ts';
import type { FacetName } from '../domain/facets.ts';
import type { RaterKind } from '../domain/rating.ts';
import { type MeasuredPoint, measureWindow } from './measure-window.ts';
import { floorHour, hoursBetween, windowsCompleted } from './windows.ts';

const hour_ms = 3_600_000;
/** Hours closed in one transaction, so that catching up on months stays within memory. */
const chunk_ms = 24 * hour_ms;

export type MeasureDeps = {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  /** Whose verdicts the rates rest on. */
  readonly rater: RaterKind;
  readonly cohorts: readonly FacetName[];
  readonly graceMinutes: number;
  readonly closeAfterHours: number;
};

/**
 * Closes every hourly batch that can be closed, in order, and writes its rate points and those of the days and weeks it
 * completes. A batch closes when its grace is over and nothing in it is still due, or when its time for verdicts is up, and
 * is never edited after. Reads ledger, ratings, traffic; writes rate_point and its watermark, together.
 * Safe to repeat and to kill.
 */
export async function measureDue(deps: MeasureDeps): Promise<Record<string, number>> {
  const now = deps.clock.now();
  const ended = floorHour(new Date(now.getTime() - deps.graceMinutes * 60_000));
  const out_of_time = floorHour(new Date(now.getTime() - deps.closeAfterHours * hour_ms));
  const counts = { hours: 0, points: 0, expired: 0 };
  const start = (await readWatermark(deps.db, 'measure')) ?? (await trafficSpan(deps.db))?.first;
  if (start === undefined || start >= ended) return counts;

  for (let from = start; from < ended; ) {
    const limit = new Date(Math.min(ended.getTime(), from.getTime() + chunk_ms));
    // A week begins before the hour that completes it, maybe in another month.
    await ensurePartitions(deps.db, [from, limit, ...windowsCompleted(from, limit).map((window) => window.from)]);
    const closed = await deps.db.transaction().execute(async (trx) => {
      await lockIntake(trx);
      // Whoever came first has closed these hours; the next pass goes on from there.
      const reached = await readWatermark(trx, 'measure', true);
      if (reached !== null && reached > from) return { to: reached, points: 0, expired: 0 };
      const expired = out_of_time > from ? await expireDue(trx, deps.rater, from, earlier(out_of_time, limit), now) : 0;
      const waiting = await oldestDueBatch(trx, deps.rater, from, limit);
      const to = waiting === null ? limit : earlier(waiting, limit);
      if (to <= from) return { to: from, points: 0, expired };
      const points = await closeHours(deps, trx, from, to);
      await writeWatermark(trx, 'measure', to);
      return { to, points, expired };
    });
    counts.hours += (closed.to.getTime() - from.getTime()) / hour_ms;
    counts.points += closed.points;
    counts.expired += closed.expired;
    if (closed.to <= from) break;
    from = closed.to;
  }
  return counts;
}

async function closeHours(deps: MeasureDeps, trx: Db, from: Date, to: Date): Promise<number> {
  const points: MeasuredPoint[] = [];
  const units = groupByBatch(await readScoredUnits(trx, deps.rater, from, to));
  const traffic = groupByBatch(await countTraffic(trx, from, to, deps.cohorts));
  for (const hour of hoursBetween(from, to)) {
    const at = hour.getTime();
    points.push(...measureWindow(units.get(at) ?? [], traffic.get(at) ?? [], deps.cohorts, { grain: 'hour', at: hour }));
  }
  // A person who comes back within a day or a week is one cluster there, so these are measured afresh and not added up.
  for (const window of windowsCompleted(from, to)) {
    const windowUnits = await readScoredUnits(trx, deps.rater, window.from, window.to);
    const windowTraffic = await countTraffic(trx, window.from, window.to, deps.cohorts);
    points.push(...measureWindow(windowUnits, windowTraffic, deps.cohorts, { grain: window.grain, at: window.from }));
  }
  await insertRatePoints(
    trx,
    points.map((point) => ({ ...point, rater: deps.rater })),
  );
  return points.length;
}

function groupByBatch<T extends { readonly batchAt: Date }>(rows: readonly T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const at = row.batchAt.getTime();
    const group = groups.get(at);
    if (group === undefined) groups.set(at, [row]);
    else group.push(row);
  }
  return groups;
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}
