import type { BatchItem, BatchResult } from '../../domain/batch-judge.ts';
import type { JudgeOutcome } from '../../domain/judge.ts';

export type Settled = { readonly item: BatchItem; readonly outcome: Exclude<JudgeOutcome, { outcome: 'retry' }> };
export type AskAgain = {
  readonly item: BatchItem;
  readonly reason: 'throttled' | 'failed';
  readonly afterMs: number | null;
};

/** Each item in exactly one of the two, in the order submitted. */
export type BatchSettlement = {
  /** Answered, or unscored for good: to be written down. */
  readonly settled: readonly Settled[];
  /** Nothing was learnt: still due, for a later batch with another id or a single call. */
  readonly again: readonly AskAgain[];
};

/**
 * What an ended batch settles. How it ended does not matter: of a batch that expired after its 24 hours, was cancelled or
 * failed, every result that did arrive counts like any other, and whatever has none is due again. Which requests an endpoint
 * gets round to in time may depend on their length, so the rest must be asked again and never be dropped.
 *
 * Pure and safe to repeat. The first result of a custom id counts; results nobody asked for are ignored.
 */
export function settleBatch(items: readonly BatchItem[], results: readonly BatchResult[]): BatchSettlement {
  const outcomes = new Map<string, JudgeOutcome>();
  for (const { customId, outcome } of results) if (!outcomes.has(customId)) outcomes.set(customId, outcome);
  const settled: Settled[] = [];
  const again: AskAgain[] = [];
  for (const item of items) {
    const outcome = outcomes.get(item.customId);
    if (outcome === undefined) again.push({ item, reason: 'failed', afterMs: null });
    else if (outcome.outcome === 'retry') again.push({ item, reason: outcome.reason, afterMs: outcome.afterMs });
    else settled.push({ item, outcome });
  }
  return { settled, again };
}
