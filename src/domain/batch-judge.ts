import { LongwatchError } from './errors.ts';
import type { Judge, JudgeOutcome, JudgeRequest } from './judge.ts';

/** One question of a batch. `customId` is opaque: it stands at the endpoint beside the text and must tell nobody's pseudonym. */
export type BatchItem = { readonly customId: string; readonly request: JudgeRequest };

export type BatchResult = { readonly customId: string; readonly outcome: JudgeOutcome };

/**
 * - submitted: the endpoint has the batch under `remoteId`.
 * - retry: submit the same id again, after `afterMs` where the server said so.
 * - refused: submitting the same again cannot succeed. `reason` is a code and never text.
 */
export type BatchSubmission =
  | { readonly outcome: 'submitted'; readonly remoteId: string }
  | { readonly outcome: 'retry'; readonly reason: 'throttled' | 'failed'; readonly afterMs: number | null }
  | { readonly outcome: 'refused'; readonly reason: string };

/**
 * `status` is the endpoint's word for how a batch ended. After `failed` come a colon and the first error's code, where one is
 * given (`failed:token_limit_exceeded`: the queue is full, so wait for other batches to end). `gone`: no longer there.
 */
export type BatchPoll =
  | { readonly outcome: 'running' }
  | { readonly outcome: 'ended'; readonly status: string }
  | { readonly outcome: 'retry'; readonly afterMs: number | null };

export type BatchReading =
  | { readonly outcome: 'read'; readonly results: readonly BatchResult[] }
  | { readonly outcome: 'retry'; readonly afterMs: number | null };

/**
 * Port. A judge that answers many requests within a day, at a lower price, for what is not urgent. Never throws for what an
 * endpoint does, `discard` apart; each call makes one attempt within a hard time-out.
 *
 * A batch that expires, is cancelled or fails keeps what was answered until then: those results are used (and paid for), and
 * the rest comes back as `retry`, to be asked again in a batch with another id or singly.
 */
export interface BatchJudge {
  /** As of the judge for single calls: the same model and parameters make the same rater, whichever way it is asked. */
  readonly identity: Judge['identity'];
  /**
   * Idempotent by `id`: asks the endpoint for a batch with metadata `longwatch_batch=id` before creating one, so that a worker
   * killed between creating and noting it down does not pay twice. An id is spent once: submitting it again gives the same
   * batch, however that ended. Two submissions of one id at the same time are not told apart: the caller holds a lease.
   */
  submit(id: string, items: readonly BatchItem[]): Promise<BatchSubmission>;
  poll(remoteId: string): Promise<BatchPoll>;
  /**
   * Results of an ended batch, one for each of `items` (what was submitted) in their order. An item with neither an output nor
   * an error line comes back as `{ outcome: 'retry', reason: 'failed', afterMs: null }`. Reading twice gives the same.
   * Network trouble ends with `retry` for the whole, as does a batch that still runs.
   */
  results(remoteId: string, items: readonly BatchItem[]): Promise<BatchReading>;
  /**
   * Deletes the uploaded input and the output files at the endpoint: redacted conversations must not lie there longer than
   * needed. A batch still running is cancelled first. Harmless when repeated.
   *
   * @throws DiscardError when something may still lie there: call again later
   */
  discard(remoteId: string): Promise<void>;
}

/** Files of a batch could not all be deleted, or its cancelling has not ended yet. */
export class DiscardError extends LongwatchError {
  readonly code = 'discard';
  override readonly retry = 'later';
}
