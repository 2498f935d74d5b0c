import { randomUUID } from 'node:crypto';
import { type KeptAnswer, readAnswers } from '../db/judge-answers.ts';
import {
  type BatchQuestion,
  batchWorker,
  dropBatch,
  insertBatch,
  leaseBatches,
  moveBatch,
  readBatch,
  releaseBatch,
  type StoredBatch,
} from '../db/judge-batches.ts';
import { claimDue, settle } from '../db/ledger.ts';
import { addSpend, bookCalls } from '../db/rater-spend.ts';
import { readWatermark, writeWatermark } from '../db/watermarks.ts';
import { DiscardError } from '../domain/batch-judge.ts';
import type { Claim, Settlement } from '../domain/claim.ts';
import type { RaterKind } from '../domain/rating.ts';
import { requestOf } from './ask-part.ts';
import { groupForBatch } from './batch/group-for-batch.ts';
import { openClaim, unscored } from './open-claim.ts';
import { planCalls } from './plan-calls.ts';
import type { NoteSettled, RaterDeps } from './run.ts';
import { type BatchSeat, isAnswerTo, type Question, writeDown } from './run-batch-results.ts';
import { costLately, dayOf } from './run-judge.ts';
import type { Duties, JudgeSeat } from './seats.ts';
import { splitWindows, type Window } from './windows/split-windows.ts';

const hour_ms = 3_600_000;
/** Longer than a batch may take at the endpoint, and a while to notice. */
const claim_lease_ms = 27 * hour_ms;
const batch_lease_ms = 20 * 60_000;
/** So that a quiet hour makes one batch and not sixty. */
const batch_every_ms = hour_ms;
/** Samples in a batch: their texts are in memory together. */
const most_samples = 2_000;
/** A quarter of what endpoints take: a batch is built in memory. */
const most_bytes = 50_000_000;
/** What a request adds to its text: the rubrics, the frame and the schema, with room to spare. */
const request_bytes = 60_000;

/**
 * Moves every batch of the judges that are asked this way one step on: submitted, read once it has ended, its files deleted at
 * the endpoint; and makes a new one of what is due. Samples stay leased to their batch until it is read.
 * Safe to repeat and to kill: a batch is written down before it leaves and found again at the endpoint by its id.
 */
export async function rateBatches(deps: RaterDeps, rater: RaterKind, duties: Duties, note: NoteSettled): Promise<void> {
  const seats = new Map([...duties.values()].map(({ seat }) => [seat.name, seat]));
  for (const seat of seats.values()) {
    if (!isBatchSeat(seat)) continue;
    await makeBatch(deps, seat, rater, duties, note);
    const now = deps.clock.now();
    for (const batch of await leaseBatches(deps.db, seat.name, now, new Date(now.getTime() + batch_lease_ms))) {
      await moveOn(deps, seat, rater, duties, batch, note);
    }
  }
}

/** Claims what is due and writes it down as a batch, in one transaction: a worker killed in between has claimed nothing. */
async function makeBatch(deps: RaterDeps, seat: BatchSeat, rater: RaterKind, duties: Duties, note: NoteSettled): Promise<void> {
  const now = deps.clock.now();
  const madeAt = await readWatermark(deps.db, `batch ${seat.name}`);
  if (madeAt !== null && madeAt.getTime() + batch_every_ms > now.getTime()) return;
  const id = randomUUID();
  const dimensions = [...duties.values()].filter((duty) => duty.seat === seat).map(({ rubric }) => rubric.dimension);
  const moneyPerCall = await costLately(deps, seat);
  const settlements = await deps.db.transaction().execute(async (trx) => {
    const worker = batchWorker(id);
    const lease = { leaseUntil: new Date(now.getTime() + claim_lease_ms), worker };
    const claims = await claimDue(trx, { rater, limit: most_samples, now, dimensions, ...lease });
    if (claims.length === 0) return [];
    const kept = await readAnswers(trx, claims);
    const refused: Settlement[] = [];
    const questions: BatchQuestion[] = [];
    const wanted = claims.map((claim) => ({ claim, asks: missingParts(deps, claim, duties, kept, now, refused) }));
    const [fitting = []] = groupForBatch(wanted, {
      bytesOf: ({ asks }) => asks.reduce((sum, { window }) => sum + bytesOf(window) + request_bytes, 0),
      maxRequests: most_samples,
      maxBytes: most_bytes,
    }).batches;
    // The rest waits for the next batch.
    const waits = wanted.filter((each) => !fitting.includes(each)).map(({ claim }) => claim);
    refused.push(...waits.flatMap((claim) => claim.dimensions.map((dimension) => notYet(claim, dimension, now))));
    const nWanted = fitting.reduce((sum, { asks }) => sum + asks.length, 0);
    const day = dayOf(now);
    let left = await bookCalls(trx, { judge: seat.name, day, wanted: nWanted, moneyPerCall, limit: seat.limit });
    for (const { claim, asks } of fitting) {
      if (asks.length > left) {
        refused.push(
          ...claim.dimensions.map((dimension) =>
            unscored(claim, dimension, duties.get(dimension)?.revision ?? 'none', 'over_budget'),
          ),
        );
        continue;
      }
      left -= asks.length;
      const { conversationKey, batchAt } = claim;
      for (const { call, window } of asks) {
        questions.push({ customId: randomUUID(), conversationKey, batchAt, rater, call: call.hash, part: window.index });
      }
    }
    if (left > 0)
      await addSpend(trx, day, {
        judge: seat.name,
        nCalls: -left,
        nInputTokens: 0,
        nOutputTokens: 0,
        money: -left * moneyPerCall,
      });
    await settle(trx, { rater, worker, leased: true, now }, refused);
    if (questions.length > 0) await insertBatch(trx, { id, judge: seat.name, now }, questions);
    // Where more is waiting than one batch holds, the next one need not.
    if (claims.length < most_samples && waits.length === 0) await writeWatermark(trx, `batch ${seat.name}`, now);
    return refused;
  });
  note(rater, settlements);
}

/** What is still to be asked of a claim; nothing for one that does not open, whose fate goes into `refused`. */
function missingParts(
  deps: RaterDeps,
  claim: Claim,
  duties: Duties,
  kept: readonly KeptAnswer[],
  now: Date,
  refused: Settlement[],
): Question[] {
  const opened = openClaim(deps.vault, claim, now);
  if ('unrated' in opened) {
    refused.push(...opened.unrated);
    return [];
  }
  return planCalls(duties, claim.dimensions).flatMap((call) =>
    splitWindows(opened.transcript, call.duty.seat.windows, deps.redactText)
      .filter(({ index }) => !kept.some((each) => isAnswerTo(each, claim, call, index)))
      .map((window) => ({ claim, call, window })),
  );
}

async function moveOn(
  deps: RaterDeps,
  seat: BatchSeat,
  rater: RaterKind,
  duties: Duties,
  batch: StoredBatch,
  note: NoteSettled,
): Promise<void> {
  const { id } = batch;
  const now = deps.clock.now();
  if (batch.state === 'read') {
    await discard(deps, seat, batch);
    return;
  }
  const { questions, claims } = await readBatch(deps.db, id);
  const own = questions.filter((question) => question.rater === rater);
  // The second judge's batches are moved on with the second judge's duties.
  if (own.length === 0 && questions.length > 0) return releaseBatch(deps.db, id);
  const asked = rebuild(deps, duties, own, claims, now);
  const items = [...asked].map(([customId, { claim, call, window }]) => ({
    customId,
    request: requestOf(claim.conversationKey, call.duty, window, deps.policy),
  }));
  if (batch.state === 'new' || batch.remoteId === null) {
    // Everybody it was made for is gone by now.
    if (items.length === 0) return dropBatch(deps.db, id);
    const submission = await seat.batch.submit(id, items);
    if (submission.outcome === 'submitted')
      await moveBatch(deps.db, id, { state: 'submitted', remoteId: submission.remoteId, endedAt: null });
    else if (submission.outcome === 'retry') await releaseBatch(deps.db, id);
    else {
      // Nobody was asked, so that nothing was spent.
      const moneyPerCall = await costLately(deps, seat);
      const unspent = {
        judge: seat.name,
        nCalls: -items.length,
        nInputTokens: 0,
        nOutputTokens: 0,
        money: -items.length * moneyPerCall,
      };
      await addSpend(deps.db, dayOf(batch.createdAt), unspent);
      await writeDown(deps, seat, { rater, batch, asked, claims, items, results: [] }, note);
      await discard(deps, seat, batch);
    }
    return;
  }
  const poll = await seat.batch.poll(batch.remoteId);
  if (poll.outcome !== 'ended') return releaseBatch(deps.db, id);
  const reading = await seat.batch.results(batch.remoteId, items);
  if (reading.outcome === 'retry') return releaseBatch(deps.db, id);
  await writeDown(deps, seat, { rater, batch, asked, claims, items, results: reading.results }, note);
  await discard(deps, seat, batch);
}

/** The questions of a batch as they were asked, from what is still there: the same windows of the same text, by its hash. */
function rebuild(
  deps: RaterDeps,
  duties: Duties,
  questions: readonly BatchQuestion[],
  claims: readonly Claim[],
  now: Date,
): Map<string, Question> {
  const asked = new Map<string, Question>();
  for (const claim of claims) {
    const opened = openClaim(deps.vault, claim, now);
    if ('unrated' in opened) continue;
    for (const call of planCalls(duties, claim.dimensions)) {
      for (const window of splitWindows(opened.transcript, call.duty.seat.windows, deps.redactText)) {
        const question = questions.find(
          (each) => each.conversationKey === claim.conversationKey && each.call === call.hash && each.part === window.index,
        );
        if (question !== undefined) asked.set(question.customId, { claim, call, window });
      }
    }
  }
  return asked;
}

function isBatchSeat(seat: JudgeSeat): seat is BatchSeat {
  return seat.batch !== null;
}

function notYet({ conversationKey, batchAt }: Claim, dimension: string, now: Date): Settlement {
  return { outcome: 'later', conversationKey, batchAt, dimension, nextAttemptAt: now, notAsked: true };
}

function bytesOf({ transcript }: Window): number {
  return transcript.reduce((sum, { content }) => sum + Buffer.byteLength(JSON.stringify(content)), 0);
}

/** Deletes what lies at the endpoint, and then the batch. What cannot be deleted now is tried again with the next run. */
async function discard(deps: RaterDeps, seat: BatchSeat, { id, remoteId }: StoredBatch): Promise<void> {
  try {
    if (remoteId !== null) await seat.batch.discard(remoteId);
    await dropBatch(deps.db, id);
  } catch (error) {
    if (!(error instanceof DiscardError)) throw error;
    await releaseBatch(deps.db, id);
  }
}
