import { expect, it } from 'vitest';
import { measureDue } from '../../src/4-measure/run.ts';
import { readRatePoints } from '../../src/db/rate-points.ts';
import type { Grain } from '../../src/domain/rate-point.ts';
import {
  appFor,
  dump,
  eachDatabase,
  flattery,
  hour,
  onServer,
  type RatedHour,
  type TestApp,
  writeRatedHours,
} from './test-database.ts';

const rated = (given: Partial<RatedHour> = {}): RatedHour => ({
  at: hour(0),
  version: 'atlas-1',
  dimension: flattery,
  n: 4,
  harmful: 1,
  ...given,
});
const pointsOf = ({ database, rater }: TestApp, grain: Grain) =>
  readRatePoints(database.db, rater, grain, hour(-2_000), hour(2_000));

/** Measures at an hour of the tests' clock. */
async function measureAt(app: TestApp, at: number) {
  app.clock.set(hour(at));
  return measureDue(app.measure);
}

eachDatabase('measuring', (open) => {
  it('leaves an hour open until its grace is over', async () => {
    const app = await appFor(await open());
    await writeRatedHours(app.database, [rated()]);
    expect(await measureAt(app, 1.99)).toEqual({ hours: 0, points: 0, expired: 0 });
    expect(await measureAt(app, 2)).toEqual({ hours: 1, points: 1, expired: 0 });
  });

  it('leaves an hour open while a rating of it is due, and every later hour too', async () => {
    const app = await appFor(await open());
    await writeRatedHours(app.database, [rated(), rated({ at: hour(1), n: 1, state: 'due' }), rated({ at: hour(2) })]);
    expect(await measureAt(app, 6)).toMatchObject({ hours: 1, expired: 0 });
    expect((await pointsOf(app, 'hour')).map(({ at }) => at)).toEqual([hour(0)]);
    await app.database.db.updateTable('ledger').set({ state: 'refused' }).where('state', '=', 'due').execute();
    expect(await measureAt(app, 6)).toMatchObject({ hours: 4, expired: 0 });
    expect((await pointsOf(app, 'hour')).map(({ at }) => at)).toEqual([hour(0), hour(1), hour(2)]);
  });

  it('gives up on what is due when its time is over, and shows it as missing', async () => {
    const app = await appFor(await open());
    await writeRatedHours(app.database, [rated(), rated({ n: 3, state: 'due' })]);
    expect(await measureAt(app, 24)).toMatchObject({ hours: 0, expired: 0 });
    expect(await measureAt(app, 25)).toMatchObject({ expired: 3 });
    const [point] = await pointsOf(app, 'hour');
    expect(point).toMatchObject({ nTraffic: 7, nDue: 7, nScored: 4, rate: 0.25 });
    const states = await app.database.db.selectFrom('ledger').select('state').where('state', '!=', 'scored').execute();
    expect(states.map(({ state }) => state)).toEqual(['expired', 'expired', 'expired']);
  });

  it('run again writes nothing', async () => {
    const app = await appFor(await open());
    await writeRatedHours(app.database, [rated(), rated({ at: hour(30) })]);
    expect(await measureAt(app, 50)).toMatchObject({ hours: 49 });
    const before = await dump(app.database);
    expect(await measureAt(app, 50)).toEqual({ hours: 0, points: 0, expired: 0 });
    expect(await dump(app.database)).toEqual(before);
  });

  it('weighs each conversation by one over its inclusion probability and clusters by user', async () => {
    const app = await appFor(await open());
    await writeRatedHours(app.database, [
      rated({ n: 1, harmful: 1, pi: 0.5, users: ['ann'] }),
      rated({ n: 1, harmful: 0, pi: 0.25, users: ['ann'] }),
      rated({ n: 1, harmful: 0, pi: 1, users: ['bob'] }),
    ]);
    await measureAt(app, 2);
    const [point, ...more] = await pointsOf(app, 'hour');
    expect(more).toEqual([]);
    // Weights 2, 4 and 1, harm on the first: 2 of 7. Residuals of the two users: 2 - 6 x 2/7 = 2/7, and -2/7.
    expect(point).toMatchObject({ nTraffic: 3, nDue: 3, nScored: 3, nUsers: 2, sumWeights: 7, sumWeightedHarm: 2, df: 1 });
    expect(point?.rate).toBeCloseTo(2 / 7, 12);
    expect(point?.variance).toBeCloseTo((2 * (4 / 49 + 4 / 49)) / 49, 12);
    expect(point?.low).toBeGreaterThan(0);
    expect(point?.high).toBeLessThan(1);
  });

  it('invents no rate for an hour without a verdict', async () => {
    const app = await appFor(await open());
    await writeRatedHours(app.database, [rated({ state: 'refused' })]);
    await measureAt(app, 2);
    expect(await pointsOf(app, 'hour')).toMatchObject([{ nDue: 4, nScored: 0, rate: null, low: null, high: null }]);
  });

  it('writes a cell for every cohort watched', async () => {
    const app = await appFor(await open(), { config: { cohorts: ['topic'] } });
    await writeRatedHours(app.database, [rated({ topic: 'health' }), rated({ topic: 'work', harmful: 4 })]);
    await measureAt(app, 2);
    const rates = (await pointsOf(app, 'hour')).map(({ cell, rate }) => [cell.cohort.value, rate]);
    expect(rates.sort()).toEqual([
      ['all', 0.625],
      ['health', 0.25],
      ['work', 1],
    ]);
  });

  it('writes days and weeks once their last hour has closed, and counts a person who comes back as one', async () => {
    const app = await appFor(await open());
    const users = ['ann', 'bob', 'cid', 'dee'];
    await writeRatedHours(
      app.database,
      [0, 23, 24, 167].map((at) => rated({ at: hour(at), users })),
    );
    await measureAt(app, 24.99);
    expect(await pointsOf(app, 'day')).toEqual([]);
    await measureAt(app, 25);
    expect(await pointsOf(app, 'day')).toMatchObject([{ at: hour(0), nScored: 8, nUsers: 4, nTraffic: 8 }]);
    expect(await pointsOf(app, 'week')).toEqual([]);
    await measureAt(app, 169);
    expect((await pointsOf(app, 'day')).map(({ at, nScored }) => [at, nScored])).toEqual([
      [hour(0), 8],
      [hour(24), 4],
      [hour(144), 4],
    ]);
    expect(await pointsOf(app, 'week')).toMatchObject([{ at: hour(0), nScored: 16, nUsers: 4, nTraffic: 16 }]);
  });

  it('writes the same points whether it runs every hour or once in days', async () => {
    const app = await appFor(await open());
    const { db } = app.database;
    await writeRatedHours(
      app.database,
      [0, 5, 23, 24, 47].map((at) => rated({ at: hour(at), harmful: at % 3 })),
    );
    for (let at = 0; at <= 51; at += 1) await measureAt(app, at);
    const hourly = (await dump(app.database)).get('rate_point');
    expect(hourly).toHaveLength(7);
    await db.deleteFrom('rate_point').execute();
    await db.deleteFrom('job_watermark').execute();
    await measureAt(app, 51);
    expect((await dump(app.database)).get('rate_point')).toEqual(hourly);
  });

  it('of a first week that began in the month before the first conversation succeeds', async () => {
    // Wednesday 1 April 2026; its week began on Monday 30 March.
    const app = await appFor(await open(), { startsAt: hour(-120) });
    await writeRatedHours(app.database, [rated({ at: hour(-120) })]);
    await measureAt(app, 2);
    expect(await pointsOf(app, 'week')).toMatchObject([{ at: hour(-168), nScored: 4 }]);
  });
});

onServer('measuring by two processes at once', (open) => {
  it('closes every hour once', async () => {
    const database = await open();
    const app = await appFor(database);
    await writeRatedHours(database, [rated(), rated({ at: hour(30) })]);
    app.clock.set(hour(60));
    const other = await database.again();
    await Promise.all([measureDue(app.measure), measureDue({ ...app.measure, db: other.db })]);
    expect((await pointsOf(app, 'hour')).map(({ at }) => at)).toEqual([hour(0), hour(30)]);
    expect((await pointsOf(app, 'day')).map(({ at }) => at)).toEqual([hour(0), hour(24)]);
  });
});
