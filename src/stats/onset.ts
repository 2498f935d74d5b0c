import { requireAtLeast } from './argument.ts';
import { logMeanExp } from './log-sum-exp.ts';

export type Onset = {
  /** The day from which the evidence is greatest. */
  readonly index: number;
  /** First and last day whose evidence is within the support ratio of the greatest. */
  readonly low: number;
  readonly high: number;
  /** log E at `index`. */
  readonly logEvidence: number;
};

/**
 * When did it begin? For each day j, the evidence of the data from j on, E_j = mean_k prod_{t >= j} F_t(kappa_k); the day with
 * most of it, and the days nearly as good.
 *
 * Use after an alarm, on that alarm's daily log factors (rows are days, columns bets). Without an alarm it still names a day,
 * and means nothing. Show the support set, not only the day: for small rises it spans weeks. It is an interval around the
 * set, which itself may have gaps.
 *
 * Guarantee: none exact. Simulated coverage of the support set: 0.97-1.00 at ratio 100, 0.92-0.99 at 30, 0.81-0.996 at 10. Of
 * days with equal evidence the first is named.
 *
 * @returns null when there are no days.
 * @example locateOnset([[-1], [2], [1]], { supportRatio: 10 }) // { index: 1, low: 0, high: 2, logEvidence: 3 }
 *
 * References: METHOD 4 "Change day" and table 9.8; for exact conditional coverage, Saha & Ramdas (2025) arXiv 2502.06096.
 */
export function locateOnset(
  logFactors: readonly (readonly number[])[],
  { supportRatio }: { readonly supportRatio: number },
): Onset | null {
  requireAtLeast('supportRatio', supportRatio, 1);
  const nBets = logFactors[0]?.length;
  if (nBets === undefined) return null;

  const since = new Array<number>(nBets).fill(0);
  const logEvidence = new Array<number>(logFactors.length).fill(0);
  for (let day = logFactors.length - 1; day >= 0; day--) {
    const factors = logFactors[day] ?? [];
    requireSameBets(day, factors, nBets);
    for (const [k, logFactor] of factors.entries()) since[k] = (since[k] ?? 0) + logFactor;
    logEvidence[day] = logMeanExp(since);
  }

  const greatest = logEvidence.reduce((max, e) => Math.max(max, e), -Infinity);
  const supported = (e: number): boolean => e >= greatest - Math.log(supportRatio);
  return {
    index: logEvidence.indexOf(greatest),
    low: logEvidence.findIndex(supported),
    high: logEvidence.findLastIndex(supported),
    logEvidence: greatest,
  };
}

function requireSameBets(day: number, factors: readonly number[], nBets: number): void {
  if (factors.length !== nBets) {
    throw new RangeError(`logFactors must have ${nBets} bets on every day, got ${factors.length} on day ${day}`);
  }
  for (const logFactor of factors) {
    if (!Number.isFinite(logFactor)) throw new RangeError(`logFactors must be finite, got ${logFactor} on day ${day}`);
  }
}
