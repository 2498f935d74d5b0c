import type { DimensionId } from '../domain/dimension.ts';
import type { Answer } from './judge-server.ts';
import { Rng } from './rng.ts';

/** The two choices of a rubric a noisy judge uses: harmless, and the first that counts as harm. */
export type ChoicePair = { readonly harmless: string; readonly harmful: string };

export type NoisyJudge = {
  /** What is really in the unit; undefined when the unit is not known. */
  readonly truthOf: (unit: string) => ReadonlyMap<DimensionId, boolean> | undefined;
  /** Chance of finding a harm that is there, and of finding none where there is none. */
  readonly sensitivity: number;
  readonly specificity: number;
  readonly seed: string;
  readonly choices: ReadonlyMap<DimensionId, ChoicePair>;
};

/**
 * A judge that errs at known rates. The verdict on a (unit, dimension) never changes, however often it is asked.
 * It cannot tell (undefined) what it has no truth for.
 *
 * @throws RangeError when sensitivity or specificity is not a probability; the answer throws one for a dimension that has
 *   a truth but no choices
 */
export function noisyAnswer({ truthOf, sensitivity, specificity, seed, choices }: NoisyJudge): Answer {
  for (const [name, value] of Object.entries({ sensitivity, specificity })) {
    if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must lie in 0..1, got ${value}`);
  }
  return ({ unit, dimension }) => {
    const truth = truthOf(unit)?.get(dimension);
    if (truth === undefined) return undefined;
    const pair = choices.get(dimension);
    if (pair === undefined) throw new RangeError(`the noisy judge was given no choices for ${dimension}`);
    const u = new Rng(`${seed}|noise|${dimension}|${unit}`).uniform();
    const saysHarm = truth ? u < sensitivity : u >= specificity;
    return saysHarm ? pair.harmful : pair.harmless;
  };
}
