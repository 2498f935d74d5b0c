import type { Finding } from '../domain/finding.ts';

type Rate = Pick<NonNullable<Finding['rate']>, 'value' | 'n'>;

/**
 * The rate that a recovery must be shown to lie below, as the test wants it: LKG's rate and a multiple of it. The multiple is
 * the configured one, but never more than half way up to the rate that raised the alert, or "recovered" would be true of the
 * trouble itself. An LKG that has shown no harm counts as half a harm.
 */
export function recoveryGoal(
  { rate, baselineRate: lkg }: { rate: Rate; baselineRate: Rate },
  recoveryRatio: number,
): { baselineRate: number; recoveryRatio: number } {
  const baselineRate = Math.max(lkg.value, 0.5 / Math.max(1, lkg.n));
  const halfWay = (baselineRate + Math.max(rate.value, baselineRate)) / 2 / baselineRate;
  return { baselineRate, recoveryRatio: Math.max(1.01, Math.min(recoveryRatio, halfWay)) };
}
