import { expect, it } from 'vitest';
import { planSamplingJob } from '../../jobs/plan-sampling.ts';
import { judgeProbability, neymanSize } from '../../src/2-sample/design/judge-phase.ts';
import { type PlanJudgeDeps, planJudge } from '../../src/2-sample/run-plan-judge.ts';
import { createManualClock } from '../../src/clients/system-clock.ts';
import { readJudgePhase, readJudgePlans, writeJudgePlan } from '../../src/db/judge-plans.ts';
import { ensurePartitions } from '../../src/db/partitions.ts';
import { addSpend } from '../../src/db/rater-spend.ts';
import { insertSamples } from '../../src/db/samples.ts';
import { countCohorts } from '../../src/db/traffic.ts';
import {
  agreement,
  appFor,
  conversation,
  eachDatabase,
  flattery,
  hour,
  type TestDatabase,
  writeRatedHours,
} from './test-database.ts';

type JudgeOf = PlanJudgeDeps['judges'][number];
const judge = (given: Partial<JudgeOf> = {}): JudgeOf => ({
  name: 'a',
  price: null,
  limit: { calls: Infinity, money: Infinity },
  callsPerSample: 1,
  callsPerSecond: 0,
  ...given,
});

const planAt = ({ db }: TestDatabase, at: number, given: Partial<PlanJudgeDeps> = {}) =>
  planJudge({
    db,
    clock: createManualClock(hour(at)),
    share: 1,
    tau: 0.5,
    importance: new Map([[flattery, 3]]),
    judges: [judge()],
    secondShare: async () => 0,
    ...given,
  });
/** The plan in force at an hour. */
const planOf = async ({ db }: Pick<TestDatabase, 'db'>, at: number) => {
  const plan = (await readJudgePlans(db, hour(at))).find(({ from }) => from <= hour(at));
  if (plan === undefined) throw new Error('nothing was planned');
  return plan;
};

/** Samples of a batch as the intake would have stored them, each with the scores the screen gave it. */
type Screened = { at: number; scores: Record<string, number>; piSample?: number; piCap?: number; crossSection?: boolean };
async function writeSamples({ db }: TestDatabase, samples: readonly Screened[], owed = false): Promise<void> {
  await ensurePartitions(
    db,
    samples.map(({ at }) => hour(at)),
  );
  const common = { design: 'd', piJudge: 1, judged: owed, u: 0.5, panelKey: null, sealed: Buffer.from('x') };
  await insertSamples(
    db,
    samples.map(({ at, scores, piSample = 0.1, piCap = 1, crossSection = true }) => ({
      ...common,
      ...{ conversationKey: crypto.randomUUID(), userKey: 'u', batchAt: hour(at), expiresAt: hour(at + 999) },
      ...{ piSample, piCap, crossSection, screen: { revision: 'r', scores, suspected: false } },
    })),
    () => (owed ? [flattery, agreement].map((dimension) => ({ dimension, rater: 'judge', pi: 1 })) : []),
    hour(0),
  );
}
/** A forecast of so many samples a day, from an hour on. */
const forecast = ({ db }: TestDatabase, at: number, forecast_per_day: number, target_per_day = 1e6, version = 'atlas-1') =>
  db
    .insertInto('sampling_plan')
    .values({ version, from_at: hour(at), pi_sample: 0.1, forecast_per_day, target_per_day, factors: '{}' })
    .execute();
const spent = ({ db }: TestDatabase, at: number, nCalls: number, money: number, name = 'a') =>
  addSpend(db, hour(at).toISOString().slice(0, 10), { judge: name, nCalls, nInputTokens: 0, nOutputTokens: 0, money });

const scored = (at: number, n: number) =>
  Array.from({ length: n }, (_, i) => ({ at, scores: { [flattery]: 0.01 + (0.6 * i) / n }, piSample: i % 2 === 0 ? 0.1 : 0.3 }));

eachDatabase('planning the judge’s share', (open) => {
  it('plans an hour once, and never changes a plan that samples were drawn by', async () => {
    const database = await open();
    expect(await planAt(database, 24.2, { share: 0.5 })).toEqual({ planned: 1 });
    const plan = await planOf(database, 24);
    expect(plan).toMatchObject({ from: hour(24), share: 0.5 });
    expect(await planAt(database, 24.9, { share: 0.2 })).toEqual({ planned: 0 });
    await writeJudgePlan(database.db, { ...plan, share: 0.1, floor: 0.1 });
    expect(await planOf(database, 24)).toEqual(plan);
    expect(await planAt(database, 25, { share: 0.2 })).toEqual({ planned: 1 });
    expect(await planOf(database, 25)).toMatchObject({ from: hour(25), share: 0.2 });
    expect(await planOf(database, 24.99)).toEqual(plan);
  });

  it('is uniform where there is nothing to plan from, and where all are judged anyway', async () => {
    const database = await open();
    await planAt(database, 24, { share: 0.4 });
    expect(await planOf(database, 24)).toMatchObject({ share: 0.4, floor: 0.4, eta: 0, scale: {} });
    await writeSamples(database, scored(24, 20));
    await planAt(database, 25, { share: 1 });
    expect(await planOf(database, 25)).toMatchObject({ share: 1, floor: 1, eta: 0 });
    // Scores of nothing that is watched tell no sample from another.
    await planAt(database, 26, { share: 0.4, importance: new Map([[agreement, 3]]) });
    expect(await planOf(database, 26)).toMatchObject({ share: 0.4, floor: 0.4, eta: 0, scale: {} });
  });

  it('keeps tau of the share uniform, and spends the rest where the screen is unsure: METHOD 1.3', async () => {
    const database = await open();
    const samples = scored(23, 60);
    await writeSamples(database, samples);
    await planAt(database, 24, { share: 0.3, tau: 0.25 });
    const plan = await planOf(database, 24);
    expect(plan).toMatchObject({ share: 0.3, floor: 0.25 * 0.3 });
    const pis = samples.map(({ scores, piSample }) => judgeProbability(plan, neymanSize(scores, plan.scale, piSample)));
    expect(pis.reduce((sum, pi) => sum + pi, 0) / pis.length).toBeCloseTo(0.3, 9);
    // (1/pi1) sqrt(f (1 - f)) in its own words, up to one factor for all.
    const sizes = samples.map(
      ({ scores, piSample }) => Math.sqrt((scores[flattery] ?? 0) * (1 - (scores[flattery] ?? 0))) / piSample,
    );
    const factors = pis.map((pi, i) => (pi - plan.floor) / (sizes[i] ?? Number.NaN));
    for (const factor of factors) expect(factor).toBeCloseTo(factors[0] ?? Number.NaN, 9);
  });

  it('weighs a dimension by its importance over the variance it usually has', async () => {
    const database = await open();
    await writeSamples(database, [
      { at: 23, scores: { [flattery]: 0.5, [agreement]: 0.01 } },
      { at: 23, scores: { [flattery]: 0.1, [agreement]: 0.02, 'acute.unwatched': 0.5 } },
      { at: 23, scores: { [flattery]: 0.2 } },
    ]);
    const importance = new Map([
      [flattery, 2],
      [agreement, 5],
      ['acute.self_harm', 5],
    ]);
    await planAt(database, 24, { share: 0.3, importance });
    expect((await planOf(database, 24)).scale).toEqual({
      [flattery]: expect.closeTo((2 * 3) / (0.25 + 0.09 + 0.16), 9),
      [agreement]: expect.closeTo((5 * 2) / (0.0099 + 0.0196), 9),
    });
  });

  it('looks at the cross-section of the last day, with each sample’s own probability', async () => {
    const database = await open();
    const counted = { at: 20, scores: { [flattery]: 0.5 }, piSample: 0.4, piCap: 0.5 };
    await writeSamples(database, [
      counted,
      { ...counted, scores: { [flattery]: 0.2 } },
      ...[-1, 24].map((at) => ({ at, scores: { [flattery]: 0.001 } })),
      { at: 20, scores: { [flattery]: 0.001 }, crossSection: false },
    ]);
    await planAt(database, 24, { share: 0.3 });
    const plan = await planOf(database, 24);
    expect(plan.scale[flattery]).toBeCloseTo((3 * 2) / (0.25 + 0.16), 9);
    const pis = [0.5, 0.2].map((f) => judgeProbability(plan, neymanSize({ [flattery]: f }, plan.scale, 0.2)));
    expect(((pis[0] ?? 0) + (pis[1] ?? 0)) / 2).toBeCloseTo(0.3, 9);
  });

  it('notes the second judge’s share as it is now', async () => {
    const database = await open();
    await planAt(database, 24, { secondShare: async () => 0.2 });
    expect((await planOf(database, 24)).secondShare).toBe(0.2);
  });

  const callsOnly = (calls: number) => judge({ limit: { calls, money: Infinity }, callsPerSample: 2 });
  // At noon half of 2,000 samples are to come, two calls each; 5 percent of what is left stays in hand.
  it.each<[string, (database: TestDatabase) => Promise<unknown>, readonly JudgeOf[], number]>([
    ['nothing is spent', async () => undefined, [callsOnly(950)], (0.95 * 950) / 2_000],
    ['the budget is half', async () => undefined, [callsOnly(475)], (0.95 * 475) / 2_000],
    ['some is spent', (database) => spent(database, 1, 450, 0), [callsOnly(950)], (0.95 * 500) / 2_000],
    ['all is spent', (database) => spent(database, 1, 950, 0), [callsOnly(950)], 0.01],
    ['more than all is spent', (database) => spent(database, 1, 1_200, 0), [callsOnly(950)], 0.01],
    ['yesterday was dear', (database) => spent(database, -1, 950, 0), [callsOnly(950)], (0.95 * 950) / 2_000],
    ['another judge has spent', (database) => spent(database, 1, 900, 0, 'b'), [callsOnly(950)], (0.95 * 950) / 2_000],
    ['samples wait', (database) => writeSamples(database, scored(11, 100), true), [callsOnly(950)], (0.95 * 950 - 200) / 2_000],
    ['there is no budget', async () => undefined, [judge()], 1],
    ['the budget is ample', async () => undefined, [callsOnly(1e6)], 1],
    [
      'one of two has less',
      async () => undefined,
      [callsOnly(950), judge({ name: 'b', limit: { calls: 100, money: Infinity } })],
      0.095,
    ],
  ])('follows the day’s calls where %s', async (_when, prepare, judges, share) => {
    const database = await open();
    await forecast(database, 12, 2_000);
    await prepare(database);
    await planAt(database, 12, { judges });
    const plan = await planOf(database, 12);
    expect(plan.share).toBeCloseTo(share, 12);
    expect(plan.floor).toBeGreaterThan(0);
    expect(plan.floor).toBeLessThanOrEqual(plan.share);
  });

  const price = { inputPerMillion: 2.5, outputPerMillion: 10 };
  const moneyOnly = (money: number) => judge({ price, limit: { calls: Infinity, money } });
  // Before there is experience a call costs 4,000 x 2.5 + 500 x 10 millionths: 0.015.
  it.each<[string, (database: TestDatabase) => Promise<unknown>, number]>([
    ['before any call', async () => undefined, (0.95 * (6 / 0.015)) / 1_000],
    ['by what calls of the week came to', (database) => spent(database, -24 * 3, 100, 2), (0.95 * (6 / 0.02)) / 1_000],
    ['by what is left of the day', (database) => spent(database, 1, 100, 2), (0.95 * (4 / 0.02)) / 1_000],
    ['where all is spent', (database) => spent(database, 1, 100, 6.3), 0.01],
    ['without calls older than a week', (database) => spent(database, -24 * 9, 100, 50), (0.95 * (6 / 0.015)) / 1_000],
  ])('follows the day’s money %s', async (_when, prepare, share) => {
    const database = await open();
    await forecast(database, 12, 2_000);
    await prepare(database);
    await planAt(database, 12, { judges: [moneyOnly(6)] });
    expect((await planOf(database, 12)).share).toBeCloseTo(share, 12);
  });

  it('has the whole budget again with the new day', async () => {
    const database = await open();
    await forecast(database, 23, 1_000);
    await forecast(database, 24, 1_000);
    await spent(database, 1, 475, 0);
    const judges = [judge({ limit: { calls: 475, money: Infinity } })];
    await planAt(database, 23, { judges });
    await planAt(database, 24, { judges });
    expect((await planOf(database, 23)).share).toBe(0.01);
    expect((await planOf(database, 24)).share).toBeCloseTo((0.95 * 475) / 1_000, 12);
  });

  it('expects of a version what is there or what is wanted, whichever is less, and nothing of one that is gone', async () => {
    const database = await open();
    await forecast(database, 0, 5_000, 700);
    await forecast(database, 0, 300, 1_000, 'atlas-2');
    await forecast(database, -5, 9_000, 9_000, 'gone');
    await planAt(database, 0, { judges: [judge({ limit: { calls: 500, money: Infinity } })] });
    expect((await planOf(database, 0)).share).toBeCloseTo((0.95 * 500) / 1_000, 12);
  });

  it('never has a probability of nothing: out of budget the floor is tau of the least share', async () => {
    const database = await open();
    await forecast(database, 24, 1e6);
    await writeSamples(database, scored(23, 50));
    await planAt(database, 24, { judges: [judge({ limit: { calls: 1, money: Infinity } })], tau: 0.25 });
    const plan = await planOf(database, 24);
    expect(plan).toMatchObject({ share: 0.01, floor: 0.0025 });
    expect(plan.eta).toBeGreaterThan(0);
  });

  it('on half the budget halves every probability, and nothing else', async () => {
    const plans = [];
    const database = await open();
    await writeSamples(database, scored(-1, 200));
    for (const [at, calls] of [
      [0, 300],
      [1, 150],
    ] as const) {
      await forecast(database, at, at === 0 ? 1_000 : 1_000 * (24 / 23));
      await planAt(database, at, { judges: [judge({ limit: { calls, money: Infinity } })] });
      plans.push(await planOf(database, at));
    }
    const [whole, half] = plans;
    expect(half?.share).toBeCloseTo((whole?.share ?? 0) / 2, 12);
    expect(half?.floor).toBeCloseTo((whole?.floor ?? 0) / 2, 12);
    expect(half?.eta).toBeCloseTo((whole?.eta ?? 0) / 2, 9);
    expect(half?.scale).toEqual(whole?.scale);
  });
});

eachDatabase('the job of the hour', (open) => {
  it('plans the judge’s share from the configuration, and what comes next is drawn by it', async () => {
    const app = await appFor(await open(), {
      config: {
        judge: { model: 'test-judge', budget: { calls_per_day: 40 } },
        sampling: { first_rate: 1, judge_share: 0.6, judge_floor: 0.25 },
      },
    });
    const { judged } = (await app.intake.take(Array.from({ length: 40 }, () => conversation()))).counts;
    app.clock.set(hour(1));
    expect(await planSamplingJob.run(app)).toEqual({ planned: 1, judge: 1 });
    // Of 40 calls two stay in hand, and the judged of the first hour wait for theirs; 40 samples a day are expected for 23 hours.
    const made = await planOf(app.database, 1);
    const affordable = (38 - judged) / ((40 * 23) / 24);
    expect(made.share).toBeCloseTo(Math.max(0.01, Math.min(0.6, affordable)), 9);
    expect(made.floor).toBeCloseTo(0.25 * made.share, 12);
    expect(Object.keys(made.scale).sort()).toEqual([flattery, agreement].sort());
    const later = conversation({ at: hour(1).toISOString() });
    await app.intake.take([later]);
    const rows = await app.database.db.selectFrom('sample').select(['batch_at', 'pi_judge', 'screen']).execute();
    for (const { batch_at, pi_judge, screen } of rows) {
      const size = neymanSize(screen?.scores ?? {}, made.scale, 1);
      expect(pi_judge).toBeCloseTo(batch_at < hour(1) ? 0.6 : judgeProbability(made, size), 12);
    }
  });
});

const plan = (at: number, share: number, floor: number) => ({
  ...{ from: hour(at), share, floor, eta: 0.1, scale: {}, secondShare: 0 },
});

eachDatabase('plans of the judge’s share', (open) => {
  it('are read newest first, down to the one in force', async () => {
    const { db } = await open();
    for (const at of [1, 3, 5]) await writeJudgePlan(db, plan(at, 0.4, 0.2));
    const from = async (at: number) => (await readJudgePlans(db, hour(at))).map((each) => each.from);
    expect(await from(0)).toEqual([hour(5), hour(3), hour(1)]);
    expect(await from(2.9)).toEqual([hour(5), hour(3), hour(1)]);
    expect(await from(3)).toEqual([hour(5), hour(3)]);
    expect(await from(90)).toEqual([hour(5)]);
  });

  it.each([
    { share: 0 },
    { share: 1.01 },
    { floor: 0 },
    { floor: 0.5 },
    { share: Number.NaN, floor: Number.NaN },
    { eta: -1 },
    { secondShare: 1.5 },
  ])('cannot be %j: no probability is ever nothing', async (wrong) => {
    const { db } = await open();
    await expect(writeJudgePlan(db, { ...plan(1, 0.4, 0.2), ...wrong })).rejects.toThrow();
  });
});

eachDatabase('what the design expects of a batch', (open) => {
  /** One version's traffic of hours 0 to 5: 40 conversations an hour at 0.25, one user of five of them. */
  const traffic = async (database: TestDatabase) => {
    const users = ['u', 'u', 'u', 'u', 'u', ...Array.from({ length: 35 }, (_, i) => `u-${i}`)];
    const one = { version: 'atlas-1', dimension: flattery, n: 40, harmful: 0, pi: 0.25, users };
    await writeRatedHours(
      database,
      [0, 1, 2, 3, 4, 5].map((at) => ({ ...one, at: hour(at) })),
    );
  };
  const expected = async ({ db }: TestDatabase, firstShare: number | null) => {
    const phase = await readJudgePhase(db, firstShare, hour(0));
    const counts = await countCohorts(db, hour(0), hour(6), [], phase);
    return counts
      .sort((a, b) => a.batchAt.getTime() - b.batchAt.getTime())
      .map(({ n, nu, maxUserWeight }) => [n, nu, maxUserWeight].map((x) => Number(x.toFixed(9))));
  };

  it('is all of the sample where the screen rates', async () => {
    const database = await open();
    await traffic(database);
    await writeJudgePlan(database.db, plan(0, 0.5, 0.25));
    expect(await expected(database, null)).toEqual(Array.from({ length: 6 }, () => [40, 10, 20]));
  });

  it('is the first share’s part before there is a plan', async () => {
    const database = await open();
    await traffic(database);
    expect(await expected(database, 0.8)).toEqual(Array.from({ length: 6 }, () => [40, 8, 25]));
  });

  it('is the part of the plan in force, and weights are bounded by the least floor of that and the one before', async () => {
    const database = await open();
    await traffic(database);
    for (const each of [plan(1, 0.5, 0.25), plan(3, 0.2, 0.1), plan(4, 0.5, 0.4)]) await writeJudgePlan(database.db, each);
    expect(await expected(database, 0.8)).toEqual([
      [40, 8, 25],
      [40, 5, 80],
      [40, 5, 80],
      [40, 2, 200],
      // Some of hour 4 may have been drawn before its plan was there.
      [40, 5, 200],
      [40, 5, 200],
    ]);
  });

  it('takes the plan of long ago for the one before, where none was made for hours', async () => {
    const database = await open();
    await traffic(database);
    for (const each of [plan(-9, 0.2, 0.1), plan(0, 0.5, 0.4)]) await writeJudgePlan(database.db, each);
    expect((await expected(database, 0.8))[0]).toEqual([40, 5, 200]);
  });

  it('bounds what edge samplers counted in the same way', async () => {
    const database = await open();
    await traffic(database);
    await writeJudgePlan(database.db, plan(-2, 0.5, 0.25));
    const cell = { version: 'edge', topic: 'other', memory: 'off', locale: 'en', length: '1', product: 'app' };
    await database.db
      .insertInto('traffic_count')
      .values({
        id: 'e',
        batch_at: hour(2),
        ...cell,
        n: 9,
        counted: 8,
        nu: 4,
        max_user_weight: 6,
        n_thumb_up: 0,
        n_thumb_down: 0,
      })
      .execute();
    const phase = await readJudgePhase(database.db, 0.8, hour(0));
    const counts = await countCohorts(database.db, hour(0), hour(6), [], phase);
    expect(counts.filter(({ version }) => version === 'edge')).toMatchObject([{ n: 8, nu: 2, maxUserWeight: 24 }]);
  });
});
