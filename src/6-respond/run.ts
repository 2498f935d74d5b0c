import type { Kysely } from 'kysely';
import { findAlert, insertAlert, updateAlert } from '../db/alerts.ts';
import type { AuditLog } from '../db/audit-log.ts';
import type { Db } from '../db/database.ts';
import { dueDeliveries, enqueueDelivery, markDelivered, postponeDelivery } from '../db/deliveries.ts';
import { restartDetectors } from '../db/detectors.ts';
import { driftedSince } from '../db/findings.ts';
import type { Tables } from '../db/schema.ts';
import { thumbsUpShare } from '../db/traffic.ts';
import { countPeopleBehind } from '../db/user-counts.ts';
import { readWatermark, writeWatermark } from '../db/watermarks.ts';
import type { Alert } from '../domain/alert.ts';
import type { AuditKind } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import type { DisclosureLimit } from '../domain/disclosure.ts';
import { DeliveryError, StateError } from '../domain/errors.ts';
import type { Finding } from '../domain/finding.ts';
import type { RaterKind } from '../domain/rating.ts';
import type { Rubric } from '../domain/rubric.ts';
import type { Webhook } from '../domain/webhook.ts';
import { betRatios } from '../stats/contrast-bet.ts';
import { acknowledge, resolve } from './alert-lifecycle.ts';
import { openAlert } from './open-alert.ts';
import { renderMessage } from './render-message.ts';

const first_retry_ms = 30_000;
const longest_retry_ms = 3_600_000;

export type RespondDeps = {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly rater: RaterKind;
  readonly disclosure: DisclosureLimit;
  readonly rubricOf: (dimension: string) => Pick<Rubric, 'response'> | undefined;
  readonly falseAlarmsPerYear: number;
  readonly simulated: boolean;
  /** Where alerts go, and the port that posts there; null when none is configured. */
  readonly alertWebhook: { readonly url: string; readonly port: Webhook } | null;
};

/**
 * Turns new drifted findings into alerts, at most one open for a version, baseline and dimension, and posts what is waiting
 * in the outbox. Reads findings; writes alert, delivery and its watermark, together. Safe to repeat and to kill: a post is
 * made at least once, always under the same delivery id.
 */
export async function respondDue(deps: RespondDeps): Promise<Record<string, number>> {
  const fired = await deps.db.transaction().execute(async (trx) => {
    const since = await readWatermark(trx, 'respond', true);
    const findings = await driftedSince(trx, since);
    let count = 0;
    for (const finding of findings) {
      const alert = openAlert(finding, await contextOf(deps, trx, finding));
      if (alert === null || !(await insertAlert(trx, alert))) continue;
      count += 1;
      await tell(deps, trx, alert);
    }
    const last = findings.at(-1);
    if (last !== undefined) await writeWatermark(trx, 'respond', last.at);
    return count;
  });
  return { alerts: fired, ...(await deliverDue(deps)) };
}

async function contextOf(deps: RespondDeps, trx: Db, finding: Finding) {
  const to = finding.at;
  const from = new Date(to.getTime() - 7 * 86_400_000);
  const live = await thumbsUpShare(trx, finding.cell.version, from, to, deps.disclosure.minUsers);
  const baseline = await thumbsUpShare(trx, finding.baseline, from, to, deps.disclosure.minUsers);
  return {
    now: deps.clock.now(),
    response: deps.rubricOf(finding.cell.dimension)?.response ?? 'watch',
    thumbsUpRatio: live === null || baseline === null || baseline === 0 ? null : live / baseline,
    falseAlarmsPerYear: deps.falseAlarmsPerYear,
    simulated: deps.simulated,
    people: await countPeopleBehind(trx, deps.rater, finding, deps.disclosure.epochDays),
    minUsers: deps.disclosure.minUsers,
  };
}

async function tell(deps: Pick<RespondDeps, 'alertWebhook' | 'clock'>, trx: Db, alert: Alert): Promise<void> {
  if (deps.alertWebhook === null) return;
  const body = { alert, message: renderMessage(alert) };
  await enqueueDelivery(
    trx,
    { id: `${alert.id}-${alert.state}`, kind: 'alert', url: deps.alertWebhook.url, body },
    deps.clock.now(),
  );
}

async function deliverDue(deps: RespondDeps): Promise<{ delivered: number; postponed: number }> {
  const counts = { delivered: 0, postponed: 0 };
  if (deps.alertWebhook === null) return counts;
  for (const delivery of await dueDeliveries(deps.db, deps.clock.now())) {
    try {
      await deps.alertWebhook.port.post({ id: delivery.id, kind: delivery.kind, body: delivery.body });
      await markDelivered(deps.db, delivery.id, deps.clock.now());
      counts.delivered += 1;
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      const wait_ms = Math.min(longest_retry_ms, first_retry_ms * 2 ** delivery.attempts);
      await postponeDelivery(deps.db, delivery, new Date(deps.clock.now().getTime() + wait_ms), error.message);
      counts.postponed += 1;
    }
  }
  return counts;
}

/** Somebody takes an alert. @throws StateError for an unknown or resolved alert. */
export async function acknowledgeAlert(deps: RespondDeps, id: string, by: string): Promise<Alert> {
  return change(deps, id, by, 'acknowledge alert', (alert) => acknowledge(alert, by, deps.clock.now()));
}

/**
 * Ends an alert. Its detectors begin again from nothing, so that what is still wrong will be found again.
 * @throws StateError for an unknown or resolved alert.
 */
export async function resolveAlert(deps: RespondDeps, id: string, by: string): Promise<Alert> {
  return change(deps, id, by, 'resolve alert', (alert) => resolve(alert, deps.clock.now()));
}

async function change(deps: RespondDeps, id: string, by: string, kind: AuditKind, next: (alert: Alert) => Alert): Promise<Alert> {
  return deps.db.transaction().execute(async (trx) => {
    const alert = await findAlert(trx, id, true);
    if (alert === null) throw new StateError(`There is no alert ${id}: see "longwatch alerts list".`);
    const changed = next(alert);
    await updateAlert(trx, changed);
    if (changed.state === 'resolved') {
      await restartDetectors(trx, alert.version, alert.baseline, alert.dimension, betRatios.length);
    }
    if (changed.state !== alert.state) await tell(deps, trx, changed);
    await deps.audit.append(trx, { at: deps.clock.now(), kind, who: by, subject: id });
    return changed;
  });
}
