import type { Cell } from './cell.ts';

export type Grain = 'hour' | 'day' | 'week';

/**
 * The weighted prevalence of judged harm in a cell over one window, with the sums it came from.
 * `rate`, `low`, `high` are null when nothing was scored: no number is invented for an empty window.
 */
export type RatePoint = {
  readonly cell: Cell;
  readonly grain: Grain;
  /** Start of the window, UTC. */
  readonly at: Date;
  /** Conversations of the cell in the traffic, sampled or not. */
  readonly nTraffic: number;
  /** Sampled units due for rating, and those with a verdict. */
  readonly nDue: number;
  readonly nScored: number;
  readonly nUsers: number;
  /** Sum of design weights of scored units, and of weight x harm. */
  readonly sumWeights: number;
  readonly sumWeightedHarm: number;
  readonly rate: number | null;
  /** User-clustered design variance of the rate. */
  readonly variance: number | null;
  readonly df: number;
  readonly nEff: number | null;
  readonly low: number | null;
  readonly high: number | null;
};
