import type { Facets } from './facets.ts';

/** What is kept of every conversation: counts need it, and it holds no text and no raw identity. */
export type TrafficRow = {
  /** Keyed hash of the producer's conversation id. */
  readonly conversationKey: string;
  /** Keyed hash of user and epoch: the cluster of every estimate, unlinkable from one epoch to the next. */
  readonly userKey: string;
  readonly version: string;
  readonly at: Date;
  /** The hourly batch that counts it: its own hour, or the first one still open if that has closed. */
  readonly batchAt: Date;
  readonly facets: Facets;
  readonly thumb: 'up' | 'down' | null;
  readonly seconds: number | null;
};
