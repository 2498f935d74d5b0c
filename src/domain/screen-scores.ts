/**
 * What the local screen makes of a text: for each dimension a calibrated probability of harm, strictly between 0 and 1, the
 * revision of the screen that says so, and whether the text seems to command whoever rates it.
 */
export type ScreenScores = {
  readonly revision: string;
  readonly scores: Readonly<Record<string, number>>;
  readonly suspected: boolean;
};
