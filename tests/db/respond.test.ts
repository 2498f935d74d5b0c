import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { measureDue } from '../../src/4-measure/run.ts';
import { acknowledgeAlert, resolveAlert, respondDue } from '../../src/6-respond/run.ts';
import {
  approveRollback,
  executeRollback,
  planRollback,
  verifyRollback,
  verifyRollbacks,
} from '../../src/6-respond/run-rollback.ts';
import { createSignedWebhook, verifySignature } from '../../src/clients/signed-webhook.ts';
import { listAlerts } from '../../src/db/alerts.ts';
import { failingDeliveries } from '../../src/db/deliveries.ts';
import { readDetectors, writeDetectors } from '../../src/db/detectors.ts';
import { appendFindings } from '../../src/db/findings.ts';
import { findRollback } from '../../src/db/rollbacks.ts';
import { certify, noteVersions, retireVersion } from '../../src/db/versions.ts';
import type { Alert } from '../../src/domain/alert.ts';
import { everybody } from '../../src/domain/cell.ts';
import { DeliveryError, StateError } from '../../src/domain/errors.ts';
import type { Finding } from '../../src/domain/finding.ts';
import {
  type AppOverrides,
  agreement,
  appFor,
  dump,
  eachDatabase,
  flattery,
  hour,
  onServer,
  secret,
  type TestApp,
  type TestDatabase,
  writeRatedHours,
} from './test-database.ts';

const lkg = 'atlas-1';
const live = 'atlas-2';

const finding = (given: Partial<Finding> = {}): Finding => ({
  cell: { version: live, dimension: agreement, cohort: everybody },
  baseline: lkg,
  verdict: 'drifted',
  cause: 'model',
  because: '10 % to 40 %',
  eValue: 9_000,
  threshold: 3_000,
  rate: { value: 0.4, low: 0.35, high: 0.45, n: 300 },
  baselineRate: { value: 0.1, low: 0.07, high: 0.13, n: 300 },
  ratio: { value: 4, low: 3, high: 5 },
  onset: { at: hour(0), low: hour(0), high: hour(1) },
  at: hour(3),
  ...given,
});
const inCohort = (facet: string, value: string, given: Partial<Finding> = {}) =>
  finding({ ...given, cell: { version: live, dimension: agreement, cohort: { facet, value } } });

/** An application in which `live` has drifted from the certified `lkg`, and what it has been told so far. */
async function drifted(database: TestDatabase, findings: readonly Finding[] = [finding()], overrides: AppOverrides = {}) {
  const app = await appFor(database, { startsAt: hour(4), ...overrides });
  await noteVersions(database.db, new Map([lkg, live].map((version) => [version, { first: hour(0), last: hour(3) }])));
  await certify(database.db, {
    id: 'certification-1',
    version: lkg,
    dimensions: [agreement],
    from: hour(-48),
    to: hour(0),
    rates: [],
    by: 'Robin',
    at: hour(0),
  });
  await appendFindings(database.db, findings);
  return app;
}

async function firing(database: TestDatabase, overrides: AppOverrides = {}): Promise<{ app: TestApp; alert: Alert }> {
  const app = await drifted(database, undefined, overrides);
  await respondDue(app.respond);
  const [alert] = await listAlerts(database.db);
  if (alert === undefined) throw new Error('no alert was raised');
  return { app, alert };
}

async function planned(database: TestDatabase, overrides: AppOverrides = {}) {
  const { app, alert } = await firing(database, overrides);
  return { app, alert, rollback: await planRollback(app.rollback, alert.id, 'Robin') };
}

const seconds = (app: TestApp, n: number) => app.clock.set(new Date(app.clock.now().getTime() + n * 1_000));
const eventsOf = async ({ database }: TestApp) =>
  (await database.db.selectFrom('event').selectAll().orderBy('id').execute()).map(({ kind, who }) => `${who}: ${kind}`);

eachDatabase('responding', (open) => {
  it('raises one alert for all drifted cohorts of one version and dimension, led by the strongest', async () => {
    const app = await drifted(await open(), [
      finding(),
      inCohort('topic', 'health', { eValue: 90_000 }),
      inCohort('memory', 'on', { eValue: 4_000 }),
    ]);
    expect(await respondDue(app.respond)).toEqual({ alerts: 1, delivered: 1, postponed: 0 });
    const alerts = await listAlerts(app.database.db);
    expect(alerts).toMatchObject([
      {
        state: 'firing',
        severity: 'page',
        cohort: { facet: 'topic', value: 'health' },
        recommendation: { action: 'rollback', to: lkg },
      },
    ]);
    expect(app.alerts.received).toMatchObject([{ id: `${alerts[0]?.id}-firing`, kind: 'alert', body: { alert: alerts[0] } }]);
  });

  it('raises an alert for each dimension, and recommends what its rubric allows', async () => {
    const app = await drifted(await open(), [
      finding(),
      finding({ cell: { version: live, dimension: flattery, cohort: everybody } }),
    ]);
    expect(await respondDue(app.respond)).toMatchObject({ alerts: 2 });
    const advice = (await listAlerts(app.database.db)).map(({ dimension, recommendation }) => [dimension, recommendation.action]);
    expect(advice.sort()).toEqual([
      [flattery, 'investigate'],
      [agreement, 'rollback'],
    ]);
  });

  it('recommends no rollback where the cause is not the model', async () => {
    const app = await drifted(await open(), [finding({ cause: 'judge' })]);
    await respondDue(app.respond);
    expect((await listAlerts(app.database.db))[0]?.recommendation).toEqual({ action: 'investigate', to: null });
  });

  it('run again raises and delivers nothing', async () => {
    const { app } = await firing(await open());
    const before = await dump(app.database);
    expect(await respondDue(app.respond)).toEqual({ alerts: 0, delivered: 0, postponed: 0 });
    expect(await dump(app.database)).toEqual(before);
    expect(app.alerts.received).toHaveLength(1);
  });

  it('says nothing of findings that are not drifts', async () => {
    const app = await drifted(await open(), [
      finding({ verdict: 'inconclusive' }),
      inCohort('topic', 'work', { verdict: 'steady' }),
    ]);
    expect(await respondDue(app.respond)).toEqual({ alerts: 0, delivered: 0, postponed: 0 });
  });

  it('keeps an alert that the webhook does not take and delivers it once the webhook is back', async () => {
    const app = await drifted(await open());
    const { db } = app.database;
    app.alerts.down = true;
    expect(await respondDue(app.respond)).toEqual({ alerts: 1, delivered: 0, postponed: 1 });
    expect(await failingDeliveries(db)).toMatchObject([
      { kind: 'alert', attempts: 1, lastError: expect.stringContaining('503') },
    ]);
    seconds(app, 29);
    expect(await respondDue(app.respond)).toMatchObject({ delivered: 0, postponed: 0 });
    seconds(app, 1);
    expect(await respondDue(app.respond)).toMatchObject({ delivered: 0, postponed: 1 });
    app.alerts.down = false;
    seconds(app, 60);
    expect(await respondDue(app.respond)).toMatchObject({ alerts: 0, delivered: 1, postponed: 0 });
    expect(app.alerts.received.map(({ id }) => id)).toEqual([`${(await listAlerts(db))[0]?.id}-firing`]);
    expect(await failingDeliveries(db)).toEqual([]);
  });

  it('signs what it posts, under the id to act on once', async () => {
    const got: { id: unknown; signature: unknown; text: string }[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { 'longwatch-delivery': id, 'longwatch-signature': signature } = request.headers;
      got.push({ id, signature, text: Buffer.concat(chunks).toString() });
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const app = await drifted(await open());
    const { now } = app.clock;
    const port = createSignedWebhook({ url, secret, timeoutMs: 5_000, now });
    const respond = { ...app.respond, alertWebhook: { url, port } };
    await respondDue(respond);
    await respondDue(respond);
    expect(got).toHaveLength(1);
    const [{ id, signature, text }] = got as [(typeof got)[0]];
    expect(id).toBe(`${(await listAlerts(app.database.db))[0]?.id}-firing`);
    expect(JSON.parse(text)).toMatchObject({ id, kind: 'alert' });
    const fresh = { now: now(), maxAgeSeconds: 300 };
    expect(verifySignature(String(signature), text, { ...fresh, secret })).toBe(true);
    expect(verifySignature(String(signature), text, { ...fresh, secret: `${secret}!` })).toBe(false);
  });
});

eachDatabase('an alert', (open) => {
  it('is acknowledged once, by the first name, and everybody is told', async () => {
    const { app, alert } = await firing(await open());
    await acknowledgeAlert(app.respond, alert.id, 'Robin');
    const again = await acknowledgeAlert(app.respond, alert.id, 'Sam');
    expect(again).toMatchObject({ state: 'acknowledged', acknowledged_by: 'Robin', acknowledged_at: hour(4).toISOString() });
    await respondDue(app.respond);
    expect(app.alerts.received.map(({ id }) => id)).toEqual([`${alert.id}-firing`, `${alert.id}-acknowledged`]);
  });

  it('is resolved once, after which it can neither be acknowledged nor resolved', async () => {
    const { app, alert } = await firing(await open());
    expect(await resolveAlert(app.respond, alert.id, 'Robin')).toMatchObject({
      state: 'resolved',
      resolved_at: hour(4).toISOString(),
    });
    const before = await dump(app.database);
    await expect(acknowledgeAlert(app.respond, alert.id, 'Sam')).rejects.toThrow(
      `Alert ${alert.id} is resolved already; there is nothing to acknowledge.`,
    );
    await expect(resolveAlert(app.respond, alert.id, 'Sam')).rejects.toThrow(`Alert ${alert.id} is resolved already, since`);
    await expect(resolveAlert(app.respond, 'al-unknown', 'Sam')).rejects.toBeInstanceOf(StateError);
    expect(await dump(app.database)).toEqual(before);
    expect(await eventsOf(app)).toEqual(['Robin: resolve alert']);
  });

  it('that is open keeps a second one of the same version and dimension from firing, and once resolved lets it', async () => {
    const { app, alert } = await firing(await open());
    await appendFindings(app.database.db, [finding({ at: hour(4) })]);
    expect(await respondDue(app.respond)).toMatchObject({ alerts: 0 });
    await resolveAlert(app.respond, alert.id, 'Robin');
    await appendFindings(app.database.db, [finding({ at: hour(5) })]);
    expect(await respondDue(app.respond)).toMatchObject({ alerts: 1 });
  });

  it('that is resolved restarts its detectors from nothing, and no others', async () => {
    const { app, alert } = await firing(await open());
    const { db } = app.database;
    const detector = (dimension: string, facet = 'all') => ({
      cell: { version: live, dimension, cohort: { facet, value: 'all' } },
      baseline: lkg,
      startedAt: hour(0),
      lastBatchAt: hour(3),
      state: { detector: { logR: [1, 2, 3, 4, 5, 6, 7, 8] }, peakLogValue: 9, live: { n: 300 } },
      latchedAt: hour(2),
    });
    const before = [detector(agreement), detector(agreement, 'topic'), detector(flattery)];
    await writeDetectors(db, 'judge', before);
    await resolveAlert(app.respond, alert.id, 'Robin');
    const after = await readDetectors(db, 'judge', lkg);
    for (const { cell, state, latchedAt } of after) {
      const restarted = cell.dimension === agreement;
      expect(latchedAt).toEqual(restarted ? null : hour(2));
      expect(state).toEqual({
        detector: { logR: restarted ? new Array(8).fill(null) : [1, 2, 3, 4, 5, 6, 7, 8] },
        peakLogValue: restarted ? null : 9,
        live: { n: 300 },
      });
    }
    expect(after).toHaveLength(3);
  });
});

/** Closed hours of traffic after the rollback, all of it on LKG. */
async function afterwards(app: TestApp, hours: number, n: number, harmful: number): Promise<void> {
  const from = Math.ceil((app.clock.now().getTime() - hour(0).getTime()) / 3_600_000);
  await writeRatedHours(
    app.database,
    Array.from({ length: hours }, (_, i) => ({ at: hour(from + i), version: lkg, dimension: agreement, n, harmful })),
  );
  app.clock.set(hour(from + hours + 1));
  await measureDue(app.measure);
}

eachDatabase('a rollback', (open) => {
  it('is planned, approved, executed and verified, each step by a name', async () => {
    const { app, alert, rollback } = await planned(await open());
    expect(rollback).toMatchObject({ state: 'planned', from: live, to: lkg, alertId: alert.id, plannedBy: 'Robin' });
    expect(app.rollbacks.received).toEqual([]);
    await approveRollback(app.rollback, rollback.id, 'Sam');
    expect(await executeRollback(app.rollback, rollback.id)).toMatchObject({ state: 'executed', approvedBy: 'Sam' });
    expect(app.rollbacks.received).toMatchObject([
      { id: rollback.id, kind: 'rollback', body: { from: live, to: lkg, approved_by: 'Sam' } },
    ]);
    expect(await verifyRollback(app.rollback, rollback.id)).toMatchObject({ state: 'executed', recoveryEValue: 1 });

    await afterwards(app, 6, 100, 3);
    expect(await verifyRollbacks(app.rollback)).toEqual({ verifying: 1, verified: 1 });
    expect(await findRollback(app.database.db, rollback.id)).toMatchObject({ state: 'verified', verifiedAt: app.clock.now() });
    expect(await listAlerts(app.database.db)).toMatchObject([{ id: alert.id, state: 'resolved' }]);
    expect(await eventsOf(app)).toEqual([
      'Robin: plan rollback',
      'Sam: approve rollback',
      'Sam: execute rollback',
      'longwatch: rollback verified',
      'longwatch: resolve alert',
    ]);
    expect(await verifyRollbacks(app.rollback)).toEqual({ verifying: 0, verified: 0 });
  });

  it('counts a batch once in its verification, however often that runs', async () => {
    const { app, rollback } = await executedRollback(await open());
    await afterwards(app, 1, 100, 10);
    const once = await verifyRollback(app.rollback, rollback.id);
    expect(once.recoveryEValue).not.toBe(1);
    const stored = await findRollback(app.database.db, rollback.id);
    expect(stored).toMatchObject({ recoveryEValue: once.recoveryEValue, recovery: { until: hour(5).toISOString() } });
    await verifyRollback(app.rollback, rollback.id);
    expect(await findRollback(app.database.db, rollback.id)).toEqual(stored);
  });

  it('is not verified while the rate stays up, and in the end is called not resolved', async () => {
    const { app, alert, rollback } = await executedRollback(await open());
    await afterwards(app, 6, 100, 40);
    expect(await verifyRollbacks(app.rollback)).toEqual({ verifying: 1, verified: 0 });
    app.clock.set(hour(4 + 14 * 24));
    await verifyRollbacks(app.rollback);
    const ended = await findRollback(app.database.db, rollback.id);
    expect(ended).toMatchObject({ state: 'not resolved', note: expect.stringContaining('no proof of recovery in 14 days') });
    expect(await listAlerts(app.database.db)).toMatchObject([{ id: alert.id, state: 'firing' }]);
  });

  it('takes silence of the judge for harm', async () => {
    const { app } = await executedRollback(await open());
    await writeRatedHours(
      app.database,
      [5, 6, 7, 8].map((at) => ({ at: hour(at), version: lkg, dimension: agreement, n: 200, harmful: 0, state: 'refused' })),
    );
    app.clock.set(hour(10));
    await measureDue(app.measure);
    expect(await verifyRollbacks(app.rollback)).toEqual({ verifying: 1, verified: 0 });
  });

  it('that the deployer does not take has failed, and can be executed again under the same id', async () => {
    const { app, rollback } = await planned(await open());
    await approveRollback(app.rollback, rollback.id, 'Sam');
    app.rollbacks.down = true;
    await expect(executeRollback(app.rollback, rollback.id)).rejects.toBeInstanceOf(DeliveryError);
    const after = await findRollback(app.database.db, rollback.id);
    expect(after).toMatchObject({ state: 'failed', executedAt: null, note: expect.stringContaining('503') });
    app.rollbacks.down = false;
    expect(await executeRollback(app.rollback, rollback.id)).toMatchObject({ state: 'executed', note: null });
    expect(app.rollbacks.received.map(({ id }) => id)).toEqual([rollback.id]);
    expect((await eventsOf(app)).slice(2)).toEqual(['Sam: rollback not taken', 'Sam: execute rollback']);
  });

  it('of which nobody on the list of people approves stays planned', async () => {
    const { app, rollback } = await planned(await open(), { config: { people: [{ name: 'Sam' }, { name: 'Kim' }] } });
    const refused = approveRollback(app.rollback, rollback.id, 'Robin');
    await expect(refused).rejects.toBeInstanceOf(StateError);
    await expect(refused).rejects.toThrow('Robin is not among the configured people (Sam, Kim); a rollback needs one of them.');
    expect(await findRollback(app.database.db, rollback.id)).toMatchObject({ state: 'planned', approvedBy: null });
    expect(await approveRollback(app.rollback, rollback.id, 'Kim')).toMatchObject({ state: 'approved', approvedBy: 'Kim' });
  });

  it('takes no step out of turn, says where it stands and what comes next, and changes nothing', async () => {
    const { app, alert, rollback } = await planned(await open());
    const { id } = rollback;
    const refuses = async (step: () => Promise<unknown>, message: string) => {
      const before = await dump(app.database);
      await expect(step()).rejects.toThrow(message);
      expect(await dump(app.database)).toEqual(before);
    };
    const deps = app.rollback;
    const stands = (state: string, wanted: string, next: string) =>
      `Rollback ${id} is ${state} and cannot be ${wanted}: ${next}.`;
    const approveFirst = 'approve it first with "longwatch rollback approve"';
    await refuses(() => executeRollback(deps, id), stands('planned', 'executed', approveFirst));
    await refuses(() => verifyRollback(deps, id), stands('planned', 'verified', approveFirst));
    await refuses(
      () => planRollback(deps, alert.id, 'Kim'),
      `Rollback ${id} of ${live} is planned already: go on with that one.`,
    );
    await refuses(() => approveRollback(deps, 'rb-unknown', 'Sam'), 'There is no rollback rb-unknown');
    await refuses(() => planRollback(deps, 'al-unknown', 'Sam'), 'There is no alert al-unknown');
    await approveRollback(deps, id, 'Sam');
    const executeIt = 'execute it with "longwatch rollback execute"';
    await refuses(() => approveRollback(deps, id, 'Kim'), stands('approved', 'approved', executeIt));
    await refuses(() => verifyRollback(deps, id), stands('approved', 'verified', executeIt));
    await refuses(() => executeRollback({ ...deps, rollbackWebhook: null }, id), 'No respond.rollback_webhook is configured');
    await executeRollback(deps, id);
    await refuses(() => executeRollback(deps, id), stands('executed', 'executed', 'it is being verified'));
    await refuses(() => approveRollback(deps, id, 'Kim'), stands('executed', 'approved', 'it is being verified'));
    await afterwards(app, 6, 100, 3);
    await verifyRollback(deps, id);
    await refuses(() => verifyRollback(deps, id), stands('verified', 'verified', 'it is done'));
    await refuses(() => executeRollback(deps, id), stands('verified', 'executed', 'it is done'));
    await refuses(() => planRollback(deps, alert.id, 'Sam'), `Alert ${alert.id} is resolved; a rollback needs an open one.`);
  });

  it('is not planned to a version that is no longer last known good', async () => {
    const { app, alert } = await firing(await open());
    await retireVersion(app.database.db, lkg, 'Robin', app.clock.now());
    await expect(planRollback(app.rollback, alert.id, 'Robin')).rejects.toThrow(
      `${lkg} is no longer certified as last known good`,
    );
  });

  it.each([0, 0.8])('is verified, or not, beside a baseline rate of %d', async (value) => {
    const baselineRate = { value, low: 0, high: 1, n: 300 };
    const app = await drifted(await open(), [finding({ baselineRate })]);
    await respondDue(app.respond);
    const [alert] = await listAlerts(app.database.db);
    const { id } = await planRollback(app.rollback, alert!.id, 'Robin');
    await approveRollback(app.rollback, id, 'Sam');
    await executeRollback(app.rollback, id);
    await afterwards(app, 2, 100, Math.round(100 * value));
    expect(await verifyRollbacks(app.rollback)).toMatchObject({ verifying: 1 });
  });
});

async function executedRollback(database: TestDatabase) {
  const { app, alert, rollback } = await planned(database);
  await approveRollback(app.rollback, rollback.id, 'Sam');
  await executeRollback(app.rollback, rollback.id);
  return { app, alert, rollback };
}

onServer('two people at once', (open) => {
  it('cannot take an alert that the other resolves back from resolved', async () => {
    const database = await open();
    const { app, alert } = await firing(database);
    const other = await database.again();
    const waiting = async (n: number) => {
      const count = sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      while (((await count.execute(other.db)).rows[0]?.n ?? 0) < n) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    // Both have read the alert and wait to write it, the resolving one first.
    const outcomes = await other.db.transaction().execute(async (trx) => {
      await sql`select 1 from alert for update`.execute(trx);
      const resolving = resolveAlert(app.respond, alert.id, 'Robin');
      await waiting(1);
      const acknowledging = acknowledgeAlert(app.respond, alert.id, 'Sam');
      await waiting(2);
      return { settled: Promise.allSettled([resolving, acknowledging]) };
    });
    await outcomes.settled;
    expect(await listAlerts(database.db)).toMatchObject([{ state: 'resolved' }]);
  });
});
