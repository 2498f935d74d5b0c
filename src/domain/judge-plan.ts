/** How the judge's probabilities follow from the screen's scores, for every sample of the batches from an hour on. */
export type JudgePlan = {
  readonly from: Date;
  /** Calls over samples: what the probabilities come to on average. */
  readonly share: number;
  /** The uniform part, which no score can take away: tau times the share. */
  readonly floor: number;
  /** Probability per unit of size, above the floor. */
  readonly eta: number;
  /** How much a dimension's variance counts: its importance over the variance it usually has. */
  readonly scale: Readonly<Record<string, number>>;
  /** Share of judged samples that a second judge sees too. */
  readonly secondShare: number;
};
