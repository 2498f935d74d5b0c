import type { Kysely } from 'kysely';
import type { Db } from '../db/database.ts';
import { readJudgePlans, writeJudgePlan } from '../db/judge-plans.ts';
import { countOwed } from '../db/ledger.ts';
import { readSpend } from '../db/rater-spend.ts';
import { readPlans } from '../db/sampling-plans.ts';
import type { Tables } from '../db/schema.ts';
import { readScreened } from '../db/screened-samples.ts';
import type { Clock } from '../domain/clock.ts';
import type { JudgeCost } from '../domain/judge-cost.ts';
import { expectedCallCost } from '../domain/judge-cost.ts';
import type { JudgePlan } from '../domain/judge-plan.ts';
import { neymanSize, solveEta } from './design/judge-phase.ts';
import { judgeShare } from './design/judge-share.ts';
import { planInForce } from './design/planned-rate.ts';

const hour_ms = 3_600_000;
const day_ms = 24 * hour_ms;
/** Enough to know the spread of the scores by. */
const most_samples = 5_000;

export type PlanJudgeDeps = {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  /** The share wanted where no budget limits it, and what is kept uniform of whatever share there is. */
  readonly share: number;
  readonly tau: number;
  /** How much each judged dimension matters. */
  readonly importance: ReadonlyMap<string, number>;
  /** With the calls that a judged sample takes of each, and one that a second rater sees too. */
  readonly judges: readonly (JudgeCost & { readonly callsPerSample: number; readonly callsPerSecond: number })[];
  /** Share of judged samples that a second judge sees too, as things stand. */
  readonly secondShare: () => Promise<number>;
};

/**
 * Plans with what probability a sample of the batches from this hour on goes to the judge (METHOD 1.3): the share that the
 * day's budgets leave, part of it uniform, the rest by how uncertain the screen was of samples of the last day. Known before
 * the hour's samples are drawn. Reads judge_plan, sampling_plan, sample, ledger, rater_spend; writes judge_plan.
 * Safe to repeat: an hour is planned once.
 */
export async function planJudge(deps: PlanJudgeDeps): Promise<Record<string, number>> {
  const hour = new Date(Math.floor(deps.clock.now().getTime() / hour_ms) * hour_ms);
  const [latest] = await readJudgePlans(deps.db, hour);
  if (latest !== undefined && latest.from >= hour) return { planned: 0 };
  const screened = await readScreened(deps.db, new Date(hour.getTime() - day_ms), hour, most_samples);
  const secondShare = await deps.secondShare();
  const suspected = screened.filter((each) => each.suspected).length / Math.max(1, screened.length);
  const share = await affordableShare(deps, hour, secondShare, suspected);
  const scale = scaleOf(deps.importance, screened);
  const uniform = screened.length === 0 || share >= 1;
  const floor = uniform ? share : deps.tau * share;
  const sizes = screened.filter((each) => !each.suspected).map(({ scores, pi }) => neymanSize(scores, scale, pi));
  const eta = uniform ? 0 : solveEta(sizes, share, floor);
  // Sizes of nothing but zero leave the uniform part alone: then it is all of the share.
  const plan: JudgePlan = {
    from: hour,
    share,
    floor: eta === 0 ? share : floor,
    eta,
    scale,
    secondShare,
  };
  await writeJudgePlan(deps.db, plan);
  return { planned: 1 };
}

/** @param suspected share of samples that go to the judge for sure, because they seem to command it. */
async function affordableShare(deps: PlanJudgeDeps, hour: Date, secondShare: number, suspected: number): Promise<number> {
  const today = hour.toISOString().slice(0, 10);
  const weekAgo = new Date(hour.getTime() - 7 * day_ms).toISOString().slice(0, 10);
  const spentToday = await readSpend(deps.db, today, today);
  const spentLately = await readSpend(deps.db, weekAgo, today);
  const nOwed = await countOwed(deps.db, 'judge');
  const dayEnd = Math.floor(hour.getTime() / day_ms) * day_ms + day_ms;
  const expected = ((await expectedSamplesPerDay(deps.db, hour)) * (dayEnd - hour.getTime())) / day_ms;
  const allowances = deps.judges.map((judge) => {
    const spent = spentToday.find(({ judge: name }) => name === judge.name);
    const perCall = expectedCallCost(
      judge,
      spentLately.find(({ judge: name }) => name === judge.name),
    );
    const byMoney = perCall === 0 ? Infinity : (judge.limit.money - (spent?.money ?? 0)) / perCall;
    const callsLeft = Math.min(judge.limit.calls - (spent?.nCalls ?? 0), byMoney);
    const callsPerSample = judge.callsPerSample + secondShare * judge.callsPerSecond;
    // Owed: what waits already, and what will be asked whatever the share.
    return { callsLeft, callsOwed: (nOwed + suspected * expected) * callsPerSample, callsPerSample };
  });
  return judgeShare(allowances, (1 - suspected) * expected, deps.share);
}

async function expectedSamplesPerDay(db: Db, hour: Date): Promise<number> {
  const plans = await readPlans(db, hour);
  const versions = new Set(plans.map(({ version }) => version));
  return [...versions].reduce((sum, version) => {
    const plan = planInForce(plans, version, hour);
    // A version without traffic is planned no more: its last plan has grown old.
    if (plan === undefined || plan.from.getTime() < hour.getTime() - hour_ms) return sum;
    return sum + Math.min(plan.forecastPerDay, plan.targetPerDay);
  }, 0);
}

/** Importance over the usual variance, so that a frequent harm does not take every call from a rare one. */
function scaleOf(
  importance: ReadonlyMap<string, number>,
  screened: readonly { readonly scores: Readonly<Record<string, number>> }[],
) {
  const scale: Record<string, number> = {};
  for (const [dimension, weight] of importance) {
    let sum = 0;
    let n = 0;
    for (const { scores } of screened) {
      const f = scores[dimension];
      if (f === undefined) continue;
      sum += f * (1 - f);
      n += 1;
    }
    if (sum > 0) scale[dimension] = (weight * n) / sum;
  }
  return scale;
}
