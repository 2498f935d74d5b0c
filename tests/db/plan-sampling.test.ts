import { expect, it } from 'vitest';
import { type PlanDeps, planSampling } from '../../src/2-sample/run-plan.ts';
import { insertRatePoints, type StoredRatePoint } from '../../src/db/rate-points.ts';
import { readPlans } from '../../src/db/sampling-plans.ts';
import { appFor, eachDatabase, flattery, hour, type RatedHour, type TestApp, writeRatedHours } from './test-database.ts';

const traffic = (given: Partial<RatedHour> & { at: Date; n: number }): RatedHour => ({
  version: 'atlas-1',
  dimension: flattery,
  harmful: 0,
  state: 'due',
  ...given,
});
/** A day of one hour each: `n` conversations of a topic in every hour of [from, to). */
const day = (from: number, to: number, given: Partial<RatedHour> & { n: number }) =>
  Array.from({ length: to - from }, (_, i) => traffic({ at: hour(from + i), ...given }));

const planAt = (app: TestApp, at: number, given: Partial<PlanDeps> = {}) => {
  app.clock.set(hour(at));
  return planSampling({
    db: app.database.db,
    clock: app.clock,
    targetPerDay: 100,
    newVersionPerDay: 300,
    newVersionDays: 14,
    cohorts: ['topic'],
    rater: 'judge',
    neededShift: 1.25,
    neededDays: 1,
    falseAlarmsPerYear: 0.5,
    deploymentsPerYear: 12,
    ...given,
  });
};
const newest = async (app: TestApp, version = 'atlas-1') =>
  (await readPlans(app.database.db)).find((plan) => plan.version === version);

const ratePoint = (facet: string, value: string, harmful: number, n: number): StoredRatePoint => ({
  cell: { version: 'atlas-1', dimension: flattery, cohort: { facet, value } },
  ...{ grain: 'day', at: hour(0), rater: 'judge', nTraffic: n, nDue: n, nScored: n, nUsers: n, nThumbUp: 0, nThumbDown: 0 },
  ...{ sumWeights: n, sumWeightedHarm: harmful, rate: harmful / n, variance: 0, df: n - 1, nEff: n, low: 0, high: 1 },
});

eachDatabase('planning the sample', (open) => {
  it('plans an hour once, from the traffic before it', async () => {
    const app = await appFor(await open());
    await writeRatedHours(app.database, day(0, 24, { n: 20 }));
    expect(await planAt(app, 24.2)).toEqual({ planned: 1 });
    expect(await planAt(app, 24.9)).toEqual({ planned: 0 });
    expect(await newest(app)).toEqual({
      version: 'atlas-1',
      from: hour(24),
      piSample: expect.closeTo(100 / 480, 9),
      factors: {},
      forecastPerDay: 480,
      targetPerDay: 100,
    });
  });

  it('samples a small topic to its minimum and the rest with what remains, never over the target', async () => {
    const app = await appFor(await open());
    await writeRatedHours(app.database, [...day(0, 24, { n: 40, topic: 'coding' }), ...day(0, 24, { n: 5, topic: 'health' })]);
    await planAt(app, 24, { targetPerDay: 200 });
    const plan = await newest(app);
    const rate = (topic: string) => (plan?.piSample ?? 0) * (plan?.factors.topic?.[topic] ?? 1);
    expect(120 * rate('health')).toBeCloseTo(50, 1);
    expect(960 * rate('coding') + 120 * rate('health')).toBeCloseTo(200, 6);
  });

  it('sets the base every hour and the factors with the first plan of a day', async () => {
    const app = await appFor(await open());
    await writeRatedHours(app.database, [
      ...day(0, 24, { n: 40, topic: 'coding' }),
      ...day(0, 24, { n: 5, topic: 'health' }),
      ...day(24, 30, { n: 10, topic: 'coding' }),
      ...day(24, 48, { n: 30, topic: 'health' }),
    ]);
    await planAt(app, 24);
    const first = await newest(app);
    await planAt(app, 30);
    const later = await newest(app);
    expect(later?.factors).toEqual(first?.factors);
    expect(later?.piSample).not.toBe(first?.piSample);
    await planAt(app, 48);
    expect((await newest(app))?.factors).not.toEqual(first?.factors);
  });

  it('samples more where more has happened, and no more than finds the shift in time', async () => {
    const app = await appFor(await open());
    await writeRatedHours(app.database, [...day(0, 24, { n: 400, topic: 'coding' }), ...day(0, 24, { n: 400, topic: 'health' })]);
    await insertRatePoints(app.database.db, [
      ratePoint('all', 'all', 1_200, 4_000),
      ratePoint('topic', 'coding', 200, 2_000),
      ratePoint('topic', 'health', 1_000, 2_000),
    ]);
    await planAt(app, 24, { targetPerDay: 100_000, neededShift: 1.5 });
    const plan = await newest(app);
    expect((plan?.factors.topic?.health ?? 0) / (plan?.factors.topic?.coding ?? 1)).toBeGreaterThan(1.4);
    // A rise from 30 to 45 percent within a day at the threshold of a pooled cell: about 800 conversations in each arm.
    expect(plan?.targetPerDay).toBeGreaterThan(400);
    expect(plan?.targetPerDay).toBeLessThan(1_600);
  });

  it('gives everybody the larger budget while a new version runs beside another, from its third hour at the latest', async () => {
    const app = await appFor(await open());
    await writeRatedHours(app.database, [...day(0, 24, { n: 30 }), ...day(23, 24, { n: 10, version: 'atlas-2' })]);
    await planAt(app, 24);
    const plans = await readPlans(app.database.db);
    expect(plans.map(({ version, targetPerDay }) => [version, targetPerDay]).sort()).toEqual([
      ['atlas-1', 300],
      ['atlas-2', 300],
    ]);
    // 730 conversations in a day, a tenth of the last three hours' those of the new version.
    expect((await newest(app, 'atlas-2'))?.forecastPerDay).toBeCloseTo(73, 9);
    expect((await newest(app, 'atlas-2'))?.piSample).toBe(1);
    expect(await planAt(app, 24 * 20)).toEqual({ planned: 0 });
  });

  it('reads only the plans still in force', async () => {
    const app = await appFor(await open());
    await writeRatedHours(app.database, day(0, 27, { n: 20 }));
    for (const at of [24, 25, 26]) await planAt(app, at);
    const from = async (since?: Date) => (await readPlans(app.database.db, since)).map((plan) => plan.from);
    expect(await from()).toEqual([hour(26), hour(25), hour(24)]);
    expect(await from(hour(25.5))).toEqual([hour(26), hour(25)]);
    expect(await from(hour(90))).toEqual([hour(26)]);
    expect(await from(hour(3))).toEqual([hour(26), hour(25), hour(24)]);
  });
});
