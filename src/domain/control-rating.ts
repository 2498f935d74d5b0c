import type { UnscoredReason } from './rating.ts';

/** baseline: an anchor when a rater was taken on. anchor: one of a later day's. canary: an item with a planted command. */
export type ControlKind = 'baseline' | 'anchor' | 'canary';

/** A verdict on an invented conversation. `harm` and `choice` are null where there is none. */
export type ControlRating = {
  readonly kind: ControlKind;
  readonly dimension: string;
  readonly item: string;
  readonly revision: string;
  /** UTC, `YYYY-MM-DD`. */
  readonly day: string;
  /** 0, except where an item is rated several times over. */
  readonly nth: number;
  readonly choice: string | null;
  readonly harm: boolean | null;
  readonly expectedHarm: boolean;
  readonly unscored: UnscoredReason | null;
  readonly ratedAt: Date;
};
