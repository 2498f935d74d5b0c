import type { Kysely } from 'kysely';
import { claimDue, dropDue, settle } from '../db/ledger.ts';
import type { Tables } from '../db/schema.ts';
import type { Claim, Settlement } from '../domain/claim.ts';
import type { Clock } from '../domain/clock.ts';
import type { RaterKind } from '../domain/rating.ts';
import type { Redacted } from '../domain/redacted.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import type { Timer } from '../domain/timer.ts';
import type { Vault } from '../domain/vault.ts';
import { openClaim, toSettlement, unscored } from './open-claim.ts';
import { raterRevision } from './rater-revision.ts';
import type { RubricSet } from './rubrics/rubric-set.ts';
import { rateBatches } from './run-batch.ts';
import { takeRoster } from './run-duties.ts';
import { judgeDue } from './run-judge.ts';
import { releaseOrphans } from './run-orphan-batches.ts';
import { screen, screenIdentity } from './screen.ts';
import type { JudgeSeat } from './seats.ts';

const claim_size = 64;

export type RaterDeps = {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  /** What calls are paced by: real time even where the clock is simulated, because the endpoint is real. */
  readonly timer: Timer;
  readonly vault: Vault;
  /** The live rubrics of conversation scope, and every version there ever was. */
  readonly rubrics: RubricSet;
  readonly policy: string | undefined;
  readonly redactText: (text: string) => Redacted;
  readonly telemetry: Telemetry;
  /** Names this worker in the ledger's leases. */
  readonly worker: string;
  /** In the order of the configuration, the one for all other dimensions last. Empty: the screen rates alone. */
  readonly judges: readonly JudgeSeat[];
  /** Sees a share of what the judges see. */
  readonly secondJudge: JudgeSeat | null;
  /** The same endpoint as a seat's, asked for another model: that of a rater which has just been replaced. */
  readonly seatWith: (seat: JudgeSeat, model: string, temperature: number) => JudgeSeat;
  readonly bridgeDays: number;
};

/** Counts what became of ratings, by `<rater> <state>`. */
export type NoteSettled = (rater: RaterKind, settlements: readonly Settlement[]) => void;

/**
 * Rates everything that is due now: the screen, the judges, and the second judge on its part. Reads the ledger and samples;
 * writes ratings, the ledger, the books and who was at work. Safe to repeat and to kill: work is leased, and a verdict and its
 * ledger row are written in one transaction.
 * @returns how many (sample, dimension) ended in each state.
 */
export async function rateDue(deps: RaterDeps): Promise<Record<string, number>> {
  const totals: Record<string, number> = {};
  const note: NoteSettled = (rater, settlements) => {
    for (const settlement of settlements) {
      const state = settlement.outcome === 'unscored' ? settlement.reason : settlement.outcome;
      totals[`${rater} ${state}`] = (totals[`${rater} ${state}`] ?? 0) + 1;
      deps.telemetry.count('longwatch.ledger.settled', 1, { rater, state });
    }
  };
  await screenDue(deps, note);
  if (deps.judges.length === 0) return totals;
  const roster = await takeRoster(deps);
  await releaseOrphans(deps, roster);
  await judgeDue(deps, 'judge', roster.judge, note);
  await rateBatches(deps, 'judge', roster.judge, note);
  // A sample is drawn for a second rater before it is known of which dimensions there is one.
  await dropDue(deps.db, 'second', [...roster.second.keys()]);
  await judgeDue(deps, 'second', roster.second, note);
  await rateBatches(deps, 'second', roster.second, note);
  return totals;
}

/** The screen is local and quick: each round is one transaction, and needs no lease. */
async function screenDue(deps: RaterDeps, note: NoteSettled): Promise<void> {
  const revisions = new Map(
    deps.rubrics.rubrics.map((rubric) => {
      const { model, parameters } = screenIdentity;
      return [rubric.dimension as string, raterRevision({ rubric, frame: deps.rubrics.frameOf(rubric), model, parameters })];
    }),
  );
  for (;;) {
    const now = deps.clock.now();
    const settlements = await deps.db.transaction().execute(async (trx) => {
      const claim = { rater: 'screen', worker: deps.worker, limit: claim_size, now, leaseUntil: null } as const;
      const rated = (await claimDue(trx, claim)).flatMap((each) => screenOne(deps, each, revisions, now));
      await settle(trx, { rater: 'screen', worker: deps.worker, leased: false, now }, rated);
      return rated;
    });
    note('screen', settlements);
    if (settlements.length === 0) return;
  }
}

function screenOne(deps: RaterDeps, claim: Claim, revisions: ReadonlyMap<string, string>, now: Date): Settlement[] {
  const opened = openClaim(deps.vault, claim, now);
  if ('unrated' in opened) return [...opened.unrated];
  const rubrics = claim.dimensions.flatMap((dimension) => deps.rubrics.get(dimension) ?? []);
  const known = new Set<string>(rubrics.map(({ dimension }) => dimension));
  const gone = claim.dimensions.filter((dimension) => !known.has(dimension));
  return [
    ...gone.map((dimension) => unscored(claim, dimension, 'none', 'failed')),
    ...screen(opened.transcript, rubrics).map((rating) =>
      toSettlement(deps.vault, claim, rating, revisions.get(rating.dimension) ?? 'none'),
    ),
  ];
}
