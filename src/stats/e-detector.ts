import { requireAtLeast } from './argument.ts';
import { logAddExp, logMeanExp } from './log-sum-exp.ts';

/** The log of each bet's accumulated evidence; -Infinity is none yet. */
export type EDetectorState = { readonly logR: readonly number[] };

export type EDetectorStep = {
  /** One log factor per bet, each with E[exp] <= 1 while nothing is wrong (`logBatchFactors`). */
  readonly logFactors: readonly number[];
  /** New starting capital: 1/24 for an hour, so that each day begins one more test. 0 makes an ordinary e-process. */
  readonly startMass: number;
};

/**
 * The alarm: a mixture of Shiryaev-Roberts e-detectors. Each bet's capital grows by `R <- (R + startMass) F`, which is the
 * sum, over all moments at which the change may have begun, of the evidence since then.
 *
 * It reacts quickly because old quiet days are not held against a new change, unlike a test since day 0 (which takes 2-8
 * times as long after a quiet quarter). It lies when the factors do: ignored clusters, wrong weights, a batch used twice. For
 * a question with a known start ("has the rollback worked?") use `recovery-test.ts`. Look as often as you like.
 *
 * Guarantee: with head start w0 and start mass 1 a day, P(alarm within n days) <= (w0 + n)/c for the rule "mean R >= c", and
 * mean time to a false alarm >= c - w0 days, at any looks, for any dependence between batches or cells.
 * `alarm-threshold.ts` chooses c.
 *
 * @example stepEDetector(newEDetector(1, 0), { logFactors: [Math.log(3)], startMass: 1 }) // { logR: [log 3] }
 *
 * References: Shin, Ramdas & Rinaldo (2024) NEJSDS, Definition 2.2 and Algorithm 1 (SR); METHOD 3.3.
 */
export function newEDetector(nBets: number, headStart: number): EDetectorState {
  if (!Number.isInteger(nBets) || nBets < 1) throw new RangeError(`nBets must be a positive integer, got ${nBets}`);
  requireAtLeast('headStart', headStart, 0);
  return { logR: new Array<number>(nBets).fill(Math.log(headStart)) };
}

export function stepEDetector(state: EDetectorState, { logFactors, startMass }: EDetectorStep): EDetectorState {
  checkStep(state, { logFactors, startMass });
  const logMass = Math.log(startMass);
  return { logR: state.logR.map((logR, k) => logAddExp(logR, logMass) + (logFactors[k] ?? 0)) };
}

/** log of the mean of R over the bets: alarm when it reaches log c. */
export function logValue(state: EDetectorState): number {
  return logMeanExp(state.logR);
}

function checkStep(state: EDetectorState, { logFactors, startMass }: EDetectorStep): void {
  if (logFactors.length !== state.logR.length) {
    throw new RangeError(`logFactors must have one entry per bet (${state.logR.length}), got ${logFactors.length}`);
  }
  for (const logFactor of logFactors) {
    if (!Number.isFinite(logFactor)) throw new RangeError(`logFactors must be finite, got ${logFactor}`);
  }
  requireAtLeast('startMass', startMass, 0);
}
