import { listAlerts } from '../db/alerts.ts';
import type { Db } from '../db/database.ts';
import { latestFindings } from '../db/findings.ts';
import { countLedger } from '../db/ledger.ts';
import { readRatePoints } from '../db/rate-points.ts';
import { listRollbacks } from '../db/rollbacks.ts';
import { lastKnownGood } from '../db/versions.ts';
import { readWatermark } from '../db/watermarks.ts';
import type { Clock } from '../domain/clock.ts';
import type { RaterKind } from '../domain/rating.ts';
import { formatIsoWeek } from './iso-week.ts';
import { buildWeeklyReport, type WeeklyReport } from './weekly-report.ts';

const week_ms = 7 * 86_400_000;

export type ReportDeps = { readonly db: Db; readonly clock: Clock; readonly rater: RaterKind; readonly simulated: boolean };

/** The report of the ISO week that begins on `monday`, from rate points and not from raw rows. Writes nothing. */
export async function reportWeek(deps: ReportDeps, monday: Date): Promise<WeeklyReport> {
  const from = monday;
  const to = new Date(monday.getTime() + week_ms);
  const within = (at: Date | null) => at !== null && at >= from && at < to;
  const [days, weeks, lkg, findings, alerts, rollbacks, ledger] = [
    await readRatePoints(deps.db, deps.rater, 'day', from, to),
    await readRatePoints(deps.db, deps.rater, 'week', from, to),
    await lastKnownGood(deps.db),
    await latestFindings(deps.db, to),
    await listAlerts(deps.db),
    await listRollbacks(deps.db),
    await countLedger(deps.db, from, to),
  ];
  const stood = (fired: string, resolved: string | null) =>
    new Date(fired) < to && (resolved === null || new Date(resolved) >= from);
  return buildWeeklyReport({
    week: formatIsoWeek(monday),
    from,
    to,
    now: deps.clock.now(),
    measuredUntil: await readWatermark(deps.db, 'measure'),
    lkg,
    points: [...days, ...weeks],
    findings,
    alerts: alerts.filter((alert) => stood(alert.fired_at, alert.resolved_at)),
    rollbacks: rollbacks.filter(
      (rollback) => within(rollback.plannedAt) || within(rollback.executedAt) || within(rollback.verifiedAt),
    ),
    ledger,
    simulated: deps.simulated,
    rater: deps.rater,
  });
}
