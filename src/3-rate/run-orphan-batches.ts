import {
  batchWorker,
  dropBatch,
  leaseBatches,
  moveBatch,
  readBatch,
  readBatchJudges,
  releaseBatch,
  type StoredBatch,
} from '../db/judge-batches.ts';
import { settle } from '../db/ledger.ts';
import { type BatchJudge, DiscardError } from '../domain/batch-judge.ts';
import type { Settlement } from '../domain/claim.ts';
import type { RaterDeps } from './run.ts';
import type { Roster } from './run-duties.ts';

/** Longer than deleting a batch's files takes. */
const lease_ms = 20 * 60_000;

/**
 * Lets go of batches whose judge is no more at work, replaced or asked singly now: nobody else would ever read them. Their samples
 * are due from whoever rates them now, and their files are deleted. What the endpoint had answered of them is lost: its verdicts
 * would be those of a rater that scores nothing else any more. Safe to repeat and to kill.
 */
export async function releaseOrphans(deps: RaterDeps, { judge, second }: Roster): Promise<void> {
  const seats = [...judge.values(), ...second.values()].map(({ seat }) => seat);
  const atWork = new Set(seats.filter(({ batch }) => batch !== null).map(({ name }) => name));
  const gone = (await readBatchJudges(deps.db)).filter((name) => !atWork.has(name));
  const ports = [...deps.judges, ...(deps.secondJudge === null ? [] : [deps.secondJudge])].flatMap(({ batch }) => batch ?? []);
  for (const name of gone) {
    const now = deps.clock.now();
    for (const batch of await leaseBatches(deps.db, name, now, new Date(now.getTime() + lease_ms))) {
      if (batch.state !== 'read') await giveBack(deps, batch, now);
      await discard(deps, ports, batch);
    }
  }
}

/** Makes its samples due again. They were never answered, so that this was no attempt. */
async function giveBack({ db }: RaterDeps, { id, remoteId }: StoredBatch, now: Date): Promise<void> {
  const { questions, claims } = await readBatch(db, id);
  const later = claims.flatMap(({ conversationKey, batchAt, dimensions }) =>
    dimensions.map(
      (dimension): Settlement => ({ outcome: 'later', conversationKey, batchAt, dimension, nextAttemptAt: now, notAsked: true }),
    ),
  );
  await db.transaction().execute(async (trx) => {
    // A batch asks for one rater.
    const [first] = questions;
    if (first !== undefined) await settle(trx, { rater: first.rater, worker: batchWorker(id), leased: true, now }, later);
    await moveBatch(trx, id, { state: 'read', remoteId, endedAt: now });
  });
}

/**
 * Deletes the files through every judge still asked in batches: to an endpoint that never had the batch it is gone already. Where
 * there is none, the endpoint deletes them in time, as it was told at their upload.
 */
async function discard({ db }: RaterDeps, ports: readonly BatchJudge[], { id, remoteId }: StoredBatch): Promise<void> {
  try {
    if (remoteId !== null) for (const port of ports) await port.discard(remoteId);
    await dropBatch(db, id);
  } catch (error) {
    if (!(error instanceof DiscardError)) throw error;
    await releaseBatch(db, id);
  }
}
