import type { Command } from 'commander';
import { coverageOf } from '../../3-rate/coverage-of.ts';
import type { App } from '../../compose.ts';
import { listAlerts } from '../../db/alerts.ts';
import { failingDeliveries } from '../../db/deliveries.ts';
import { latestRuns, outputOfJobs } from '../../db/job-runs.ts';
import { readJudgePlans } from '../../db/judge-plans.ts';
import { countLedger } from '../../db/ledger.ts';
import { readRaterFindings } from '../../db/rater-findings.ts';
import { readSpend } from '../../db/rater-spend.ts';
import { countSuspected } from '../../db/screened-samples.ts';
import { trafficSpan } from '../../db/traffic.ts';
import { lastKnownGood, listVersions } from '../../db/versions.ts';
import { readWatermark } from '../../db/watermarks.ts';
import { withApp } from '../context.ts';
import { columns, minute, printResult } from '../print.ts';

const day_ms = 86_400_000;
/** It deletes, and a day with nothing to delete is a good one. */
const idle_by_nature = 'retain';

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('versions, coverage, jobs, open alerts')
    .action(async (_options, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const status = await readStatus(app);
        printResult(json, status, () => render(status));
      });
    });
}

export type Status = Awaited<ReturnType<typeof readStatus>>;

export async function readStatus(app: App) {
  const { db } = app.database;
  const lkg = await lastKnownGood(db);
  const now = app.clock.now();
  const today = await outputOfJobs(db, new Date(now.getTime() - day_ms), now);
  const before = await outputOfJobs(db, new Date(now.getTime() - 2 * day_ms), new Date(now.getTime() - day_ms));
  return {
    storage: app.database.kind,
    rater: app.rater,
    judge_is_simulated: app.config.judge?.simulated ?? false,
    traffic: await trafficSpan(db),
    measured_until: await readWatermark(db, 'measure'),
    detected_until: await readWatermark(db, 'detect'),
    versions: (await listVersions(db)).map((row) => ({ ...row, lkg: row.version === lkg?.version })),
    coverage: coverageOf(await countLedger(db)).map((each) => ({
      ...each,
      coverage: each.due === 0 ? null : each.scored / each.due,
    })),
    budget: await readBudget(app, now),
    suspected: await countSuspected(db, new Date(now.getTime() - 7 * day_ms), now),
    rater_findings: await readRaterFindings(db, new Date(now.getTime() - 7 * day_ms)),
    jobs: await latestRuns(db),
    // A job that makes nothing where it used to is itself a finding.
    silent_jobs: [...before].filter(([job, n]) => n > 0 && today.get(job) === 0 && job !== idle_by_nature).map(([job]) => job),
    open_alerts: (await listAlerts(db))
      .filter((alert) => alert.state !== 'resolved')
      .map(({ id, state, dimension, version }) => ({ id, state, dimension, version })),
    failing_deliveries: await failingDeliveries(db),
    audit_head: await app.audit.head(db),
  };
}

/** What each judge was asked and cost today, beside what it may be. */
async function readBudget({ database: { db }, raters }: App, now: Date) {
  const today = now.toISOString().slice(0, 10);
  const spent = await readSpend(db, today, today);
  const seats = [...raters.judges, ...(raters.secondJudge === null ? [] : [raters.secondJudge])];
  const [plan] = await readJudgePlans(db, now);
  return {
    judge_share: plan?.share ?? null,
    judges: seats.map(({ name, limit }) => {
      const own = spent.find(({ judge }) => judge === name);
      return {
        judge: name,
        calls: own?.nCalls ?? 0,
        calls_per_day: Number.isFinite(limit.calls) ? limit.calls : null,
        money: own?.money ?? 0,
        money_per_day: Number.isFinite(limit.money) ? limit.money : null,
      };
    }),
  };
}

function render(status: Status): string {
  const lines = [
    `storage    ${status.storage}`,
    `rater      ${status.rater}${status.judge_is_simulated ? ' (simulated)' : ''}`,
    `traffic    ${status.traffic === null ? 'none yet' : `${minute(status.traffic.first)} to ${minute(status.traffic.last)}`}`,
    `measured   ${status.measured_until === null ? 'nothing yet' : `up to ${minute(status.measured_until)}`}`,
    `detected   ${status.detected_until === null ? 'nothing yet' : `up to ${minute(status.detected_until)}`}`,
    `audit log  ${status.audit_head === null ? 'empty' : `head ${status.audit_head}`}`,
    '',
    'versions',
    columns(status.versions.map((v) => [`  ${v.version}`, v.lkg ? 'last known good' : '', `last seen ${minute(v.lastSeenAt)}`])),
    '',
    'coverage',
    columns(
      status.coverage.map((c) => [
        `  ${c.rater}`,
        c.coverage === null ? '' : coverageText(c.coverage),
        `${c.scored} of ${c.due} scored`,
        `${c.waiting} waiting`,
        Object.entries(c.unscored)
          .map(([reason, n]) => `${n} ${reason}`)
          .join(', '),
      ]),
    ),
    ...budgetLines(status.budget),
    '',
    'open alerts',
    status.open_alerts.length === 0
      ? '  none'
      : status.open_alerts.map((a) => `  ${a.id}  ${a.state}  ${a.dimension} on ${a.version}`).join('\n'),
  ];
  const failed = status.jobs.filter((run) => run.outcome === 'failed');
  for (const run of failed) lines.push(`WARNING: job ${run.job} failed at ${minute(run.startedAt)}: ${run.error}`);
  for (const job of status.silent_jobs)
    lines.push(`WARNING: job ${job} made nothing in the last 24 hours and did the day before`);
  for (const { at, kind, dimension } of status.rater_findings)
    lines.push(`NOTE: ${minute(at)} ${kind} for ${dimension}: it is the judge, not the model; see "longwatch raters health"`);
  for (const { version, n, nSuspected } of status.suspected.filter(({ nSuspected: found }) => found > 0))
    lines.push(`NOTE: ${nSuspected} of ${n} samples of ${version} in the last 7 days seem to command whoever rates them`);
  for (const post of status.failing_deliveries)
    lines.push(`WARNING: ${post.kind} ${post.id} has not been taken after ${post.attempts} tries: ${post.lastError}`);
  return lines.join('\n');
}

function budgetLines({ judge_share, judges }: Status['budget']): string[] {
  if (judges.length === 0) return [];
  const share = judge_share === null ? '' : `, ${(100 * judge_share).toFixed(0)} % of samples go to the judges`;
  const of = (limit: number | null) => (limit === null ? '' : ` of ${limit}`);
  const rows = judges.map((each) => [
    `  ${each.judge}`,
    `${each.calls}${of(each.calls_per_day)} calls`,
    each.money === 0 && each.money_per_day === null ? '' : `${each.money.toFixed(2)}${of(each.money_per_day)} spent`,
  ]);
  return ['', `today${share}`, columns(rows)];
}

/** Rounded down: only all of it is 100 %. */
function coverageText(share: number): string {
  return share === 1 ? '100 %' : `${(Math.floor(share * 1_000) / 10).toFixed(1)} %`;
}
