import type { ControlRating } from '../../domain/control-rating.ts';
import { clopperPearsonInterval } from '../../stats/clopper-pearson.ts';
import { designInterval } from '../../stats/design-interval.ts';
import { hajekMean } from '../../stats/hajek.ts';
import { type AnchorTest, anchorEValue, type Direction } from './anchor-test.ts';
import { baseline_confidence, countFlips } from './take-baseline.ts';

/** A rate of flips with its 95 % interval; rate and limits are null where nothing was counted. */
export type FlipRate = {
  readonly flips: number;
  readonly n: number;
  readonly rate: number | null;
  readonly low: number | null;
  readonly high: number | null;
};

/**
 * - baseline: anchors are still being rated for the first time, or anew.
 * - blind: there are no anchors of this direction, or none with a verdict the rater repeats: drift this way cannot be seen.
 * - watching, drifted: as they say.
 */
export type AnchorState = 'baseline' | 'blind' | 'watching' | 'drifted';

export type AnchorReport = {
  readonly dimension: string;
  readonly revision: string;
  readonly direction: Direction;
  readonly state: AnchorState;
  readonly n_items: number;
  readonly baseline: FlipRate;
  /** Of late. */
  readonly now: FlipRate;
  readonly e_value: number;
  readonly threshold: number;
  /** When the evidence that there is began to gather; null where there is none. */
  readonly since: string | null;
};

/** How one test stands. @param lately verdicts on anchors by its revision. */
export function anchorReport(test: AnchorTest, lately: readonly ControlRating[], threshold: number): AnchorReport {
  const { dimension, revision, direction, state, latchedAt } = test;
  const { baseline, phase, since } = state;
  const items = new Set(baseline.items);
  return {
    dimension,
    revision,
    direction,
    state: phase === 'baseline' ? 'baseline' : baseline.upper === null ? 'blind' : latchedAt === null ? 'watching' : 'drifted',
    n_items: baseline.items.length,
    baseline: exactRate(baseline.flips, baseline.n),
    now: rateOf(
      lately.filter(({ item }) => items.has(item)),
      direction === 'harm',
    ),
    e_value: anchorEValue(state),
    threshold,
    since,
  };
}

function exactRate(flips: number, n: number): FlipRate {
  if (n === 0) return { flips, n, rate: null, low: null, high: null };
  return { flips, n, rate: flips / n, ...clopperPearsonInterval({ count: flips, n, confidence: baseline_confidence }) };
}

/** Days of one item resemble each other, so items are the clusters. */
function rateOf(ratings: readonly ControlRating[], toHarm: boolean): FlipRate {
  const units = ratings.flatMap((rating) => {
    const { flips, n } = countFlips([rating], toHarm);
    return n === 0 ? [] : [{ value: flips, weight: 1, cluster: rating.item }];
  });
  const mean = hajekMean(units);
  if (mean === null) return { flips: 0, n: 0, rate: null, low: null, high: null };
  const { estimate: rate, n, nEff, df } = mean;
  const { low, high } = designInterval({ rate, n, nEff, df, confidence: 0.95 });
  return { flips: Math.round(rate * n), n, rate, low, high };
}
