import { contrastBets, logBatchFactors } from '../stats/contrast-bet.ts';
import { logValue, stepEDetector } from '../stats/e-detector.ts';
import type { ArmBatch } from './arm-batch.ts';
import { addClusters, type CellState, clampRate } from './cell-state.ts';

/** What the traffic log and the design, not the verdicts, say of one arm of a batch. */
export type ArmDesign = {
  /** Conversations of the cell in the traffic. */
  readonly n: number;
  /** Rated conversations the design expects. */
  readonly nu: number;
  /** The most weight one user could bring. */
  readonly maxUserWeight: number;
};

export type CellBatch = {
  readonly live: ArmBatch & ArmDesign;
  readonly baseline: ArmBatch & ArmDesign;
  /** Tolerated ratio. */
  readonly r0: number;
  /** New starting capital of this hour. */
  readonly startMass: number;
  readonly threshold: number;
};

/** What is written down of a batch: with the verdicts of its hour, enough to compute it again and explain it. */
export type CellStep = {
  readonly logF: readonly number[];
  readonly kappas: readonly number[];
  readonly startMass: number;
  readonly logValue: number;
  readonly threshold: number;
  readonly m: number;
  readonly nLive: number;
  readonly nBaseline: number;
  readonly trafficLive: number;
  readonly trafficBaseline: number;
  readonly crossed: boolean;
};

const hourly = (half_life_days: number) => 0.5 ** (1 / (24 * half_life_days));
const forget_rate = hourly(14);
const forget_deff = hourly(28);
const forget_coverage = hourly(1);

/**
 * Takes one closed batch into one cell (METHOD 3.1 to 3.4): bet with what was known before, then learn from the batch.
 * @returns null when either arm had no traffic: no evidence, no spend, no change.
 */
export function stepCell(state: CellState, batch: CellBatch): { state: CellState; step: CellStep } | null {
  const { live, baseline, r0 } = batch;
  if (live.n === 0 || baseline.n === 0 || live.nu === 0 || baseline.nu === 0) return null;
  const m = clampRate(state.harm / state.conversations);
  const kappas = contrastBets({
    m,
    r0,
    nuLive: live.nu,
    nuBaseline: baseline.nu,
    deffLive: deff(state.recentLive),
    deffBaseline: deff(state.recentBaseline),
    nTrafficLive: live.n,
    nTrafficBaseline: baseline.n,
    maxNegativeLive: m * live.maxUserWeight,
    maxPositiveBaseline: (1 - m / r0) * baseline.maxUserWeight,
  });
  const logF = logBatchFactors({
    kappas,
    m,
    r0,
    nTrafficLive: live.n,
    nTrafficBaseline: baseline.n,
    live: live.clusters,
    baseline: baseline.clusters,
  });
  const detector = stepEDetector(state.detector, { logFactors: logF, startMass: batch.startMass });
  const value = logValue(detector);
  return {
    state: { ...learn(state, batch, m), detector, peakLogValue: Math.max(state.peakLogValue ?? value, value) },
    step: {
      logF,
      kappas,
      startMass: batch.startMass,
      logValue: value,
      threshold: batch.threshold,
      m,
      nLive: live.nScored,
      nBaseline: baseline.nScored,
      trafficLive: live.n,
      trafficBaseline: baseline.n,
      crossed: value >= Math.log(batch.threshold),
    },
  };
}

/** The conservative design effect: never below 1 by luck. */
function deff({ squares, expected }: { squares: number; expected: number }): number {
  return Math.min(20, Math.max(1, squares / expected));
}

function learn(state: CellState, { live, baseline, r0 }: CellBatch, m: number): CellState {
  // Both arms weigh an hour alike, by what the design could learn from it, so that what moves both moves neither rate, and an
  // hour in which one arm was hardly sampled does not swamp the rest.
  const share = (live.nu * baseline.nu) / (live.nu + baseline.nu);
  const liveShare = meanShare(live);
  const baselineShare = meanShare(baseline);
  return {
    ...state,
    live: addClusters(state.live, live.scored, live.nScored, share / live.n),
    baseline: addClusters(state.baseline, baseline.scored, baseline.nScored, share / baseline.n),
    baselineTraffic: state.baselineTraffic + baseline.n,
    recentLive: learnArm(state.recentLive, live, m),
    recentBaseline: learnArm(state.recentBaseline, baseline, m / r0),
    harm: forget_rate * state.harm + liveShare.harm + baselineShare.harm,
    conversations: forget_rate * state.conversations + liveShare.n + baselineShare.n / r0,
    sameRater: state.sameRater && sameSet(live.raterRevisions, baseline.raterRevisions),
  };
}

/** The arm's harm on the scale of conversations rated, so that a thinly sampled arm does not outvote a full one. */
function meanShare(arm: ArmBatch): { harm: number; n: number } {
  let weight = 0;
  let harm = 0;
  for (const cluster of arm.scored) {
    weight += cluster.weight;
    harm += cluster.weightedSum;
  }
  return weight === 0 ? { harm: 0, n: 0 } : { harm: (harm / weight) * arm.nScored, n: arm.nScored };
}

function learnArm(recent: CellState['recentLive'], arm: ArmBatch & ArmDesign, m: number): CellState['recentLive'] {
  const scale = arm.nu / arm.n;
  let squares = 0;
  for (const { weightedSum, weight } of arm.clusters) squares += (scale * (weightedSum - m * weight)) ** 2;
  return {
    squares: forget_deff * recent.squares + squares,
    expected: forget_deff * recent.expected + arm.nu * m * (1 - m),
    due: forget_coverage * recent.due + arm.nDue,
    scored: forget_coverage * recent.scored + arm.nScored,
  };
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === 0 || b.size === 0 || (a.size === b.size && [...a].every((revision) => b.has(revision)));
}
