import type { Kysely } from 'kysely';
import type { AuditLog } from '../db/audit-log.ts';
import { findRelease, insertRelease, lockPrivacyBudget, spentSince } from '../db/privacy-budget.ts';
import type { Tables } from '../db/schema.ts';
import { countUsersOnce } from '../db/user-counts.ts';
import { listVersions } from '../db/versions.ts';
import { readWatermark } from '../db/watermarks.ts';
import type { Clock } from '../domain/clock.ts';
import { StateError } from '../domain/errors.ts';
import type { RaterKind } from '../domain/rating.ts';
import type { RandomInteger } from '../stats/discrete-laplace.ts';
import { formatIsoWeek } from './iso-week.ts';
import { checkBudget } from './privacy-budget.ts';
import { makePrivateWeek, PrivateWeek } from './private-week.ts';

const day_ms = 86_400_000;
const year_ms = 365 * day_ms;

export type PrivateReportDeps = {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly rater: RaterKind;
  readonly simulated: boolean;
  /** Everything that is watched, whether it was seen or not. */
  readonly dimensions: readonly string[];
  readonly epochDays: number;
  /** How long verdicts are kept: of an older week the counts are gone. */
  readonly verdictDays: number;
  readonly epsilonPerReport: number;
  readonly epsilonPerYear: number;
  /** From the operating system, never seeded. */
  readonly random: RandomInteger;
};

/**
 * Releases the finished week that begins on `monday` under differential privacy. A week is released once: asked for again, it is
 * what it was, and costs nothing. Reads ratings; writes the release with its spending, and an event, together. Safe to repeat and
 * to kill.
 * @throws StateError where the week cannot be released, or not paid for.
 */
export async function releasePrivateWeek(deps: PrivateReportDeps, monday: Date, by: string): Promise<PrivateWeek> {
  const week = formatIsoWeek(monday);
  const id = `weekly ${week}`;
  const to = new Date(monday.getTime() + 7 * day_ms);
  return deps.db.transaction().execute(async (trx) => {
    await lockPrivacyBudget(trx);
    const released = await findRelease(trx, id);
    if (released !== null) return PrivateWeek.parse(released.body);
    const now = deps.clock.now();
    refuseUnfit(deps, week, monday, now);
    const closed = await readWatermark(trx, 'measure');
    if (closed === null || closed < to) {
      throw new StateError(
        `${week} has not closed yet: a private report is made once, of the whole week. Name an earlier --week.`,
      );
    }
    const budget = checkBudget(
      await spentSince(trx, new Date(now.getTime() - year_ms)),
      deps.epsilonPerReport,
      deps.epsilonPerYear,
      now,
    );
    if (!budget.allowed) {
      const when =
        budget.freesUpAt === null ? 'it never will with this configuration' : `it will from ${budget.freesUpAt.toISOString()}`;
      throw new StateError(
        `The privacy budget of ${deps.epsilonPerYear} in 365 days has ${format(budget.left)} left and ${week} needs ${deps.epsilonPerReport}: ${when}.`,
      );
    }
    const versions = (await listVersions(trx)).filter((row) => row.firstSeenAt < to && row.lastSeenAt >= monday);
    const report = makePrivateWeek(
      {
        week,
        from: monday,
        to,
        rater: deps.rater,
        simulated: deps.simulated,
        releasedAt: now,
        releasedBy: by,
        epsilon: deps.epsilonPerReport,
        epsilonPerYear: deps.epsilonPerYear,
        versions: versions.map(({ version }) => version).sort(),
        dimensions: deps.dimensions,
        counts: await countUsersOnce(trx, deps.rater, monday, to),
      },
      deps.random,
    );
    await insertRelease(trx, { id, report: week, epsilon: report.epsilon, releasedAt: now, who: by, body: report });
    await deps.audit.append(trx, {
      at: now,
      kind: 'release private report',
      who: by,
      subject: week,
      detail: { epsilon: report.epsilon },
    });
    return report;
  });
}

function refuseUnfit(deps: PrivateReportDeps, week: string, monday: Date, now: Date): void {
  if (deps.epochDays % 7 !== 0) {
    throw new StateError(
      `sampling.epoch_days is ${deps.epochDays}: a private report counts each user once a week, so pseudonyms must last whole weeks (7, 14, ...).`,
    );
  }
  if (now.getTime() - monday.getTime() > deps.verdictDays * day_ms) {
    throw new StateError(
      `${week} is older than retention.verdict_days (${deps.verdictDays}): the verdicts it would count are gone.`,
    );
  }
}

function format(epsilon: number): string {
  return String(Math.round(epsilon * 1_000) / 1_000);
}
