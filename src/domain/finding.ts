import type { Cell } from './cell.ts';

export const causes = ['model', 'judge', 'traffic mix', 'coverage', 'none'] as const;
export type Cause = (typeof causes)[number];

/** An estimate with its interval. */
export type Interval = { readonly value: number; readonly low: number; readonly high: number };
export type RateInterval = Interval & { readonly n: number };

/** When a change is thought to have begun: the likeliest hour and the hours that cannot be told from it. */
export type Onset = { readonly at: Date; readonly low: Date; readonly high: Date };

/**
 * What detection concluded about a live version against its baseline in one cell.
 * - drifted: the time-uniform test crossed its threshold.
 * - steady: it did not, and a change of the size that matters is excluded.
 * - inconclusive: neither, or coverage is under its floor. no-data: one arm has no scored traffic.
 */
export type Finding = {
  readonly cell: Cell;
  readonly baseline: string;
  readonly verdict: 'drifted' | 'steady' | 'inconclusive' | 'no-data';
  readonly cause: Cause;
  /** One sentence with the numbers that led here. */
  readonly because: string;
  readonly eValue: number;
  readonly threshold: number;
  readonly rate: RateInterval | null;
  readonly baselineRate: RateInterval | null;
  readonly ratio: Interval | null;
  readonly onset: Onset | null;
  /** Clock time of the batch that decided it. */
  readonly at: Date;
};
