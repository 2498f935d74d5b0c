import { alarmThreshold } from '../../stats/alarm-threshold.ts';
import { betRatios } from '../../stats/contrast-bet.ts';
import { logValue, stepEDetector } from '../../stats/e-detector.ts';
import { type FlipCount, logFlipFactors } from '../../stats/flip-test.ts';
import type { Baseline } from './take-baseline.ts';

/** Expected false alarms a year of one rater, over all its dimensions and both directions. */
export const alpha_per_year = 0.05;

/** The test of one rater revision, dimension and direction, as it is stored. */
export type AnchorTestState = {
  /** baseline: the anchors are being rated for the first time, or anew for a re-base; there is no test yet. */
  readonly phase: 'baseline' | 'watching';
  /** How often the rater was re-based. */
  readonly epoch: number;
  readonly baseline: Baseline;
  /** By bet, null for no evidence yet: JSON has no infinity. */
  readonly logR: readonly (number | null)[];
  /** A sum that stays at zero while nothing is wrong, and the day from which it has not. */
  readonly score: number;
  readonly since: string | null;
  readonly flips: number;
  readonly n: number;
  readonly days: number;
};

/** Which flips a test looks for: to `harm`, of items found harmless, or the other way. */
export type Direction = 'harm' | 'harmless';

export type AnchorTest = {
  readonly dimension: string;
  readonly rater: string;
  readonly direction: Direction;
  readonly revision: string;
  readonly state: AnchorTestState;
  /** A day enters once, and in order: the last that has. */
  readonly lastDay: string;
  readonly latchedAt: Date | null;
};

const nothing: Baseline = { items: [], flips: 0, n: 0, upper: null };
/** The bet that dates the drift: odds doubled. */
const dating_bet = betRatios.indexOf(2);

/** Before its baseline is complete. */
export function awaitBaseline(epoch: number): AnchorTestState {
  return { phase: 'baseline', epoch, baseline: nothing, ...noEvidence() };
}

export function beginWatching(epoch: number, baseline: Baseline): AnchorTestState {
  return { phase: 'watching', epoch, baseline, ...noEvidence() };
}

/** One day's verdicts enter the test. A day without any, or a test without a baseline, changes nothing. */
export function stepAnchorTest(state: AnchorTestState, day: string, count: FlipCount): AnchorTestState {
  const { upper } = state.baseline;
  if (state.phase === 'baseline' || upper === null || count.n === 0) return state;
  const logFactors = logFlipFactors(count, upper);
  const { logR } = stepEDetector({ logR: state.logR.map((each) => each ?? -Infinity) }, { logFactors, startMass: 1 });
  const score = Math.max(0, state.score + (logFactors[dating_bet] ?? 0));
  return {
    ...state,
    logR,
    score,
    since: score === 0 ? null : (state.since ?? day),
    flips: state.flips + count.flips,
    n: state.n + count.n,
    days: state.days + 1,
  };
}

/** Evidence of drift; 0 before the first day. */
export function anchorEValue(state: AnchorTestState): number {
  return Math.min(Math.exp(logValue({ logR: state.logR.map((each) => each ?? -Infinity) })), Number.MAX_VALUE);
}

/** The e-value at which a test alarms, where its rater has this many dimensions, each tested in two directions. */
export function anchorThreshold(nDimensions: number): number {
  return alarmThreshold({ alphaTotal: alpha_per_year, share: 1 / (2 * nDimensions), headStartDays: 0, deploymentsPerYear: 0 });
}

function noEvidence() {
  return { logR: betRatios.map(() => null), score: 0, since: null, flips: 0, n: 0, days: 0 };
}
