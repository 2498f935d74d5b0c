const year_ms = 365 * 86_400_000;
/** Sums of decimal fractions are off by less. */
const rounding = 1e-9;

export type Spending = { readonly epsilon: number; readonly releasedAt: Date };

export type Budget = {
  readonly left: number;
  readonly allowed: boolean;
  /** When what is asked for is next affordable; null where it is now, or never will be. */
  readonly freesUpAt: Date | null;
};

/**
 * Whether another `epsilon` fits into the year's budget: what is spent in any 365 days together stays within it, which bounds what
 * all releases of a year tell of a person who was there all along (sequential composition: epsilons add up).
 */
export function checkBudget(spendings: readonly Spending[], epsilon: number, epsilonPerYear: number, now: Date): Budget {
  const recent = spendings
    .filter(({ releasedAt }) => now.getTime() - releasedAt.getTime() < year_ms)
    .sort((a, b) => a.releasedAt.getTime() - b.releasedAt.getTime());
  let spent = recent.reduce((sum, spending) => sum + spending.epsilon, 0);
  const left = Math.max(0, epsilonPerYear - spent);
  const fits = () => spent + epsilon <= epsilonPerYear + rounding;
  if (fits()) return { left, allowed: true, freesUpAt: null };
  for (const spending of recent) {
    spent -= spending.epsilon;
    if (fits()) return { left, allowed: false, freesUpAt: new Date(spending.releasedAt.getTime() + year_ms) };
  }
  return { left, allowed: false, freesUpAt: null };
}
