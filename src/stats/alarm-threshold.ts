import { requireAtLeast, requireInclusionProbability, requirePositive } from './argument.ts';

export type AlarmBudget = {
  /** Expected false alarms a year over all cells together. */
  readonly alphaTotal: number;
  /** This cell's share of them; the shares of all cells sum to 1. */
  readonly share: number;
  /** The head start each deployment is given, in days. */
  readonly headStartDays: number;
  readonly deploymentsPerYear: number;
};

/**
 * The value of the e-detector at which a cell alarms: the starting capital laid out in a year over the false alarms we are
 * ready to see in it.
 *
 *   c = (365 + deployments x w0) / (alphaTotal x share)
 *
 * Set it before the year, from the budget. Do not tune it on the data it is applied to: that is what the guarantee forbids.
 *
 * Guarantee: summed over cells, expected false alarms a year <= alphaTotal, whatever the dependence between cells.
 *
 * @example alarmThreshold({ alphaTotal: 0.5, share: 0.1, headStartDays: 14, deploymentsPerYear: 26 }) // 14580
 *
 * References: METHOD 3.3 (iii) and 3.5.
 */
export function alarmThreshold(budget: AlarmBudget): number {
  checkBudget(budget);
  const laidOut = 365 + budget.deploymentsPerYear * budget.headStartDays;
  return laidOut / (budget.alphaTotal * budget.share);
}

/**
 * How many days of starting capital a new version is given, so that one bad from its first hour is found sooner. All
 * deployments of a year together cost at most as much as the year itself.
 *
 * @example headStartDays(26) // 14.038461538461538
 */
export function headStartDays(deploymentsPerYear: number): number {
  requireAtLeast('deploymentsPerYear', deploymentsPerYear, 0);
  return Math.min(90, 365 / deploymentsPerYear);
}

function checkBudget(budget: AlarmBudget): void {
  requirePositive('alphaTotal', budget.alphaTotal);
  requireInclusionProbability('share', budget.share);
  requireAtLeast('headStartDays', budget.headStartDays, 0);
  requireAtLeast('deploymentsPerYear', budget.deploymentsPerYear, 0);
}
