import type { Kysely } from 'kysely';
import PQueue from 'p-queue';
import { type Claim, claimDue, type Settlement, settle } from '../db/ledger.ts';
import type { Tables } from '../db/schema.ts';
import type { Clock } from '../domain/clock.ts';
import { KeyError } from '../domain/errors.ts';
import type { Judge, JudgeOutcome } from '../domain/judge.ts';
import type { RaterKind, Rating, UnscoredReason } from '../domain/rating.ts';
import type { Redacted, Transcript } from '../domain/redacted.ts';
import type { Rubric } from '../domain/rubric.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import { noteRow, type Vault } from '../domain/vault.ts';
import { toRatings } from './check-answer.ts';
import type { RubricSet } from './load-rubrics.ts';
import { raterRevision } from './rater-revision.ts';
import { screen, screenIdentity } from './screen.ts';

const lease_ms = 10 * 60_000;
const claim_size = 64;
/** A claim is asked in at most this many rounds, so that it is settled well within its lease even when every call times out. */
const rounds_a_claim = 4;
const first_backoff_ms = 1_000;
const longest_backoff_ms = 15 * 60_000;

export type RaterDeps = {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly rubrics: RubricSet;
  readonly redactText: (text: string) => Redacted;
  readonly telemetry: Telemetry;
  /** Names this worker in the ledger's leases. */
  readonly worker: string;
  readonly judge: { readonly port: Judge; readonly concurrency: number; readonly maxAttempts: number } | null;
};

/**
 * Rates everything that is due now, the screen first. Reads the ledger and samples; writes ratings and the ledger.
 * Safe to repeat and to kill: work is leased, and a verdict and its ledger row are written in one transaction.
 * @returns how many (sample, dimension) ended in each state.
 */
export async function rateDue(deps: RaterDeps): Promise<Record<string, number>> {
  const totals: Record<string, number> = {};
  const note: Note = (rater, settlements) => {
    for (const settlement of settlements) {
      const state = settlement.outcome === 'unscored' ? settlement.reason : settlement.outcome;
      totals[`${rater} ${state}`] = (totals[`${rater} ${state}`] ?? 0) + 1;
      deps.telemetry.count('longwatch.ledger.settled', 1, { rater, state });
    }
  };
  await screenDue(deps, note);
  if (deps.judge !== null) await judgeDue(deps, deps.judge, note);
  return totals;
}

type Note = (rater: RaterKind, settlements: readonly Settlement[]) => void;

/** The screen is local and quick: each round is one transaction, and needs no lease. */
async function screenDue(deps: RaterDeps, note: Note): Promise<void> {
  const revisions = revisionsOf(deps.rubrics, screenIdentity.model, screenIdentity.parameters);
  for (;;) {
    const now = deps.clock.now();
    const settlements = await deps.db.transaction().execute(async (trx) => {
      const claims = await claimDue(trx, { ...claimOf(deps, 'screen', now), leaseUntil: null });
      const rated = claims.flatMap((claim) => screenOne(deps, claim, revisions));
      await settle(trx, { rater: 'screen', worker: deps.worker, leased: false, now }, rated);
      return rated;
    });
    note('screen', settlements);
    if (settlements.length < claim_size * deps.rubrics.rubrics.length) return;
  }
}

/** The judge is far away and slow: claimed by lease, asked outside any transaction, settled in one. */
async function judgeDue(deps: RaterDeps, judge: NonNullable<RaterDeps['judge']>, note: Note): Promise<void> {
  const { model, temperature } = judge.port.identity;
  const revisions = revisionsOf(deps.rubrics, model, { temperature });
  const queue = new PQueue({ concurrency: judge.concurrency });
  const limit = Math.min(claim_size, rounds_a_claim * judge.concurrency);
  for (;;) {
    const now = deps.clock.now();
    const leaseUntil = new Date(now.getTime() + lease_ms);
    const claims = await claimDue(deps.db, { ...claimOf(deps, 'judge', now), limit, leaseUntil });
    const rated = await Promise.all(claims.map((claim) => queue.add(() => judgeOne(deps, judge, claim, revisions))));
    const by = { rater: 'judge', worker: deps.worker, leased: true, now: deps.clock.now() } as const;
    await deps.db.transaction().execute((trx) => settle(trx, by, rated.flat()));
    note('judge', rated.flat());
    if (claims.length < limit) return;
  }
}

function claimOf(deps: RaterDeps, rater: RaterKind, now: Date) {
  return { rater, worker: deps.worker, limit: claim_size, nDimensions: deps.rubrics.rubrics.length, now };
}

/** What every rubric is called when this model rates it: two revisions are never compared as if they were one. */
type Revisions = ReadonlyMap<string, string>;

function revisionsOf(rubrics: RubricSet, model: string, parameters: Record<string, unknown>): Revisions {
  return new Map(
    rubrics.rubrics.map((rubric) => [
      rubric.dimension,
      raterRevision({ rubric, frame: rubrics.frameOf(rubric), model, parameters }),
    ]),
  );
}

function screenOne(deps: RaterDeps, claim: Claim, revisions: Revisions): Settlement[] {
  const opened = open(deps, claim);
  if (opened.transcript === null) return opened.unrated;
  const ratings = screen(opened.transcript, opened.rubrics);
  return [...opened.unrated, ...ratings.map((rating) => toSettlement(deps, claim, rating, revisions))];
}

async function judgeOne(
  deps: RaterDeps,
  judge: NonNullable<RaterDeps['judge']>,
  claim: Claim,
  revisions: Revisions,
): Promise<Settlement[]> {
  const { transcript, rubrics, unrated } = open(deps, claim);
  if (transcript === null) return unrated;
  const settlements = [...unrated];
  for (const frame of new Set(rubrics.map((rubric) => deps.rubrics.frameOf(rubric)))) {
    const asked = rubrics.filter((rubric) => deps.rubrics.frameOf(rubric) === frame);
    const result = await judge.port.rate({ unit: claim.conversationKey, transcript, frame, rubrics: asked });
    deps.telemetry.count('longwatch.judge.calls', 1, { model: judge.port.identity.model, outcome: result.outcome });
    settlements.push(...read(deps, judge.maxAttempts, claim, transcript, asked, result, revisions));
  }
  return settlements;
}

function read(
  deps: RaterDeps,
  maxAttempts: number,
  claim: Claim,
  transcript: Transcript,
  rubrics: readonly Rubric[],
  result: JudgeOutcome,
  revisions: Revisions,
): Settlement[] {
  const unscored = (reason: UnscoredReason) =>
    rubrics.map(({ dimension }) => toSettlement(deps, claim, { outcome: 'unscored', dimension, reason }, revisions));
  switch (result.outcome) {
    case 'answered':
      return toRatings({ rubrics, transcript, answers: result.answers, redactText: deps.redactText }).map((rating) =>
        toSettlement(deps, claim, rating, revisions),
      );
    case 'unscored':
      return unscored(result.reason);
    case 'retry': {
      if (claim.attempts >= maxAttempts) return unscored(result.reason);
      const { conversationKey, batchAt } = claim;
      const backoff_ms = Math.min(longest_backoff_ms, first_backoff_ms * 2 ** (claim.attempts - 1));
      const nextAttemptAt = new Date(deps.clock.now().getTime() + Math.max(backoff_ms, result.afterMs ?? 0));
      return rubrics.map(({ dimension }) => ({ outcome: 'later', conversationKey, batchAt, dimension, nextAttemptAt }));
    }
  }
}

/**
 * The transcript and the rubrics a claim asks for. What can never be rated any more (its rubric or its data key is gone, its
 * row was altered) is settled as failed, so that one bad row cannot stop the queue. Where only the master key is not at hand,
 * which a person can put back, it stays due.
 */
function open(deps: RaterDeps, claim: Claim): { transcript: Transcript | null; rubrics: Rubric[]; unrated: Settlement[] } {
  const failed = (dimension: string): Settlement => {
    const { conversationKey, batchAt } = claim;
    return { outcome: 'unscored', conversationKey, batchAt, dimension, raterRevision: 'none', reason: 'failed' };
  };
  const later = (dimension: string): Settlement => {
    const { conversationKey, batchAt } = claim;
    const nextAttemptAt = new Date(deps.clock.now().getTime() + longest_backoff_ms);
    return { outcome: 'later', conversationKey, batchAt, dimension, nextAttemptAt };
  };
  if (claim.key === null) return { transcript: null, rubrics: [], unrated: claim.dimensions.map(failed) };
  try {
    const transcript = deps.vault.openTranscript(claim.key, claim.sealed, claim.conversationKey);
    const rubrics = claim.dimensions.map((dimension) => deps.rubrics.get(dimension)).filter((rubric) => rubric !== undefined);
    const gone = claim.dimensions.filter((dimension) => deps.rubrics.get(dimension) === undefined);
    return { transcript, rubrics, unrated: gone.map(failed) };
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    const unrated = claim.dimensions.map(error.retry === 'later' ? later : failed);
    return { transcript: null, rubrics: [], unrated };
  }
}

function toSettlement(deps: RaterDeps, claim: Claim, rating: Rating, revisions: Revisions): Settlement {
  const { conversationKey, batchAt } = claim;
  const { dimension } = rating;
  const raterRevision = revisions.get(dimension) ?? 'none';
  if (rating.outcome === 'unscored') {
    return { outcome: 'unscored', conversationKey, batchAt, dimension, raterRevision, reason: rating.reason };
  }
  const { choice, score, harm, confidence, evidence, rationale } = rating;
  const noted = claim.key !== null && (evidence.length > 0 || rationale !== null);
  const sealed = noted
    ? deps.vault.sealNote(claim.key, { evidence, rationale }, noteRow(claim.key, { conversationKey, dimension, raterRevision }))
    : null;
  return { outcome: 'scored', conversationKey, batchAt, dimension, raterRevision, choice, score, harm, confidence, sealed };
}
