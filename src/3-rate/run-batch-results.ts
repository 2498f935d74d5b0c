import { dropAnswers, type KeptAnswer, keepAnswers, readAnswers } from '../db/judge-answers.ts';
import { batchWorker, moveBatch, type StoredBatch } from '../db/judge-batches.ts';
import { settle } from '../db/ledger.ts';
import { addSpend } from '../db/rater-spend.ts';
import type { BatchItem, BatchJudge, BatchResult } from '../domain/batch-judge.ts';
import type { Claim, Settlement } from '../domain/claim.ts';
import { costOf } from '../domain/judge-cost.ts';
import type { RaterKind, Rating } from '../domain/rating.ts';
import { answerRow, mergeParts, readPart } from './ask-part.ts';
import { settleBatch } from './batch/settle-batch.ts';
import { toSettlement, unscored } from './open-claim.ts';
import type { Call } from './plan-calls.ts';
import type { NoteSettled, RaterDeps } from './run.ts';
import { costLately, dayOf } from './run-judge.ts';
import type { JudgeSeat } from './seats.ts';
import type { Window } from './windows/split-windows.ts';

const retry_ms = 15 * 60_000;

export type BatchSeat = JudgeSeat & { readonly batch: BatchJudge };
/** One question with all it takes to ask it and to read its answer. */
export type Question = { readonly claim: Claim; readonly call: Call; readonly window: Window };

type Ended = {
  readonly rater: RaterKind;
  readonly batch: StoredBatch;
  readonly asked: ReadonlyMap<string, Question>;
  readonly claims: readonly Claim[];
  readonly items: readonly BatchItem[];
  readonly results: readonly BatchResult[];
};

/** Settles every sample of a batch that has ended, and lets go of the batch. */
export async function writeDown(deps: RaterDeps, seat: BatchSeat, ended: Ended, note: NoteSettled): Promise<void> {
  const { rater, batch, asked, claims, items, results } = ended;
  const now = deps.clock.now();
  const outcomes = new Map(settleBatch(items, results).settled.map(({ item, outcome }) => [item.customId, outcome]));
  const stored = await readAnswers(deps.db, claims);
  const settlements: Settlement[] = [];
  const keep: KeptAnswer[] = [];
  const drop: { conversationKey: string; batchAt: Date; call: string }[] = [];
  for (const claim of claims) {
    const { conversationKey, batchAt, key } = claim;
    const own = [...asked].filter(([, question]) => question.claim === claim);
    for (const call of new Set(own.map(([, question]) => question.call))) {
      const parts: (readonly Rating[])[] = [];
      let isWhole = true;
      for (const { window, customId } of windowsOf(own, call)) {
        const outcome = outcomes.get(customId);
        if (outcome === undefined) {
          isWhole = false;
          continue;
        }
        const ratings = readPart(call.duty, window, outcome, deps.redactText);
        parts[window.index] = ratings;
        if (key !== null && window.count > 1) {
          const sealed = deps.vault.sealRatings(key, ratings, answerRow(conversationKey, call, window));
          keep.push({ conversationKey, batchAt, call: call.hash, part: window.index, sealed });
        }
      }
      const count = windowsOf(own, call)[0]?.window.count ?? 0;
      for (const before of stored.filter((each) => isAnswerTo(each, claim, call, each.part))) {
        if (key === null) continue;
        const row = answerRow(conversationKey, call, { index: before.part, count });
        parts[before.part] ??= deps.vault.openRatings(key, before.sealed, row);
      }
      isWhole &&= Array.from({ length: count }, (_, i) => parts[i] !== undefined).every(Boolean);
      if (isWhole) {
        settlements.push(...call.due.map((duty) => toSettlement(deps.vault, claim, mergeParts(duty, parts), duty.revision)));
        if (count > 1) drop.push({ conversationKey, batchAt, call: call.hash });
      } else {
        settlements.push(...call.due.map((duty) => again(claim, duty.rubric.dimension, duty.revision, seat.maxAttempts, now)));
      }
    }
  }
  const told = new Set(settlements.map((each) => `${each.conversationKey} ${each.dimension}`));
  // What could not be asked after all (its text does not open, its rubric is gone) is for another time.
  for (const claim of claims) {
    for (const dimension of claim.dimensions) {
      if (!told.has(`${claim.conversationKey} ${dimension}`))
        settlements.push(again(claim, dimension, 'none', seat.maxAttempts, now));
    }
  }
  const usage = [...outcomes.values()].flatMap((outcome) => outcome.usage ?? []);
  const input = usage.reduce((sum, { inputTokens }) => sum + inputTokens, 0);
  const output = usage.reduce((sum, { outputTokens }) => sum + outputTokens, 0);
  const booked = usage.length * (await costLately(deps, seat));
  await deps.db.transaction().execute(async (trx) => {
    const done = new Set(drop.map((each) => `${each.conversationKey} ${each.call}`));
    await keepAnswers(
      trx,
      keep.filter((each) => !done.has(`${each.conversationKey} ${each.call}`)),
      batchWorker(batch.id),
      now,
    );
    await settle(trx, { rater, worker: batchWorker(batch.id), leased: true, now }, settlements);
    await dropAnswers(trx, drop);
    const money = costOf(seat, input, output) - booked;
    const spend = { judge: seat.name, nCalls: 0, nInputTokens: input, nOutputTokens: output, money };
    await addSpend(trx, dayOf(batch.createdAt), spend);
    await moveBatch(trx, batch.id, { state: 'read', remoteId: batch.remoteId, endedAt: now });
  });
  note(rater, settlements);
}

function windowsOf(own: readonly (readonly [string, Question])[], call: Call) {
  return own.filter(([, question]) => question.call === call).map(([customId, { window }]) => ({ customId, window }));
}

function again(claim: Claim, dimension: string, revision: string, maxAttempts: number, now: Date): Settlement {
  if (claim.attempts >= maxAttempts) return unscored(claim, dimension, revision, 'failed');
  const { conversationKey, batchAt } = claim;
  return { outcome: 'later', conversationKey, batchAt, dimension, nextAttemptAt: new Date(now.getTime() + retry_ms) };
}

export function isAnswerTo(answer: KeptAnswer, claim: Claim, call: Call, part: number): boolean {
  return answer.conversationKey === claim.conversationKey && answer.call === call.hash && answer.part === part;
}
