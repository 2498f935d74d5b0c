import { sql } from 'kysely';
import type { JudgePlan } from '../domain/judge-plan.ts';
import type { Db } from './database.ts';

/** Newest first, down to the one in force at `since`. */
export async function readJudgePlans(db: Db, since: Date): Promise<JudgePlan[]> {
  const rows = await db
    .selectFrom('judge_plan')
    .selectAll()
    .where(
      'from_at',
      '>=',
      sql<Date>`coalesce((select max(earlier.from_at) from judge_plan earlier where earlier.from_at <= ${since}), ${since})`,
    )
    .orderBy('from_at', 'desc')
    .execute();
  return rows.map(({ from_at, second_share, ...plan }) => ({ ...plan, from: from_at, secondShare: second_share }));
}

/** A plan once made is never changed: samples were drawn by it. */
export async function writeJudgePlan(db: Db, plan: JudgePlan): Promise<void> {
  const { from, share, floor, eta, scale, secondShare } = plan;
  await db
    .insertInto('judge_plan')
    .values({ from_at: from, share, floor, eta, scale: JSON.stringify(scale), second_share: secondShare })
    .onConflict((conflict) => conflict.column('from_at').doNothing())
    .execute();
}

/** What the judge's phase does to a batch: the expected share of its samples, and the least probability any one may have. */
export type JudgePhase = (batchAt: Date) => { readonly share: number; readonly floor: number };

/**
 * The judge's phase of the batches from `from` on. Around the full hour the plan before may still have decided some, and the
 * least probability counts that one too.
 *
 * @param firstShare the judge's share before there was any plan; null where no judge rates, and every sample is rated.
 */
export async function readJudgePhase(db: Db, firstShare: number | null, from: Date): Promise<JudgePhase> {
  if (firstShare === null) return () => ({ share: 1, floor: 1 });
  const plans = await readJudgePlans(db, new Date(from.getTime() - 3_600_000));
  const first = { share: firstShare, floor: firstShare };
  return (batchAt) => {
    const index = plans.findIndex((plan) => plan.from <= batchAt);
    if (index < 0) return first;
    const [inForce = first, before = first] = plans.slice(index, index + 2);
    return { share: inForce.share, floor: Math.min(inForce.floor, before.floor) };
  };
}
