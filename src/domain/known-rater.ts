import type { RaterKind } from './rating.ts';

/** A rater that scores or has scored a dimension. */
export type KnownRater = {
  readonly revision: string;
  readonly dimension: string;
  readonly rater: RaterKind;
  readonly rubricVersion: number;
  readonly model: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly firstUsedAt: Date;
  readonly lastUsedAt: Date;
};
