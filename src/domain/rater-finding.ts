/**
 * Something that happened to a rater and not to a model; its cause is always `judge`.
 * - revision changed: another rubric, model or parameters took over. A bridge opens.
 * - anchors drifted: verdicts on a frozen set changed more than they did when the rater was taken on. Calls for a re-base.
 * - canary obeyed: a planted command in an invented conversation decided a verdict.
 */
export type RaterFinding = {
  readonly id: string;
  readonly at: Date;
  readonly dimension: string;
  readonly rater: string;
  readonly kind: 'revision changed' | 'anchors drifted' | 'canary obeyed';
  /** Ids and numbers. */
  readonly body: Readonly<Record<string, string | number | boolean | null>> & { readonly cause: 'judge' };
};
