import { coin, UNIT_SEPARATOR } from './coin.ts';

/** How a user's many conversations of one day are thinned: all of the first `free`, then fewer, never under `floor`. */
export type Cap = { readonly free: number; readonly floor: number };

/** Settings of METHOD 1.5. */
export const defaultCap: Cap = { free: 3, floor: 0.1 };

/**
 * The probability of keeping a user's j-th conversation of the day: 1 for j <= free, then max(floor, (free/j)^2).
 * A hard cap would make the later conversations of heavy users unobservable, which is exactly where escalation is;
 * the weight 1/pi restores the conversation estimand. Expected kept <= 2 free + floor n.
 *
 * @example capProbability(6) // 0.25
 * @throws RangeError if j is not a positive integer.
 */
export function capProbability(j: number, { free, floor }: Partial<Cap> = {}): number {
  if (!Number.isInteger(j) || j < 1) throw new RangeError(`j must be a positive integer, not ${j}`);
  const k = free ?? defaultCap.free;
  return j <= k ? 1 : Math.max(floor ?? defaultCap.floor, (k / j) ** 2);
}

export type InclusionInput = {
  readonly key: Uint8Array;
  /** Version of the sampling design: a new one redraws everything. */
  readonly design: string;
  /** UTC day of the conversation, `YYYY-MM-DD`. Part of the unit, so that nobody is in the sample for good. */
  readonly day: string;
  readonly user: string;
  readonly conversation: string;
  readonly piSample: number;
  /** Which of the user's conversations of the day this is, from 1. */
  readonly nthToday: number;
  readonly piJudge: number;
  readonly cap?: Cap;
};

export type Inclusion = {
  readonly taken: boolean;
  /** Taken, and drawn for the judge too. */
  readonly judged: boolean;
  readonly piSample: number;
  readonly piCap: number;
  readonly piJudge: number;
  /** The cross-section coin, kept so that the draw can be audited. */
  readonly u: number;
};

/**
 * Decides whether a conversation is sampled and whether the sample is judged, by three independent coins.
 * The decision depends on ids alone, so a conversation seen again (longer) keeps it, and samples are nested:
 * what a lower rate takes, a higher one takes as well.
 *
 * @throws RangeError if a probability is outside [0, 1].
 */
export function decideInclusion(input: InclusionInput): Inclusion {
  const { key, design, day, user, conversation, nthToday } = input;
  const piSample = probability('piSample', input.piSample);
  const piJudge = probability('piJudge', input.piJudge);
  const piCap = capProbability(nthToday, input.cap);
  const unit = [day, user, conversation].join(UNIT_SEPARATOR);
  const u = coin(key, 'xs', design, unit);
  // Most conversations stop here, and the other two coins are not needed to know that.
  const taken = u < piSample && coin(key, 'cap', design, unit) < piCap;
  const judged = taken && coin(key, 'judge', design, unit) < piJudge;
  return { taken, judged, piSample, piCap, piJudge, u };
}

function probability(name: string, value: number): number {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must lie in [0, 1], not ${value}`);
  return value;
}
