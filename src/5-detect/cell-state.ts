import type { ClusterSum } from '../stats/contrast-bet.ts';
import { betRatios } from '../stats/contrast-bet.ts';
import { type EDetectorState, newEDetector } from '../stats/e-detector.ts';

/** Running sums of one arm since the detector began: enough for its rate and its user-clustered variance at any time. */
export type ArmSums = {
  readonly n: number;
  readonly w: number;
  readonly s: number;
  readonly ww: number;
  readonly sw: number;
  readonly ss: number;
};

/** Forgotten sums, all with the same clock: what the next batch is planned with. */
type Recent = { readonly squares: number; readonly expected: number; readonly due: number; readonly scored: number };

/** Everything one cell's detector remembers: constant in size, whatever the history. */
export type CellState = {
  readonly detector: EDetectorState;
  /** The highest log value so far: the evidence an alarm was raised on, whatever later hours added or took. */
  readonly peakLogValue: number | null;
  readonly live: ArmSums;
  readonly baseline: ArmSums;
  readonly recentLive: Recent;
  readonly recentBaseline: Recent;
  /** Baseline conversations of the cell so far: its weight in the baseline's mix. */
  readonly baselineTraffic: number;
  /** Harm and conversations behind m, the common rate under the null: forgotten with a half-life of 14 days. */
  readonly harm: number;
  readonly conversations: number;
  /** Whether both arms were rated by one revision in every batch so far. */
  readonly sameRater: boolean;
};

const prior_conversations = 2_000;
const prior_deff = 1.3;
const prior_deff_conversations = 500;
const none: ArmSums = { n: 0, w: 0, s: 0, ww: 0, sw: 0, ss: 0 };

/** A new detector. The prior is worth 2,000 conversations at the rate LKG has had; it costs power if wrong, not validity. */
export function newCellState(priorRate: number, headStart: number): CellState {
  const m = clampRate(priorRate);
  const expected = prior_deff_conversations * m * (1 - m);
  const recent: Recent = { squares: prior_deff * expected, expected, due: 0, scored: 0 };
  return {
    detector: newEDetector(betRatios.length, headStart),
    peakLogValue: null,
    live: none,
    baseline: none,
    recentLive: recent,
    recentBaseline: recent,
    baselineTraffic: 0,
    harm: m * prior_conversations,
    conversations: prior_conversations,
    sameRater: true,
  };
}

/** Keeps a rate where bets are defined. */
export function clampRate(rate: number): number {
  return Math.min(0.9, Math.max(0.000_1, rate));
}

/** @param scale what a conversation of the batch's traffic counts for. */
export function addClusters(sums: ArmSums, clusters: readonly ClusterSum[], n: number, scale: number): ArmSums {
  let { w, s, ww, sw, ss } = sums;
  for (const cluster of clusters) {
    const weight = cluster.weight * scale;
    const weightedSum = cluster.weightedSum * scale;
    w += weight;
    s += weightedSum;
    ww += weight * weight;
    sw += weightedSum * weight;
    ss += weightedSum * weightedSum;
  }
  return { n: sums.n + n, w, s, ww, sw, ss };
}

export type ArmEstimate = { readonly rate: number; readonly variance: number; readonly n: number; readonly nEff: number };

/** Rate and variance from running sums; null before anything was scored. Clusters are users within a batch. */
export function estimateArm({ n, w, s, ww, sw, ss }: ArmSums): ArmEstimate | null {
  if (w === 0) return null;
  const rate = s / w;
  const variance = Math.max(0, ss - 2 * rate * sw + rate * rate * ww) / (w * w);
  const binomial = rate * (1 - rate);
  return { rate, variance, n, nEff: variance > 0 && binomial > 0 ? binomial / variance : n };
}

/** JSON has no minus infinity, which is where an empty detector starts. */
export function toJson(state: CellState): object {
  return { ...state, detector: { logR: state.detector.logR.map((x) => (Number.isFinite(x) ? x : null)) } };
}

export function fromJson(json: object): CellState {
  const state = json as CellState & { detector: { logR: (number | null)[] } };
  return { ...state, detector: { logR: state.detector.logR.map((x) => x ?? Number.NEGATIVE_INFINITY) } };
}
