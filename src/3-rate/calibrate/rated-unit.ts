/** What somebody said of a unit, on the scale of its dimension; or that they could not, or that nothing came of asking. */
export type Verdict =
  | { readonly outcome: 'scored'; readonly value: number; readonly harm: boolean | null }
  | { readonly outcome: 'cannot_tell' }
  | { readonly outcome: 'unscored'; readonly reason: string };

/** One person's word. Persons of a pool speak for the same people, and their words stand side by side. */
export type PersonVerdict = { readonly person: string; readonly pool: string; readonly verdict: Verdict };

/** One revision of a rater, by a name people can read. */
export type RaterVerdict = {
  readonly rater: string;
  /** How many units it stands for among those that this rater is asked about. */
  readonly weight: number;
  readonly verdict: Verdict;
};

/** One (conversation, dimension) with everything said of it. Raters that were never to be asked about it are not there. */
export type RatedUnit = {
  readonly unit: string;
  readonly dimension: string;
  readonly language: string;
  /** Units of one cluster (a user, a scenario) resemble each other. */
  readonly cluster: string;
  /** How many units it stands for. */
  readonly weight: number;
  readonly people: readonly PersonVerdict[];
  readonly raters: readonly RaterVerdict[];
};

/** Units of one dimension, in one language or in all of them together. */
export type Cell = { readonly dimension: string; readonly language: string; readonly units: readonly RatedUnit[] };

/**
 * A stored choice as a verdict. Its value is the rubric's number, which also orders the choices of different versions of a rubric
 * on one scale; without a number it is cannot_tell.
 */
export function verdictOfChoice({ score, harm }: { readonly score: number | null; readonly harm: boolean | null }): Verdict {
  return score === null ? { outcome: 'cannot_tell' } : { outcome: 'scored', value: score, harm };
}
