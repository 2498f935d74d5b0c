import { requireFinite, requireInclusionProbability, requireUnitInterval } from './argument.ts';

export type JudgePhase = {
  /** The screen's calibrated probability of harm, known for every conversation of phase 1. */
  readonly screen: number;
  /** The judge's label in [0, 1]; null when the judge coin did not fall on this conversation. */
  readonly judge: number | null;
  /** The probability of that coin. */
  readonly piJudge: number;
  /** How much of the screen to lean on, fixed before the coin: 0 ignores it, 1 trusts it. */
  readonly lambda: number;
};

/**
 * The number that stands in for a conversation's label when only some conversations were judged: the screen's guess, corrected
 * by the judge where there was one, each correction counted 1/piJudge times.
 *
 * Use its weighted mean (`hajekMean`) as the prevalence on the judge's scale, and its sums per user in the alarm. It can be
 * negative or above 1; never clip a single one, or the mean is biased. A call that failed is not `null`: that is a coin that
 * did not fall (METHOD 3.4 on late labels).
 *
 * Guarantee: unbiased for the judge's label over the coin, for any screen, good or bad, and any lambda chosen beforehand.
 *
 * @example judgePseudoValue({ screen: 0.1, judge: 1, piJudge: 0.5, lambda: 0.7 }) // 1.93
 *
 * References: Cochran (1977) ch. 12; Angelopoulos, Duchi & Zrnic (2023) arXiv 2311.01453; Zrnic & Candes (2024); METHOD 2.1.
 */
export function judgePseudoValue({ screen, judge, piJudge, lambda }: JudgePhase): number {
  requireUnitInterval('screen', screen);
  if (judge !== null) requireUnitInterval('judge', judge);
  requireInclusionProbability('piJudge', piJudge);
  requireFinite('lambda', lambda);
  const guess = lambda * screen;
  return judge === null ? guess : guess + (judge - guess) / piJudge;
}

export type ThreePhase = {
  readonly screen: number;
  readonly judge: number | null;
  readonly piJudge: number;
  /** The human label in [0, 1]; null when no human was asked. Humans see judged conversations only. */
  readonly human: number | null;
  /** The probability of the human coin, given that the conversation was judged; null where it was not tossed. */
  readonly piHuman: number | null;
  readonly lambdaScreen: number;
  readonly lambdaJudge: number;
};

/**
 * The same, one phase deeper: screen, judge on some, human on some of those. The estimand is the human's label, and a judge
 * with a constant error is corrected for, not believed.
 *
 * Use it when a cell has human labels; on few of them it is noisy (weight 1/(piJudge piHuman)), and the alarm runs on
 * the judge's scale anyway.
 *
 * Guarantee: unbiased for the human label over both coins, for any screen, judge and lambdas chosen beforehand.
 *
 * @example threePhasePseudoValue({ screen: 0.5, judge: 1, piJudge: 0.8, human: 0, piHuman: 0.25, lambdaScreen: 0.7,
 *   lambdaJudge: 0.9 }) // -3.4625
 *
 * References: Sarndal, Swensson & Wretman (1992) ch. 9; METHOD 2.1.
 */
export function threePhasePseudoValue(unit: ThreePhase): number {
  const { screen, judge, piJudge, human, piHuman, lambdaScreen, lambdaJudge } = unit;
  checkThreePhase(unit);
  const guess = lambdaScreen * screen;
  if (judge === null) return guess;
  const afterJudge = guess + (lambdaJudge * judge - guess) / piJudge;
  if (human === null || piHuman === null) return afterJudge;
  return afterJudge + (human - lambdaJudge * judge) / (piJudge * piHuman);
}

function checkThreePhase({ screen, judge, piJudge, human, piHuman, lambdaScreen, lambdaJudge }: ThreePhase): void {
  requireUnitInterval('screen', screen);
  requireInclusionProbability('piJudge', piJudge);
  if (judge !== null) requireUnitInterval('judge', judge);
  if (human !== null) {
    requireUnitInterval('human', human);
    if (judge === null) throw new RangeError(`human must be null where judge is null, got ${human}`);
    if (piHuman === null) throw new RangeError(`piHuman must be given where human is, got ${piHuman}`);
  }
  if (piHuman !== null) requireInclusionProbability('piHuman', piHuman);
  requireFinite('lambdaScreen', lambdaScreen);
  requireFinite('lambdaJudge', lambdaJudge);
}
