import type { Facets } from '../../domain/facets.ts';

/** Conversations of one version and one combination of facets, seen in one hour. */
export type SeenCell = Facets & {
  readonly version: string;
  readonly n: number;
  /** As the capped estimand counts them. */
  readonly counted: number;
  /** Sum of inclusion probabilities: the rated conversations that the design expects. */
  readonly nu: number;
  /**
   * The largest total of design weight that a user had reached in the hour and version when last seen in this cell, had all they
   * said been sampled. Over any union of cells the maximum is an upper bound of what one user weighs in it: the user's last
   * visit to the union recorded everything up to then.
   */
  readonly max_user_weight: number;
  readonly thumb_up: number;
  readonly thumb_down: number;
};

/** The denominators of an hour: one line of JSONL, sent beside the conversations that were taken. */
export type SeenRecord = {
  readonly kind: 'seen';
  /** `<edge name>:<hour>:<number>`. The server counts an id once, however often it is sent. */
  readonly id: string;
  /** Start of the hour, ISO 8601. */
  readonly at: string;
  readonly cells: readonly SeenCell[];
};

/** A cell while it is counted. */
export type OpenCell = { -readonly [K in keyof SeenCell]: SeenCell[K] };

/** The server takes no more in one record. */
const MAX_CELLS = 10_000;

export function openCell(version: string, { topic, memory, locale, length, product }: Facets): OpenCell {
  const none = { n: 0, counted: 0, nu: 0, max_user_weight: 0, thumb_up: 0, thumb_down: 0 };
  return { version, topic, memory, locale, length, product, ...none };
}

/** An hour's cells as records, as many as it takes. */
export function toRecords(hour: Date, cells: readonly OpenCell[], nextId: (at: string) => string): SeenRecord[] {
  const at = hour.toISOString();
  const records: SeenRecord[] = [];
  for (let start = 0; start < cells.length; start += MAX_CELLS) {
    records.push({ kind: 'seen', id: nextId(at), at, cells: cells.slice(start, start + MAX_CELLS) });
  }
  return records;
}
