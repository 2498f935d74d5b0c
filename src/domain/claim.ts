import type { UnscoredReason } from './rating.ts';
import type { WrappedKey } from './vault.ts';

/** One sample with everything one rater still owes it. */
export type Claim = {
  readonly conversationKey: string;
  readonly batchAt: Date;
  readonly sealed: Buffer;
  /** The data key that sealed it; null once it was deleted. */
  readonly key: WrappedKey | null;
  readonly dimensions: readonly string[];
  readonly attempts: number;
};

export type ScoredRow = {
  readonly conversationKey: string;
  readonly batchAt: Date;
  readonly dimension: string;
  readonly raterRevision: string;
  readonly choice: string;
  readonly score: number | null;
  readonly harm: boolean | null;
  readonly confidence: number;
  readonly sealed: Buffer | null;
};

/** What became of one (sample, dimension): scored, unscored for good, or due again later. */
export type Settlement =
  | ({ readonly outcome: 'scored' } & ScoredRow)
  | {
      readonly outcome: 'unscored';
      readonly conversationKey: string;
      readonly batchAt: Date;
      readonly dimension: string;
      readonly raterRevision: string;
      readonly reason: UnscoredReason;
    }
  | {
      readonly outcome: 'later';
      readonly conversationKey: string;
      readonly batchAt: Date;
      readonly dimension: string;
      readonly nextAttemptAt: Date;
      /** Nobody was asked: this was no attempt. */
      readonly notAsked?: boolean;
    };
