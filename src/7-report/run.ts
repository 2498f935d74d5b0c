import { listAlerts } from '../db/alerts.ts';
import type { Db } from '../db/database.ts';
import { latestFindings } from '../db/findings.ts';
import { countLedger } from '../db/ledger.ts';
import { readRatePoints } from '../db/rate-points.ts';
import { listRollbacks } from '../db/rollbacks.ts';
import { lastKnownGood } from '../db/versions.ts';
import { readWatermark } from '../db/watermarks.ts';
import type { Clock } from '../domain/clock.ts';
import type { DisclosureLimit } from '../domain/disclosure.ts';
import { StateError } from '../domain/errors.ts';
import type { RaterKind } from '../domain/rating.ts';
import { formatIsoWeek } from './iso-week.ts';
import { buildWeeklyReport, type WeeklyReport } from './weekly-report.ts';

const day_ms = 86_400_000;
const week_ms = 7 * day_ms;

export type ReportDeps = {
  readonly db: Db;
  readonly clock: Clock;
  readonly rater: RaterKind;
  readonly simulated: boolean;
  readonly disclosure: DisclosureLimit;
  /** Days that rate points are kept: of an older week some are gone, and the rest is not the week. */
  readonly keptDays: number;
};

/**
 * The report of the ISO week that begins on `monday`, from rate points and not from raw rows. Small cells are withheld: what any
 * number of reports show together, of finished weeks and of unfinished ones, tells of no cell of too few. Writes nothing.
 * @throws StateError for a week that is no longer kept.
 */
export async function reportWeek(deps: ReportDeps, monday: Date): Promise<WeeklyReport> {
  if (!isKept(deps, monday)) {
    throw new StateError(
      `${formatIsoWeek(monday)} is older than retention.rate_point_days (${deps.keptDays}): its rates are gone, or going.`,
    );
  }
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
    disclosure: deps.disclosure,
  });
}

/** Whether all of the week that begins on `monday` is still there. */
export function isKept({ clock, keptDays }: Pick<ReportDeps, 'clock' | 'keptDays'>, monday: Date): boolean {
  return clock.now().getTime() - monday.getTime() <= keptDays * day_ms;
}
