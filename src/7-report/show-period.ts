import type { Cohort } from '../domain/cell.ts';
import type { RatePoint } from '../domain/rate-point.ts';
import { mergeDays, type PeriodRate } from './merge-days.ts';

/** A cell's rate over a period as far as it may be seen, or that it may not. */
export type ShownPeriod =
  | {
      readonly rate: PeriodRate;
      readonly withheld: null;
      /** Days whose people are left out of the rate, because they were too few to be shown. */
      readonly daysLeftOut: number;
    }
  | { readonly rate: null; readonly withheld: string; readonly daysLeftOut: number };

export type PeriodCell = { readonly version: string; readonly dimension: string; readonly cohort: Cohort };

/**
 * What may be seen of one cell's week: the week's own point, which counts each person once, else the sum of the days that may be
 * shown.
 * @param points all points of the week; `hidden` those of them that `withholdPoints` found.
 * @returns null when nothing was scored.
 */
export function showPeriod(
  points: readonly RatePoint[],
  hidden: ReadonlySet<RatePoint>,
  { version, dimension, cohort }: PeriodCell,
  reason: string,
): ShownPeriod | null {
  const own = points.filter(
    ({ cell }) =>
      cell.version === version &&
      cell.dimension === dimension &&
      cell.cohort.facet === cohort.facet &&
      cell.cohort.value === cohort.value,
  );
  const week = mergeDays(own.filter((point) => point.grain === 'week' && !hidden.has(point)));
  if (week !== null) return { rate: week, withheld: null, daysLeftOut: 0 };
  const days = own.filter(({ grain }) => grain === 'day');
  const rate = mergeDays(days.filter((point) => !hidden.has(point)));
  const daysLeftOut = days.filter((point) => hidden.has(point)).length;
  if (rate !== null) return { rate, withheld: null, daysLeftOut };
  return own.some((point) => hidden.has(point)) ? { rate: null, withheld: reason, daysLeftOut } : null;
}
