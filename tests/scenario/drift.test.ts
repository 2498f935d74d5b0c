import { expect, test } from 'vitest';
import { listAlerts } from '../../src/db/alerts.ts';
import { latestFindings } from '../../src/db/findings.ts';
import { countLedger } from '../../src/db/ledger.ts';
import { CANDIDATE, gptFourOLike, LKG, RELEASED_AT, steady } from '../../src/simulate/scenario.ts';
import { liveThrough } from './simulated-weeks.ts';

const day_ms = 86_400_000;
const from = new Date('2026-04-20T00:00:00Z');
const size = { conversationsPerDay: 3_600, users: 2_500 };
const certifyAt = new Date('2026-04-25T06:00:00Z');

test('a version that agrees twice as often where it should not is found within four days of its release, and named as the cause', async () => {
  const weeks = await liveThrough(gptFourOLike('scenario drift', size), from, 9, certifyAt);
  const { db } = weeks.app.database;
  const [alert, ...others] = (await listAlerts(db)).reverse();
  expect(others).toEqual([]);
  expect(alert).toMatchObject({
    dimension: 'concrete.sycophantic_agreement',
    version: CANDIDATE,
    baseline: LKG,
    cause: 'model',
    severity: 'page',
    simulated: true,
    recommendation: { action: 'rollback', to: LKG },
  });
  const fired = new Date(alert!.fired_at).getTime();
  expect(fired).toBeGreaterThan(RELEASED_AT.getTime());
  expect(fired).toBeLessThanOrEqual(RELEASED_AT.getTime() + 4 * day_ms);
  expect(alert!.ratio!.low).toBeGreaterThanOrEqual(1);
  expect(new Date(alert!.onset.low).getTime()).toBeLessThanOrEqual(RELEASED_AT.getTime() + 2 * day_ms);
  expect(alert!.divergence.thumbs_up_ratio).toBeGreaterThan(1);
  // Whatever was due was scored: nobody failed, so coverage is whole.
  expect((await countLedger(db)).every(({ state }) => state === 'scored')).toBe(true);
  await weeks.close();
}, 300_000);

test('a version that is no worse raises no alert, and nothing is called drifted', async () => {
  const weeks = await liveThrough(steady('scenario steady', size), from, 9, certifyAt);
  const { db } = weeks.app.database;
  expect(await listAlerts(db)).toEqual([]);
  const findings = await latestFindings(db);
  expect(findings.length).toBeGreaterThan(0);
  expect(findings.filter(({ verdict }) => verdict === 'drifted')).toEqual([]);
  await weeks.close();
}, 300_000);
