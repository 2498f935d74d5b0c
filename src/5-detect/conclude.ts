import type { Cause, Finding, Interval, Onset, RateInterval } from '../domain/finding.ts';
import { formatShare } from '../domain/format-share.ts';
import { asymptoticRadius } from '../stats/asymptotic-cs.ts';
import { designInterval } from '../stats/design-interval.ts';
import { type ArmEstimate, type CellState, estimateArm } from './cell-state.ts';

export type Conclusion = Omit<Finding, 'cell' | 'baseline' | 'at' | 'onset'>;

export type ConcludeInput = {
  readonly state: CellState;
  readonly latched: boolean;
  readonly logValue: number;
  readonly threshold: number;
  readonly hours: number;
  readonly shiftThatMatters: number;
  readonly coverageFloor: number;
  /** The live rate if its traffic had the baseline's mix of topics; null where that cannot be told. */
  readonly standardisedLive: number | null;
};

const alpha = 0.05;
const days_optimal = 7;

/**
 * What the test says in words: drifted if the detector has crossed; steady if it has not and, at 95 % and at all times
 * together, the live rate lies below `shiftThatMatters` times the baseline's; otherwise inconclusive. Low coverage makes a
 * cell inconclusive whatever its numbers say, unless it has already crossed (missing verdicts are filled against crossing).
 */
export function conclude(input: ConcludeInput): Conclusion {
  const { state, threshold } = input;
  const eValue = Math.min(Math.exp(input.logValue), Number.MAX_VALUE);
  const live = estimateArm(state.live);
  const baseline = estimateArm(state.baseline);
  const base = { eValue, threshold };
  if (live === null || baseline === null) {
    const because = `${live === null ? 'the live version' : 'the baseline'} has no scored conversations in this cell`;
    return { ...base, verdict: 'no-data', cause: 'none', because, rate: null, baselineRate: null, ratio: null };
  }
  const rate = withInterval(live);
  const baselineRate = withInterval(baseline);
  const ratio = ratioSequence(live, baseline, input.hours);
  const numbers = { ...base, rate, baselineRate, ratio };
  const coverage = Math.min(coverageOf(state.recentLive), coverageOf(state.recentBaseline));
  if (input.latched) {
    const { cause, because } = nameCause(input, live.rate, baseline.rate, coverage);
    return { ...numbers, verdict: 'drifted', cause, because };
  }
  if (coverage < input.coverageFloor) {
    const because = `only ${formatShare(coverage)} of what was due has a verdict, below the floor of ${formatShare(input.coverageFloor)}`;
    return { ...numbers, verdict: 'inconclusive', cause: 'coverage', because };
  }
  if (ratio.high < input.shiftThatMatters) {
    const bound = `the ratio to the baseline is at most ${ratio.high.toFixed(2)}, below the ${input.shiftThatMatters} that matters`;
    const because = ratio.high < 1 ? `improved: ${bound}` : bound;
    return { ...numbers, verdict: 'steady', cause: 'none', because };
  }
  const because = `no alarm, but the ratio to the baseline could still be ${ratio.high.toFixed(2)}`;
  return { ...numbers, verdict: 'inconclusive', cause: 'none', because };
}

/** Worst plausible cause first; each sentence carries the numbers that led to it. */
function nameCause(input: ConcludeInput, live: number, baseline: number, coverage: number): { cause: Cause; because: string } {
  const rose = `${formatShare(baseline)} to ${formatShare(live)}`;
  if (!input.state.sameRater) {
    return { cause: 'judge', because: `the arms were rated by different rater revisions in some batch (${rose})` };
  }
  const standardised = input.standardisedLive;
  if (standardised !== null && standardised - baseline < 0.5 * (live - baseline)) {
    const because = `${rose}, but ${formatShare(standardised)} with the baseline's mix of topics: most of the change is who asks what`;
    return { cause: 'traffic mix', because };
  }
  if (coverage < input.coverageFloor) {
    return {
      cause: 'coverage',
      because: `${rose}, with only ${formatShare(coverage)} of due ratings in; missing ones were filled against the alarm`,
    };
  }
  const mix = standardised === null ? '' : ` (${formatShare(standardised)} with the baseline's mix of topics)`;
  return {
    cause: 'model',
    because: `${rose}${mix} while both versions ran side by side, rated by the same rater in the same hours`,
  };
}

function withInterval(arm: { rate: number; n: number; nEff: number }): RateInterval {
  const { low, high } = designInterval({
    rate: arm.rate,
    n: arm.n,
    nEff: arm.nEff,
    df: Math.max(0, arm.n - 1),
    confidence: 0.95,
  });
  return { value: arm.rate, low, high, n: arm.n };
}

/**
 * The ratio since the detector began with a 95 % confidence sequence: valid at the moment of an alarm, whatever made us look
 * (METHOD part 4), by the delta method on its logarithm. Half a harm is added to each arm, so that an arm that has shown
 * none yet still has a ratio, and a wide one.
 */
function ratioSequence(live: ArmEstimate, baseline: ArmEstimate, hours: number): Interval {
  const a = withHalfHarm(live);
  const b = withHalfHarm(baseline);
  const n = live.n + baseline.n;
  const nOpt = Math.max(1, (n / Math.max(1, hours)) * 24 * days_optimal);
  const radius = asymptoticRadius({ variance: a.relativeVariance + b.relativeVariance, n, nOpt, alpha });
  const value = a.rate / b.rate;
  return { value, low: value * Math.exp(-radius), high: value * Math.exp(radius) };
}

function withHalfHarm({ rate, variance, n }: ArmEstimate): { rate: number; relativeVariance: number } {
  const shrunk = (rate * n + 0.5) / (n + 1);
  return { rate: shrunk, relativeVariance: Math.max(variance, (shrunk * (1 - shrunk)) / (n + 1)) / shrunk ** 2 };
}

function coverageOf({ due, scored }: { due: number; scored: number }): number {
  return due === 0 ? 1 : scored / due;
}

/** The batches in which the change may have begun, from positions in the list of steps. */
export function onsetFrom(found: { index: number; low: number; high: number } | null, batches: readonly Date[]): Onset | null {
  const at = found === null ? undefined : batches[found.index];
  const low = found === null ? undefined : batches[found.low];
  const high = found === null ? undefined : batches[found.high];
  return at === undefined || low === undefined || high === undefined ? null : { at, low, high };
}
