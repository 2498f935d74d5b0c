import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { findAlert } from '../db/alerts.ts';
import type { AuditLog } from '../db/audit-log.ts';
import type { Db } from '../db/database.ts';
import { findingBehind } from '../db/findings.ts';
import { readJudgePhase } from '../db/judge-plans.ts';
import { findRollback, insertRollback, listRollbacks, type StoredRollback, updateRollback } from '../db/rollbacks.ts';
import type { Tables } from '../db/schema.ts';
import { readScoredUnits } from '../db/scored-units.ts';
import { countCohorts } from '../db/traffic.ts';
import { lastKnownGood } from '../db/versions.ts';
import { readWatermark } from '../db/watermarks.ts';
import type { Alert } from '../domain/alert.ts';
import type { AuditKind } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import { DeliveryError, StateError } from '../domain/errors.ts';
import type { CohortFacet } from '../domain/facets.ts';
import type { RaterKind } from '../domain/rating.ts';
import type { Rollback } from '../domain/rollback.ts';
import type { Webhook } from '../domain/webhook.ts';
import { newRecoveryTest, recoveryEValue, stepRecoveryTest } from '../stats/recovery-test.ts';
import { recoveryBatches } from './recovery-batches.ts';
import { recoveryGoal } from './recovery-goal.ts';
import { approve, executed, failed, judgeRecovery, mayExecute, mayVerify } from './rollback-lifecycle.ts';

const hour_ms = 3_600_000;
const assumed_deff = 1.3;

export type RollbackDeps = {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly rater: RaterKind;
  /** The judge's share before its first plan; null where the screen alone rates. */
  readonly firstJudgeShare: number | null;
  readonly people: readonly string[];
  readonly recoveryRatio: number;
  readonly verifyDays: number;
  /** What carries a rollback out; null when none is configured. */
  readonly rollbackWebhook: Webhook | null;
  /** Ends the alert once the rate has recovered. */
  readonly resolveAlert: (id: string, by: string) => Promise<unknown>;
};

/** Plans the return to LKG that an alert calls for. Nothing moves yet. @throws StateError where there is nothing to return to. */
export async function planRollback(deps: RollbackDeps, alertId: string, by: string): Promise<Rollback> {
  return deps.db.transaction().execute(async (trx) => {
    const alert = await findAlert(trx, alertId);
    if (alert === null) throw new StateError(`There is no alert ${alertId}: see "longwatch alerts list".`);
    if (alert.state === 'resolved') throw new StateError(`Alert ${alertId} is resolved; a rollback needs an open one.`);
    const lkg = await lastKnownGood(trx);
    if (lkg === null || lkg.version !== alert.baseline) {
      throw new StateError(
        `${alert.baseline} is no longer certified as last known good: certify a version first with "longwatch versions certify".`,
      );
    }
    const open = (await listRollbacks(trx, ['planned', 'approved', 'executed', 'failed'])).find(
      (other) => other.from === alert.version,
    );
    if (open !== undefined)
      throw new StateError(`Rollback ${open.id} of ${alert.version} is ${open.state} already: go on with that one.`);
    const rollback: Rollback = {
      id: `rb-${randomUUID().slice(0, 8)}`,
      alertId,
      from: alert.version,
      to: alert.baseline,
      state: 'planned',
      plannedBy: by,
      plannedAt: deps.clock.now(),
      approvedBy: null,
      approvedAt: null,
      executedAt: null,
      verifiedAt: null,
      recoveryEValue: null,
      note: null,
    };
    await insertRollback(trx, rollback);
    await note(deps, trx, 'plan rollback', by, rollback);
    return rollback;
  });
}

/** A named person's yes. @throws StateError when it is not theirs to give, or not due. */
export async function approveRollback(deps: RollbackDeps, id: string, by: string): Promise<Rollback> {
  return deps.db.transaction().execute(async (trx) => {
    const approved = approve(await mustFind(trx, id), by, deps.people, deps.clock.now());
    await updateRollback(trx, approved);
    await note(deps, trx, 'approve rollback', by, approved);
    return approved;
  });
}

/**
 * Tells the deployer to move traffic, by signed webhook. The delivery id is the rollback's id: killed half way and executed
 * again, the receiver sees the same delivery and acts once.
 * @throws StateError when nobody approved it or no webhook is configured; DeliveryError when it was not taken (it stays `failed`).
 */
export async function executeRollback(deps: RollbackDeps, id: string): Promise<Rollback> {
  const rollback = await mustFind(deps.db, id);
  mayExecute(rollback);
  const { rollbackWebhook } = deps;
  if (rollbackWebhook === null) {
    throw new StateError(
      'No respond.rollback_webhook is configured, so nothing can be told to roll back: add it to the configuration.',
    );
  }
  const { from, to, alertId, approvedBy, approvedAt } = rollback;
  try {
    await rollbackWebhook.post({
      id,
      kind: 'rollback',
      body: { rollback: id, from, to, alert: alertId, approved_by: approvedBy, approved_at: approvedAt },
    });
  } catch (error) {
    if (error instanceof DeliveryError) await record(deps, failed(rollback, error.message), 'rollback not taken');
    throw error;
  }
  return record(deps, executed(rollback, deps.clock.now()), 'execute rollback');
}

/** What became of an execution. One that was taken stays taken, whatever a slower attempt beside it has met. */
async function record(deps: RollbackDeps, rollback: Rollback, kind: AuditKind): Promise<Rollback> {
  return deps.db.transaction().execute(async (trx) => {
    const now = await mustFind(trx, rollback.id);
    if (now.state !== 'approved' && now.state !== 'failed') return now;
    await updateRollback(trx, rollback);
    await note(deps, trx, kind, rollback.approvedBy ?? 'nobody', rollback);
    return rollback;
  });
}

/**
 * Takes the batches closed since the rollback into the test of recovery, over all traffic of the alert's cohort whatever
 * version answered: if traffic did not really move, the rate does not recover. Safe to repeat: a batch counts once.
 */
export async function verifyRollback(deps: RollbackDeps, id: string): Promise<Rollback> {
  const verified = await deps.db.transaction().execute(async (trx) => {
    const rollback = await mustFind(trx, id);
    mayVerify(rollback);
    const alert = await findAlert(trx, rollback.alertId);
    if (alert === null) throw new StateError(`The alert ${rollback.alertId} of rollback ${id} is gone; it cannot be verified.`);
    const closed = await readWatermark(trx, 'measure');
    const progress = await takeRecovery(deps, trx, rollback, alert, closed);
    const judged = judgeRecovery(rollback, progress.eValue, deps.verifyDays, deps.clock.now());
    await updateRollback(trx, judged, progress);
    if (judged.state !== rollback.state) await note(deps, trx, `rollback ${judged.state}`, 'longwatch', judged);
    return { judged, alert };
  });
  if (verified.judged.state === 'verified' && verified.alert.state !== 'resolved') {
    await deps.resolveAlert(verified.alert.id, 'longwatch');
  }
  return verified.judged;
}

/** Verifies every executed rollback: the part of it that a job does. */
export async function verifyRollbacks(deps: RollbackDeps): Promise<Record<string, number>> {
  const waiting = await listRollbacks(deps.db, ['executed']);
  let verified = 0;
  for (const { id } of waiting) if ((await verifyRollback(deps, id)).state === 'verified') verified += 1;
  return { verifying: waiting.length, verified };
}

async function takeRecovery(deps: RollbackDeps, trx: Db, rollback: StoredRollback, alert: Alert, closed: Date | null) {
  const start = new Date(Math.ceil((rollback.executedAt ?? deps.clock.now()).getTime() / hour_ms) * hour_ms);
  const from = rollback.recovery === null ? start : new Date(rollback.recovery.until);
  const base = { ...recoveryGoal(await ratesBehind(trx, alert), deps.recoveryRatio), deff: assumed_deff };
  const empty = newRecoveryTest({ ...base, meanWeight: 1, maxWeightedSum: 1 });
  let state = { logE: rollback.recovery?.logE ?? empty.logE };
  if (closed !== null && closed > from) {
    const facets = alert.cohort.facet === 'all' ? [] : [alert.cohort.facet as CohortFacet];
    const phase = await readJudgePhase(trx, deps.firstJudgeShare, from);
    const traffic = await countCohorts(trx, from, closed, facets, phase);
    const units = (await readScoredUnits(trx, deps.rater, from, closed)).filter((unit) => unit.dimension === alert.dimension);
    for (const batch of recoveryBatches(units, traffic, alert.cohort)) {
      state = stepRecoveryTest(state, batch.clusters, {
        ...base,
        meanWeight: batch.meanWeight,
        maxWeightedSum: batch.maxWeightedSum,
      });
    }
  }
  const until = closed !== null && closed > from ? closed : from;
  return { logE: state.logE, until: until.toISOString(), eValue: recoveryEValue(state) };
}

/** What raised the alert, with numbers that it may have to withhold from people. */
async function ratesBehind(trx: Db, alert: Alert) {
  const { rate, baseline_rate: baselineRate } = alert;
  if (rate !== null && baselineRate !== null) return { rate, baselineRate };
  const finding = await findingBehind(trx, alert);
  if (finding === null || finding.rate === null || finding.baselineRate === null) {
    throw new StateError(`The finding behind alert ${alert.id} is gone: a recovery from it cannot be shown.`);
  }
  return { rate: finding.rate, baselineRate: finding.baselineRate };
}

async function mustFind(db: Db, id: string): Promise<StoredRollback> {
  const rollback = await findRollback(db, id, db.isTransaction);
  if (rollback === null) throw new StateError(`There is no rollback ${id}: see "longwatch rollback list".`);
  return rollback;
}

async function note(deps: RollbackDeps, trx: Db, kind: AuditKind, who: string, rollback: Rollback): Promise<void> {
  const { from, to, state, alertId } = rollback;
  await deps.audit.append(trx, {
    at: deps.clock.now(),
    kind,
    who,
    subject: rollback.id,
    detail: { from, to, state, alert: alertId },
  });
}
