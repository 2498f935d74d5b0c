import type { Alert } from '../domain/alert.ts';

/**
 * The rate that a recovery must be shown to lie below, as the test wants it: LKG's rate and a multiple of it. The multiple is
 * the configured one, but never more than half way up to the rate that raised the alert, or "recovered" would be true of the
 * trouble itself. An LKG that has shown no harm counts as half a harm.
 */
export function recoveryGoal(
  { rate, baseline_rate }: Pick<Alert, 'rate' | 'baseline_rate'>,
  recoveryRatio: number,
): { baselineRate: number; recoveryRatio: number } {
  const baselineRate = Math.max(baseline_rate.value, 0.5 / Math.max(1, baseline_rate.n));
  const halfWay = (baselineRate + Math.max(rate.value, baselineRate)) / 2 / baselineRate;
  return { baselineRate, recoveryRatio: Math.max(1.01, Math.min(recoveryRatio, halfWay)) };
}
