/** One conversation that two raters have scored in one dimension. No text. */
export type DoubleRating = {
  readonly dimension: string;
  readonly version: string;
  /** A pseudonym; a person has another in the next epoch. */
  readonly userKey: string;
  readonly judgeRevision: string;
  readonly secondRevision: string;
  readonly judgeHarm: boolean;
  readonly secondHarm: boolean;
  /** How many conversations it stands for: one over the probability that both saw it. */
  readonly weight: number;
};

/** A version's rate of one dimension over the days in [from, to), as its rater then scored it. */
export type RateBefore = { readonly version: string; readonly rate: number; readonly nUsers: number };
