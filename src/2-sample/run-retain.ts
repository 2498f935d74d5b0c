import type { Kysely } from 'kysely';
import { dropMonths } from '../db/drop-months.ts';
import { dropDecisions, dropDeliveries, dropFindings, dropJobRuns } from '../db/housekeeping.ts';
import { readEpochDays } from '../db/meta.ts';
import {
  dropBefore,
  dropExpiredTexts,
  dropIdleKeys,
  dropLostLabels,
  dropOldNotes,
  dropPanelMembers,
  dropVerdicts,
  noteKeptDays,
  readKeptDays,
  shortenExpiry,
} from '../db/retention.ts';
import type { Tables } from '../db/schema.ts';
import { lockIntake, readWatermark, writeWatermark } from '../db/watermarks.ts';
import { type FinishDeps, finishErasures } from './run-erase.ts';

const day_ms = 86_400_000;
const rows_a_transaction = 1_000;
const delivery_days = 30;
const job_run_days = 90;
/** Rates of a week are measured afresh from its rows when its last hour closes. */
const longest_window_days = 7;
const measured_tables = ['traffic', 'traffic_count', 'sample', 'ledger', 'rating', 'judge_answer', 'detector_step'] as const;

export type RetainDeps = FinishDeps & {
  /** Days from the conversation's start; of sums, from the start of their window. */
  readonly retention: {
    readonly transcript_days: number;
    readonly rationale_days: number;
    readonly verdict_days: number;
    readonly rate_point_days: number;
    readonly audit_days: number;
  };
};

/**
 * Deletes everything whose time is up, and finishes erasures that were begun. Clocks run from when a conversation began, never
 * from when we stored it, rated it or looked at it last: monitoring lengthens nothing.
 *
 * Text goes on time whatever became of it. Verdicts and counts wait for measure and detect, so that nothing is dropped unseen.
 * Reads and writes every table. Safe to repeat and to kill: small transactions, each of which leaves things in order.
 */
export async function retainDue(deps: RetainDeps): Promise<Record<string, number>> {
  const { db, retention } = deps;
  const now = deps.clock.now();
  const ago = (days: number) => new Date(now.getTime() - days * day_ms);
  const counts: Record<string, number> = { erasures: await finishErasures(deps) };
  const sweep: Sweep = async (kind, step) => {
    let taken: number;
    do {
      const result = await step(db);
      const more = typeof result === 'number' ? { [kind]: result } : result;
      for (const [each, n] of Object.entries(more)) counts[each] = (counts[each] ?? 0) + n;
      taken = more[kind] ?? 0;
    } while (taken >= rows_a_transaction);
  };
  // Once a day: what has no hurry, or has to look at every row.
  const today = new Date(Math.floor(now.getTime() / day_ms) * day_ms);
  const done = await readWatermark(db, 'retain');
  const daily = done === null || done < today;

  await dropTexts(deps, sweep, now);
  if (daily || (counts.samples ?? 0) > 0) await dropKeys(deps, sweep, now);
  await sweep('panel_members', (each) => dropPanelMembers(each, ago(retention.transcript_days), rows_a_transaction));
  const seen = await readSeen(deps);
  const verdicts = ago(retention.verdict_days);
  const points = ago(retention.rate_point_days);
  if (daily) {
    counts.months = await dropMonths(db, measured_tables, earlier(verdicts, seen));
    counts.months += await dropMonths(db, ['rate_point'], earlier(points, seen));
    counts.labels = (counts.labels ?? 0) + (await dropLostLabels(db));
  }
  await dropMeasured(sweep, verdicts, seen, daily);
  await sweep('rate_points', (each) => dropBefore(each, ['rate_point', 'at'], points, rows_a_transaction));
  if (!daily) return counts;

  counts.deliveries = await dropDeliveries(db, ago(delivery_days));
  counts.job_runs = await dropJobRuns(db, ago(job_run_days));
  counts.findings = await dropFindings(db, points);
  // By whole days, so that the log tells of at most one pruning a day.
  const audited = new Date(today.getTime() - retention.audit_days * day_ms);
  counts.decisions = await db.transaction().execute((trx) => dropDecisions(trx, audited));
  counts.events = await db.transaction().execute((trx) => deps.audit.prune(trx, audited, now));
  await writeWatermark(db, 'retain', today);
  return counts;
}

/** Repeats a step, which is a transaction of its own, for as long as it takes as much of `kind` as it may. */
type Sweep = (kind: string, step: (db: Kysely<Tables>) => Promise<number | Readonly<Record<string, number>>>) => Promise<void>;

async function dropTexts({ db, retention }: RetainDeps, sweep: Sweep, now: Date): Promise<void> {
  const { transcript_days, rationale_days } = retention;
  if ((await readKeptDays(db)) !== transcript_days) {
    await sweep('shortened', (each) => shortenExpiry(each, transcript_days, rows_a_transaction));
    await noteKeptDays(db, transcript_days);
  }
  await sweep('samples', (each) => dropExpiredTexts(each, now, rows_a_transaction));
  if (rationale_days >= transcript_days) return;
  const before = new Date(now.getTime() - rationale_days * day_ms);
  await sweep('notes', (each) => dropOldNotes(each, before, rows_a_transaction));
}

async function dropKeys({ db }: RetainDeps, sweep: Sweep, now: Date): Promise<void> {
  // In its epoch a key without a sample may be needed again tomorrow.
  const longest = Math.max(1, ...(await readEpochDays(db)));
  const before = new Date(now.getTime() - longest * day_ms);
  await sweep('data_keys', (each) =>
    each.transaction().execute(async (trx) => {
      await lockIntake(trx);
      return dropIdleKeys(trx, before, rows_a_transaction);
    }),
  );
}

/** Up to which batch nobody needs the rows any more: nothing is dropped that was not measured and tested. */
async function readSeen({ db }: RetainDeps): Promise<Date> {
  const measured = await readWatermark(db, 'measure');
  const detected = await readWatermark(db, 'detect');
  if (measured === null || detected === null) return new Date(0);
  return new Date(Math.min(measured.getTime() - longest_window_days * day_ms, detected.getTime()));
}

async function dropMeasured(sweep: Sweep, began: Date, seen: Date, late: boolean): Promise<void> {
  const limit = rows_a_transaction;
  const before = earlier(began, seen);
  await sweep('traffic', (each) => dropVerdicts(each, { began, seen, late, limit }));
  await sweep('traffic_counts', (each) => dropBefore(each, ['traffic_count', 'batch_at'], before, limit));
  await sweep('detector_steps', (each) => dropBefore(each, ['detector_step', 'batch_at'], before, limit));
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}
