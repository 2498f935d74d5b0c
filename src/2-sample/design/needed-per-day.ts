import { contrastGrowth } from '../../stats/growth.ts';

export type Need = {
  /** Current rates of the watched dimensions, everybody's, with their design effects. */
  readonly rates: readonly { readonly rate: number; readonly deff: number }[];
  /** The rise that has to be found: 1.25 is a quarter more. */
  readonly shift: number;
  /** Mean days it may take. */
  readonly days: number;
  /** What the detector of a pooled cell alarms at (`alarmThreshold`). */
  readonly threshold: number;
};

/**
 * Rated conversations a day that each of two equal arms needs, so that a rise by `shift` is found within `days` on average in
 * every watched dimension. More would buy nothing that anybody asked for: it is the most a plan may want, whatever the budget.
 *
 * Solves T = log(c g)/g for g at T = days, then g for conversations. The rarest harm decides, which for harm in the thousandths
 * is far beyond any budget; a frequent harm alone needs little.
 *
 * @returns Infinity when nothing bounds it: no rates yet, or one that is 0 or 1.
 * @example neededPerDay({ rates: [{ rate: 0.1, deff: 1.2 }], shift: 1.25, days: 1, threshold: 10_000 }) // 8929.92
 * References: METHOD 8, two arms; an extrapolation from one arm, so a plan and no promise.
 */
export function neededPerDay({ rates, shift, days, threshold }: Need): number {
  if (rates.length === 0) return Infinity;
  const growth = neededGrowth(threshold, days);
  let most = 0;
  for (const { rate, deff } of rates) {
    if (rate <= 0 || rate >= 1) return Infinity;
    // A rate near 1 cannot rise by a quarter: halfway to certain is as bad as it gets.
    const pLive = Math.min(rate * shift, (1 + rate) / 2);
    const perConversation = contrastGrowth({ pLive, pBaseline: rate, nLivePerDay: 1, nBaselinePerDay: 1, deff });
    most = Math.max(most, growth / perConversation);
  }
  return most;
}

/** Nats a day at which log(c g)/g = days, and at least 1/days (METHOD 8). The iteration contracts by 1/(g days) a step. */
function neededGrowth(threshold: number, days: number): number {
  let growth = 1 / days;
  for (let i = 0; i < 200; i++) growth = Math.max(1 / days, Math.log(threshold * growth) / days);
  return growth;
}
