import type { Conversation } from './conversation.ts';
import type { SeenRecord } from './seen.ts';

/** What became of the conversations handed in. Each is counted once, under exactly one of the first five. */
export type IntakeCounts = {
  /** Counted for the first time. */
  readonly fresh: number;
  /** Seen before and no longer than then: nothing changed. */
  readonly known: number;
  /** Seen before, now longer: it replaced itself. */
  readonly grown: number;
  /** Without consent, excluded, opted out or erased: not counted, not read. */
  readonly excluded: number;
  readonly rejected: number;
  /** Of the fresh ones: drawn and kept, and of these, sent on to the judge. */
  readonly sampled: number;
  readonly judged: number;
  /** Of the fresh ones: drawn, but past their retention already, so that nothing but the count was kept. */
  readonly expired: number;
};

export type Rejection = { readonly index: number; readonly field: string; readonly reason: string };

/**
 * Port between ingest and sampling. Everything a conversation ever becomes is decided and written here, in one
 * transaction a call: called twice with the same conversations, the second call changes nothing.
 */
export interface Intake {
  take(
    conversations: readonly Conversation[],
  ): Promise<{ readonly counts: IntakeCounts; readonly rejections: readonly Rejection[] }>;
  /**
   * Adds what an edge sampler counted. An id that came before is passed over.
   * @returns how many conversations were added.
   */
  count(records: readonly SeenRecord[]): Promise<number>;
}
