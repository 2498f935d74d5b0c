import { type Coin, coinOf } from './coin.ts';

/** How a user's many conversations of one day are thinned: all of the first `free`, then fewer, never under `floor`. */
export type Cap = { readonly free: number; readonly floor: number };

/** Settings of METHOD 1.5. */
export const defaultCap: Cap = { free: 3, floor: 0.1 };

/**
 * The probability of keeping a user's j-th conversation of the day: 1 for j <= free, then max(floor, (free/j)^2).
 * A hard cap would make the later conversations of heavy users unobservable, which is exactly where escalation is.
 * Expected kept <= 2 free + floor n.
 *
 * @example capProbability(6) // 0.25
 * @throws RangeError if j is not a positive integer.
 */
export function capProbability(j: number, cap: Partial<Cap> = {}): number {
  return Math.max(cap.floor ?? defaultCap.floor, countedWeight(j, cap));
}

/**
 * How much a user's j-th conversation of the day counts in every rate: min(1, (free/j)^2).
 *
 * What is estimated is the rate of *capped conversations*. A day of one user counts for less than 2 free of them
 * (free + free^2 sum_{j>free} 1/j^2 < 2 free), however many are sent, so that no account can move a rate or, through the
 * clipped bets, blind the alarm. Below free + 1 conversations a day it is the plain rate. The rate of all conversations can
 * still be computed: weigh by 1/pi in place of counted/pi, which the stored probabilities allow. Source: METHOD 1.5.
 *
 * @example countedWeight(6) // 0.25
 * @throws RangeError if j is not a positive integer.
 */
export function countedWeight(j: number, { free }: Partial<Cap> = {}): number {
  if (!Number.isInteger(j) || j < 1) throw new RangeError(`j must be a positive integer, not ${j}`);
  return Math.min(1, ((free ?? defaultCap.free) / j) ** 2);
}

/** What a conversation's coins are about. Part of it is the day, so that nobody is in the sample for good. */
export type CoinUnit = {
  /** Version of the sampling design: a new one redraws everything. */
  readonly design: string;
  /** UTC day of the conversation, `YYYY-MM-DD`. */
  readonly day: string;
  readonly user: string;
  readonly conversation: string;
};

export type InclusionInput = CoinUnit & {
  readonly key: Uint8Array;
  readonly piSample: number;
  /** Which of the user's conversations of the day this is, from 1. */
  readonly nthToday: number;
  /** Whether the user is in the rotating panel now, all of whose conversations are taken. */
  readonly panel: boolean;
  readonly cap?: Cap;
};

export type Inclusion = {
  /** In the cross-section, by the panel, or both. */
  readonly taken: boolean;
  /** Drawn with probability piSample x piCap: the part that alarms may rest on. */
  readonly crossSection: boolean;
  readonly panel: boolean;
  readonly piSample: number;
  readonly piCap: number;
  /** How much the conversation counts; its design weight is counted over the product of every phase's probability. */
  readonly counted: number;
  /** The cross-section coin, kept so that the draw can be audited. */
  readonly u: number;
};

/**
 * Decides whether a conversation is sampled, by two independent coins; what is judged of the sample is `drawJudge`'s to say.
 * The decision depends on ids alone, so a conversation seen again (longer) keeps it, and samples are nested:
 * what a lower rate takes, a higher one takes as well. Being in the panel moves no coin and no probability.
 *
 * @throws RangeError if a probability is outside [0, 1].
 */
export function decideInclusion(input: InclusionInput): Inclusion {
  const { design, day, user, conversation, nthToday, panel } = input;
  const coin = coinOf(input.key);
  const piSample = requireProbability('piSample', input.piSample);
  const piCap = capProbability(nthToday, input.cap);
  const counted = countedWeight(nthToday, input.cap);
  const u = coin('xs', design, day, user, conversation);
  const crossSection = u < piSample && passesCap(coin, input, piCap);
  const taken = crossSection || panel;
  return { taken, crossSection, panel, piSample, piCap, counted, u };
}

/** The cross-section's two coins. The edge asks this, and so does the server that checks the edge. */
export function inCrossSection(coin: Coin, unit: CoinUnit, piSample: number, piCap: number): boolean {
  return coin('xs', unit.design, unit.day, unit.user, unit.conversation) < piSample && passesCap(coin, unit, piCap);
}

function passesCap(coin: Coin, { design, day, user, conversation }: CoinUnit, piCap: number): boolean {
  // A coin is below 1 always: most conversations are among the first of their user's day.
  return piCap >= 1 || coin('cap', design, day, user, conversation) < piCap;
}

/** @throws RangeError outside [0, 1]. */
export function requireProbability(name: string, value: number): number {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must lie in [0, 1], not ${value}`);
  return value;
}

/** What an edge sampler decided by, sent along with the conversation it took. */
export type Stamp = {
  readonly design: string;
  readonly pi_sample: number;
  readonly pi_cap: number;
  /** Which of the user's conversations of the day it was, from 1. */
  readonly nth: number;
};

export type StampedUnit = CoinUnit & { readonly key: Uint8Array; readonly cap: Cap; readonly panel: boolean };

/**
 * Whether a stamped conversation is one that these probabilities do take under this key, design and cap: the coins are drawn
 * again. It proves that the edge did not pick by hand. It does not prove that its plan was the latest, or its count of the
 * day right: those are the edge's to say.
 */
export function verifyStamp(unit: StampedUnit, stamp: Stamp): boolean {
  if (stamp.design !== unit.design || !Number.isInteger(stamp.nth) || stamp.nth < 1) return false;
  if (!(stamp.pi_sample > 0 && stamp.pi_sample <= 1) || stamp.pi_cap !== capProbability(stamp.nth, unit.cap)) return false;
  return unit.panel || inCrossSection(coinOf(unit.key), unit, stamp.pi_sample, stamp.pi_cap);
}
