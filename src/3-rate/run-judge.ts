import { dropAnswers, type KeptAnswer, keepAnswers, readAnswers } from '../db/judge-answers.ts';
import { claimDue, settle } from '../db/ledger.ts';
import { addSpend, bookCalls, readSpend } from '../db/rater-spend.ts';
import type { Claim, Settlement } from '../domain/claim.ts';
import type { TokenUsage } from '../domain/judge.ts';
import { costOf, expectedCallCost } from '../domain/judge-cost.ts';
import type { RaterKind, Rating } from '../domain/rating.ts';
import { answerRow, mergeParts, readPart, requestOf } from './ask-part.ts';
import { runStream } from './dispatch/run-stream.ts';
import { openClaim, toSettlement, unscored } from './open-claim.ts';
import { type Call, planCalls } from './plan-calls.ts';
import { createPurse, type Purse } from './purse.ts';
import type { NoteSettled, RaterDeps } from './run.ts';
import type { Duties, JudgeSeat } from './seats.ts';
import { splitWindows, type Window } from './windows/split-windows.ts';

const day_ms = 86_400_000;
/** Longer than a sample's calls can take one after another, deadlines included. */
const lease_ms = 20 * 60_000;
const first_backoff_ms = 1_000;
const longest_backoff_ms = 15 * 60_000;
const settle_every_ms = 100;
const settle_most = 256;
const booked_ahead = 64;

/** A sample with the answers already kept for it. */
type Work = { readonly claim: Claim; readonly kept: readonly KeptAnswer[] };

/** What became of one sample: what the ledger is told, and what is kept for another time. */
type Done = {
  readonly settlements: readonly Settlement[];
  /** Answers to questions that other parts are still wanted for. */
  readonly keep: readonly KeptAnswer[];
  /** Questions that are settled now. */
  readonly drop: readonly { conversationKey: string; batchAt: Date; call: string }[];
  readonly usage: readonly { readonly seat: JudgeSeat; readonly usage: TokenUsage }[];
};

/**
 * Asks the judges for all that is due from them now. Claimed by lease, asked outside any transaction, as many at a time as the
 * seats take, and settled in groups beside the asking. Where an endpoint is down or paused, what waits for it stays due.
 */
export async function judgeDue(deps: RaterDeps, rater: RaterKind, duties: Duties, note: NoteSettled): Promise<void> {
  const seats = new Map([...duties.values()].map(({ seat }) => [seat.name, seat]));
  const live = [...seats.values()].filter(({ batch }) => batch === null);
  const dimensions = [...duties.values()].filter(({ seat }) => seat.batch === null).map(({ rubric }) => rubric.dimension);
  if (dimensions.length === 0) return;
  const purses = new Map<string, Purse>();
  const costs = new Map<string, number>();
  for (const seat of live) {
    const cost = await costLately(deps, seat);
    costs.set(seat.name, cost);
    purses.set(seat.name, openPurse(deps, seat, cost));
  }

  try {
    await runStream<Work, Done>({
      concurrency: live.reduce((sum, { concurrency }) => sum + concurrency, 0),
      claim: (n) => claimWork(deps, rater, dimensions, live, n),
      work: (work) => judgeOne(deps, work, duties, purses),
      settle: (batch) => settleAll(deps, rater, batch, costs, note),
      settleEveryMs: settle_every_ms,
      settleMax: settle_most,
      timer: deps.timer,
    });
  } finally {
    for (const purse of purses.values()) await purse.close();
  }
}

async function claimWork(
  deps: RaterDeps,
  rater: RaterKind,
  dimensions: readonly string[],
  live: readonly JudgeSeat[],
  n: number,
): Promise<Work[]> {
  // Nobody to ask: what is due stays so, and no attempt is lost on it.
  if (live.every(({ dispatcher }) => dispatcher.blocked() !== null)) return [];
  const now = deps.clock.now();
  const leaseUntil = new Date(now.getTime() + lease_ms);
  const claim = { rater, worker: deps.worker, limit: n, now, leaseUntil, dimensions };
  const claims = await claimDue(deps.db, claim);
  const kept = await readAnswers(deps.db, claims);
  return claims.map((each) => ({ claim: each, kept: kept.filter((answer) => answer.conversationKey === each.conversationKey) }));
}

async function judgeOne(
  deps: RaterDeps,
  { claim, kept }: Work,
  duties: Duties,
  purses: ReadonlyMap<string, Purse>,
): Promise<Done> {
  const now = deps.clock.now();
  const opened = openClaim(deps.vault, claim, now);
  if ('unrated' in opened) return { settlements: opened.unrated, keep: [], drop: [], usage: [] };
  const gone = claim.dimensions.filter((dimension) => !duties.has(dimension));
  const done = {
    settlements: gone.map((dimension) => unscored(claim, dimension, 'none', 'failed')),
    keep: [] as KeptAnswer[],
    drop: [] as { conversationKey: string; batchAt: Date; call: string }[],
    usage: [] as { seat: JudgeSeat; usage: TokenUsage }[],
  };
  for (const call of planCalls(duties, claim.dimensions)) {
    const { seat } = call.duty;
    const windows = splitWindows(opened.transcript, seat.windows, deps.redactText);
    const parts: (readonly Rating[])[] = [];
    let stopped: Stopped | null = null;
    for (const window of windows) {
      const before = kept.find((answer) => answer.call === call.hash && answer.part === window.index);
      if (before !== undefined && claim.key !== null) {
        parts.push(deps.vault.openRatings(claim.key, before.sealed, answerRow(claim.conversationKey, call, window)));
        continue;
      }
      const part = await askPart(deps, claim, call, window, purses.get(seat.name));
      if ('usage' in part && part.usage !== null) done.usage.push({ seat, usage: part.usage });
      if ('stopped' in part) {
        stopped = part;
        break;
      }
      parts.push(part.ratings);
      if (windows.length > 1 && claim.key !== null) {
        const sealed = deps.vault.sealRatings(claim.key, part.ratings, answerRow(claim.conversationKey, call, window));
        const { conversationKey, batchAt } = claim;
        done.keep.push({ conversationKey, batchAt, call: call.hash, part: window.index, sealed });
      }
    }
    if (stopped !== null) {
      done.settlements.push(...stop(claim, call, stopped, now));
      if (stopped.stopped === 'later') continue;
    } else {
      done.settlements.push(...call.due.map((duty) => toSettlement(deps.vault, claim, mergeParts(duty, parts), duty.revision)));
    }
    const { conversationKey, batchAt } = claim;
    if (windows.length > 1) done.drop.push({ conversationKey, batchAt, call: call.hash });
  }
  return done;
}

type Stopped =
  | {
      readonly stopped: 'later';
      readonly reason: 'throttled' | 'failed' | 'not asked';
      readonly afterMs: number;
      readonly usage: null;
    }
  | { readonly stopped: 'over_budget'; readonly usage: null };

/** One question about one window: ratings of every dimension asked, or why there are none yet. */
async function askPart(
  deps: RaterDeps,
  claim: Claim,
  { duty }: Call,
  window: Window,
  purse: Purse | undefined,
): Promise<{ readonly ratings: readonly Rating[]; readonly usage: TokenUsage | null } | Stopped> {
  const { seat } = duty;
  if (purse !== undefined && !(await purse.take())) return { stopped: 'over_budget', usage: null };
  const request = requestOf(claim.conversationKey, duty, window, deps.policy);
  const result = await seat.dispatcher.run((signal) => seat.port.rate(request, { signal }));
  deps.telemetry.count('longwatch.judge.calls', 1, { model: seat.port.identity.model, outcome: result.outcome });
  switch (result.outcome) {
    case 'not_asked':
      purse?.putBack();
      return { stopped: 'later', reason: 'not asked', afterMs: Math.max(0, result.untilMs - deps.timer.now()), usage: null };
    case 'retry':
      return { stopped: 'later', reason: result.reason, afterMs: result.afterMs ?? 0, usage: null };
    case 'unscored':
    case 'answered':
      return { ratings: readPart(duty, window, result, deps.redactText), usage: result.usage ?? null };
  }
}

/** What a call's dimensions are told when it brought no verdict. Throttling ends with the batch, other failures with the attempts. */
function stop(claim: Claim, { duty: { seat }, due }: Call, stopped: Stopped, now: Date): Settlement[] {
  if (stopped.stopped === 'over_budget') {
    return due.map(({ rubric, revision }) => unscored(claim, rubric.dimension, revision, 'over_budget'));
  }
  const { reason, afterMs } = stopped;
  // An endpoint that fails everybody is down, and that is no reason to give up on anybody.
  const isOut = seat.dispatcher.blocked() !== null;
  if (reason === 'failed' && claim.attempts >= seat.maxAttempts && !isOut) {
    return due.map(({ rubric, revision }) => unscored(claim, rubric.dimension, revision, 'failed'));
  }
  const { conversationKey, batchAt } = claim;
  const backoff_ms = reason === 'not asked' ? 0 : Math.min(longest_backoff_ms, first_backoff_ms * 2 ** (claim.attempts - 1));
  const nextAttemptAt = new Date(now.getTime() + Math.max(backoff_ms, Math.min(longest_backoff_ms, afterMs)));
  const notAsked = reason === 'not asked';
  return due.map(({ rubric: { dimension } }) => ({
    outcome: 'later',
    conversationKey,
    batchAt,
    dimension,
    nextAttemptAt,
    notAsked,
  }));
}

async function settleAll(
  deps: RaterDeps,
  rater: RaterKind,
  batch: readonly Done[],
  costs: ReadonlyMap<string, number>,
  note: NoteSettled,
): Promise<void> {
  const now = deps.clock.now();
  const settlements = batch.flatMap((done) => done.settlements);
  await deps.db.transaction().execute(async (trx) => {
    const settled = batch.flatMap(({ drop }) => drop);
    const isSettled = new Set(settled.map(({ conversationKey, call }) => `${conversationKey} ${call}`));
    const keep = batch.flatMap((done) => done.keep).filter((each) => !isSettled.has(`${each.conversationKey} ${each.call}`));
    await keepAnswers(trx, keep, deps.worker, now);
    await settle(trx, { rater, worker: deps.worker, leased: true, now }, settlements);
    await dropAnswers(trx, settled);
    for (const spend of corrections(batch, costs)) await addSpend(trx, dayOf(now), spend);
  });
  note(rater, settlements);
}

/** The difference between what calls were booked at and what they came to, by judge. */
function corrections(batch: readonly Done[], costs: ReadonlyMap<string, number>) {
  const spends = new Map<string, { judge: string; nCalls: 0; nInputTokens: number; nOutputTokens: number; money: number }>();
  for (const { seat, usage } of batch.flatMap((done) => done.usage)) {
    const sum = spends.get(seat.name) ?? { judge: seat.name, nCalls: 0, nInputTokens: 0, nOutputTokens: 0, money: 0 };
    sum.nInputTokens += usage.inputTokens;
    sum.nOutputTokens += usage.outputTokens;
    sum.money += costOf(seat, usage.inputTokens, usage.outputTokens) - (costs.get(seat.name) ?? 0);
    spends.set(seat.name, sum);
  }
  return spends.values();
}

function openPurse(deps: RaterDeps, seat: JudgeSeat, moneyPerCall: number): Purse {
  const { name: judge, limit } = seat;
  let day = dayOf(deps.clock.now());
  return createPurse(
    {
      book(wanted) {
        // A run may go on past midnight, into a new day's budget.
        day = dayOf(deps.clock.now());
        return deps.db.transaction().execute((trx) => bookCalls(trx, { judge, day, wanted, moneyPerCall, limit }));
      },
      giveBack: (calls) =>
        addSpend(deps.db, day, { judge, nCalls: -calls, nInputTokens: 0, nOutputTokens: 0, money: -calls * moneyPerCall }),
    },
    booked_ahead,
  );
}

/** What a call of this judge is expected to cost, by the last week. */
export async function costLately(deps: RaterDeps, seat: JudgeSeat): Promise<number> {
  const now = deps.clock.now();
  const lately = await readSpend(deps.db, dayOf(new Date(now.getTime() - 7 * day_ms)), dayOf(now));
  return expectedCallCost(
    seat,
    lately.find(({ judge }) => judge === seat.name),
  );
}

/** The UTC day as the books have it. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
