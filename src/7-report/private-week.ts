import { z } from 'zod';
import type { Interval } from '../domain/finding.ts';
import {
  discreteLaplaceBound,
  discreteLaplaceVariance,
  drawDiscreteLaplace,
  type RandomInteger,
} from '../stats/discrete-laplace.ts';
import { wilsonInterval } from '../stats/wilson.ts';

export type PrivateInput = {
  readonly week: string;
  readonly from: Date;
  readonly to: Date;
  readonly rater: string;
  readonly simulated: boolean;
  readonly releasedAt: Date;
  readonly releasedBy: string;
  readonly epsilon: number;
  readonly epsilonPerYear: number;
  /** What is published of, whether anybody was there or not: public beforehand, and not taken from the counts. */
  readonly versions: readonly string[];
  readonly dimensions: readonly string[];
  /** Every user under one version only, and at most once in each count. */
  readonly counts: readonly { version: string; dimension: string; rated: number; harmed: number }[];
};

const count = z.int();
const share = z.number().min(0).max(1);

/** What is released, and stored as it was: read back, it is checked, and in the same order. */
export const PrivateWeek = z.strictObject({
  week: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  rater: z.string(),
  simulated: z.boolean(),
  releasedAt: z.iso.datetime(),
  releasedBy: z.string(),
  epsilon: z.number().positive(),
  /** Standard deviation of the noise in each count. */
  noiseSd: z.number().positive(),
  guarantee: z.array(z.string()),
  rows: z.array(
    z.strictObject({
      version: z.string(),
      dimension: z.string(),
      /** Noisy: may be negative. Left as drawn, so that sums over weeks are unbiased. */
      ratedUsers: count,
      harmedUsers: count,
      /** Of rated users, those with a harm; null where the noise is larger than what was counted. */
      share: z.strictObject({ value: share, low: share, high: share }).nullable(),
    }),
  ),
});
export type PrivateWeek = z.infer<typeof PrivateWeek>;

/** Epsilon is spent in thousandths, so that the scale of the noise is a ratio of whole numbers. */
const parts = 1_000;
/** Five in a hundred may go wrong in all: half of them by the luck of the sample, a quarter by the noise of each count. */
const by_noise = 0.0125;
const by_sample = 0.025;

/**
 * The week's users under epsilon-differential privacy: for each version and dimension how many were rated and how many of them met
 * a harm at least once, with discrete Laplace noise.
 *
 * Guarantee: whatever else anybody knows, the whole release is at most e^epsilon times likelier, or less likely, with all of one
 * user's sampled and rated conversations of the week than without them. A user is in at most 2 counts of each dimension and in one
 * version, and adds 1 to each: removing them changes all counts together by at most 2 x dimensions, so noise of scale
 * 2 x dimensions / epsilon in each is enough (Dwork et al. 2006, theorem 1). What is computed from noisy counts costs nothing more.
 *
 * The interval is of the share in the population whose users the rated ones are taken to be fair draws from: Wilson's, at the
 * worst counts within the noise, so that it covers in at least 95 % of weeks. Users are not weighted by how likely they were to be
 * sampled: the share is not the prevalence of the weekly report.
 */
export function makePrivateWeek(input: PrivateInput, random: RandomInteger): PrivateWeek {
  const { versions, dimensions, counts } = input;
  const { epsilon, scale } = spend(input.epsilon, 2 * dimensions.length);
  const counted = new Map(counts.map((count) => [`${count.version}\u001f${count.dimension}`, count]));
  const bound = discreteLaplaceBound(scale, by_noise);
  return {
    week: input.week,
    from: input.from.toISOString(),
    to: input.to.toISOString(),
    rater: input.rater,
    simulated: input.simulated,
    releasedAt: input.releasedAt.toISOString(),
    releasedBy: input.releasedBy,
    epsilon,
    noiseSd: Math.sqrt(discreteLaplaceVariance(scale)),
    guarantee: [
      `The release is ${epsilon}-differentially private (epsilon ${epsilon}). What is protected is one user's presence: everything they said in the sampled and rated conversations of this week, under its pseudonym.`,
      `Each user counts under one version, the one they had most rated conversations with, and at most once in each count: ${2 * dimensions.length} counts change by 1 at most. Each count has discrete Laplace noise of scale ${2 * dimensions.length} / ${epsilon}.`,
      `Not covered: the names of versions, dimensions and rater, which are taken as public; a person with several accounts; the same person in other weeks, each of which costs its own epsilon, together at most ${input.epsilonPerYear} in releases of 365 days; and whatever other reports and pages show of this week.`,
    ],
    rows: versions.flatMap((version) =>
      dimensions.map((dimension) => {
        const { rated, harmed } = counted.get(`${version}\u001f${dimension}`) ?? { rated: 0, harmed: 0 };
        const ratedUsers = rated + drawDiscreteLaplace(scale, random);
        const harmedUsers = harmed + drawDiscreteLaplace(scale, random);
        return { version, dimension, ratedUsers, harmedUsers, share: shareOf(harmedUsers, ratedUsers, bound) };
      }),
    ),
  };
}

/** Rounded down, so that never more is spent than was allowed. @throws RangeError below a thousandth. */
function spend(epsilon: number, sensitivity: number) {
  const thousandths = Math.floor(epsilon * parts);
  if (!(thousandths >= 1)) throw new RangeError(`epsilon must be at least ${1 / parts}, got ${epsilon}`);
  let [common, rest] = [sensitivity * parts, thousandths];
  while (rest !== 0) [common, rest] = [rest, common % rest];
  return {
    epsilon: thousandths / parts,
    scale: { numerator: (sensitivity * parts) / common, denominator: thousandths / common },
  };
}

function shareOf(harmed: number, rated: number, bound: number): Interval | null {
  const fewest = rated - bound;
  if (fewest < 1 || rated < 2 * bound) return null;
  const most = rated + bound;
  const within = (count: number, n: number) => Math.min(Math.max(count, 0), n) / n;
  const low = wilsonInterval({ rate: within(harmed - bound, most), n: most, confidence: 1 - by_sample }).low;
  const high = wilsonInterval({ rate: within(harmed + bound, fewest), n: fewest, confidence: 1 - by_sample }).high;
  return { value: within(harmed, rated), low, high };
}
