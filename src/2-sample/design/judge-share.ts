/** What one judge may still be asked today, and what a sample asks of it. */
export type JudgeAllowance = {
  /** Calls left of the day's budget, in calls or in money, whichever ends first; Infinity where nothing limits it. */
  readonly callsLeft: number;
  /** Calls that samples already drawn still wait for. */
  readonly callsOwed: number;
  /** Calls that one judged sample takes. */
  readonly callsPerSample: number;
};

/** What stays in hand, because a Poisson sample may come out larger than planned. */
const reserve = 0.05;
/** Over budget means fewer calls at a known probability, never none. */
export const leastShare = 0.01;

/**
 * The share of the samples to come that the judges' budgets leave room for: what is left of the day, spread evenly over the
 * samples the rest of the day is expected to bring. The judge with the least room decides, since one coin serves them all.
 *
 * @param expectedSamples until the end of the UTC day.
 * @param most the share wanted where money is no object.
 * @returns in [min(leastShare, most), most].
 * @example judgeShare([{ callsLeft: 1000, callsOwed: 0, callsPerSample: 1 }], 1900, 1) // 0.5
 */
export function judgeShare(judges: readonly JudgeAllowance[], expectedSamples: number, most: number): number {
  let share = most;
  for (const { callsLeft, callsOwed, callsPerSample } of judges) {
    if (callsLeft === Infinity || callsPerSample === 0 || expectedSamples === 0) continue;
    share = Math.min(share, ((1 - reserve) * callsLeft - callsOwed) / (callsPerSample * expectedSamples));
  }
  return Math.max(Math.min(leastShare, most), share);
}
