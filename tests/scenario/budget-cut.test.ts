import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAlerts } from '../../src/db/alerts.ts';
import { latestFindings } from '../../src/db/findings.ts';
import { readJudgePlans } from '../../src/db/judge-plans.ts';
import { readScoredUnits } from '../../src/db/scored-units.ts';
import { DimensionId } from '../../src/domain/dimension.ts';
import { CANDIDATE, LKG, RELEASED_AT, steady } from '../../src/simulate/scenario.ts';
import { designInterval } from '../../src/stats/design-interval.ts';
import { hajekMean } from '../../src/stats/hajek.ts';
import { liveThrough, type Weeks } from './simulated-weeks.ts';

const hour_ms = 3_600_000;
const from = new Date('2026-04-24T00:00:00Z');
const days = 5;
const secondDay = new Date(from.getTime() + 24 * hour_ms);
const until = new Date(from.getTime() + days * 24 * hour_ms);
/** Calls a day, one for each sample. Sampling alone would send the judge some 700 a day once two versions run. */
const budget = 360;
const dimensions = ['concrete.flattery', 'concrete.sycophantic_agreement'].map((id) => DimensionId.parse(id));
const cells = [LKG, CANDIDATE].flatMap((version) => dimensions.map((dimension) => ({ version, dimension })));

const liveWith = (calls_per_day: number): Promise<Weeks> =>
  liveThrough(steady('budget cut', { conversationsPerDay: 2_400, users: 2_400 }), from, days, new Date('2026-04-25T06:00:00Z'), {
    config: {
      dimensions,
      judge: { budget: { calls_per_day } },
      // Few until the first plan: before it nobody can know what part of the samples the budget is for.
      sampling: { first_rate: 0.05, conversations_per_day: 400 },
      raters: { anchors_per_day: 0 },
    },
  });

/** What was measured of each cell since the release, and what the same judge would have said of every conversation of it. */
async function measured({ app, callsHarmful }: Weeks) {
  const { db } = app.database;
  const units = await readScoredUnits(db, 'judge', RELEASED_AT, until);
  const traffic = await db
    .selectFrom('traffic')
    .select(['conversation_key', 'version', 'counted'])
    .where('batch_at', '>=', RELEASED_AT)
    .where('panel_only', '=', false)
    .execute();
  return cells.map(({ version, dimension }) => {
    const scored = units.filter((unit) => unit.version === version && unit.dimension === dimension && unit.harm !== null);
    const mean = hajekMean(scored.map(({ harm, weight, userKey }) => ({ value: Number(harm), weight, cluster: userKey })));
    if (mean === null || mean.variance === null) throw new Error(`nothing was measured of ${version} ${dimension}`);
    const { estimate: rate, n, nEff, df } = mean;
    const { low, high } = designInterval({ rate, n, nEff, df, confidence: 0.95 });
    const whole = traffic.filter((row) => row.version === version);
    const counted = (rows: typeof whole) => rows.reduce((sum, row) => sum + row.counted, 0);
    const truth = counted(whole.filter((row) => callsHarmful(row.conversation_key, dimension))) / counted(whole);
    return { version, dimension, rate, truth, n, se: Math.sqrt(mean.variance), halfWidth: (high - low) / 2 };
  });
}

describe('a judge’s budget cut in half', () => {
  let whole: Weeks;
  let half: Weeks;
  beforeAll(async () => {
    whole = await liveWith(budget);
    half = await liveWith(budget / 2);
  }, 300_000);
  afterAll(async () => {
    await whole.close();
    await half.close();
  });
  const both = () => [
    { weeks: whole, calls: budget },
    { weeks: half, calls: budget / 2 },
  ];

  it('is kept on every day, and half of it makes half of the calls', async () => {
    const sums: number[] = [];
    for (const { weeks, calls } of both()) {
      const { rows } = await sql<{ n: number }>`select sum(n_calls)::int as n from rater_spend group by day order by day`.execute(
        weeks.app.database.db,
      );
      const perDay = rows.map(({ n }) => n);
      expect(Math.max(...perDay)).toBeLessThanOrEqual(calls);
      expect(weeks.server.calls()).toBe(perDay.reduce((sum, n) => sum + n, 0));
      // Days on which two versions ran from morning to night. Not all of a budget is used: in the simulation's ticks of six hours
      // the calls of an evening are made, and booked, at midnight.
      const settled = perDay.slice(2, 5);
      for (const n of settled) expect(n).toBeGreaterThan(0.6 * calls);
      sums.push(settled.reduce((sum, n) => sum + n, 0));
      const plans = await readJudgePlans(weeks.app.database.db, RELEASED_AT);
      expect(Math.max(...plans.map(({ share }) => share))).toBeLessThan(1);
    }
    const [ofWhole = 0, ofHalf = 0] = sums;
    expect(ofWhole / ofHalf).toBeGreaterThan(1.8);
    expect(ofWhole / ofHalf).toBeLessThan(2.2);
  });

  it('leaves no hole in coverage', async () => {
    for (const { weeks } of both()) {
      const rows = await weeks.app.database.db.selectFrom('ledger').selectAll().where('rater', '=', 'judge').execute();
      const holes = rows.filter(({ state }) => state !== 'scored');
      // On the very first day there is no yesterday to foresee the traffic from: what comes after a quiet night is more than was
      // planned for, and a few samples are drawn that the budget has no calls for. They say so, and it does not happen again.
      expect(holes.filter(({ state, batch_at }) => state !== 'over_budget' || batch_at >= secondDay)).toEqual([]);
      expect(holes.length).toBeLessThanOrEqual(50 * dimensions.length);
    }
  });

  it('leaves every rate where it is: within 4.5 standard errors of what the judge would have said of everybody', async () => {
    for (const { weeks } of both()) {
      for (const { rate, truth, se, n } of await measured(weeks)) {
        expect(n).toBeGreaterThan(50);
        expect(Math.abs(rate - truth)).toBeLessThan(4.5 * se);
      }
    }
  });

  it('makes intervals wider by the root of two', async () => {
    const [wide, narrow] = [await measured(half), await measured(whole)];
    const ratios = wide.map(({ halfWidth }, i) => halfWidth / narrow[i]!.halfWidth);
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    // Not exactly: a width is estimated too (from some 200 verdicts in the thinnest cell, 10 % each way), and the thinner sample
    // has fewer conversations of the same users in it.
    expect(mean).toBeGreaterThan(1.2);
    expect(mean).toBeLessThan(1.65);
  });

  it('changes nothing that is found: no alert, no drift, the same verdict on every pooled cell', async () => {
    const verdicts = [];
    for (const { weeks } of both()) {
      const { db } = weeks.app.database;
      expect(await listAlerts(db)).toEqual([]);
      const findings = (await latestFindings(db)).filter(({ cell }) => cell.cohort.facet === 'all');
      expect(findings.map(({ cell }) => cell.dimension).sort()).toEqual(dimensions);
      verdicts.push(findings.map(({ cell, verdict, cause }) => [cell.dimension, verdict, cause]));
    }
    expect(verdicts[1]).toEqual(verdicts[0]);
  });
});
