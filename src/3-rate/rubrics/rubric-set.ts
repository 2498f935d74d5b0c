import { RubricError } from '../../domain/errors.ts';
import type { Frame, Rubric } from '../../domain/rubric.ts';

/** The rubrics in force: one version of each dimension, in the order of their names, and the frames they use. */
export type RubricSet = {
  readonly rubrics: readonly Rubric[];
  readonly frames: ReadonlyMap<string, Frame>;
  /** Undefined when no rubric in force rates the dimension. */
  get(dimension: string): Rubric | undefined;
  /** Any version that was ever written, in force or not: ratings made under it must stay readable. */
  version(dimension: string, version: number): Rubric | undefined;
  /** The frame a rubric of this set names: always the same object for the same name. */
  frameOf(rubric: Rubric): Frame;
};

/**
 * @param inForce at most one rubric of each dimension.
 * @param all every version there is.
 */
export function createRubricSet(
  inForce: readonly Rubric[],
  all: readonly Rubric[],
  frames: ReadonlyMap<string, Frame>,
): RubricSet {
  const byDimension = new Map(inForce.map((rubric) => [rubric.dimension, rubric]));
  const byVersion = new Map(all.map((rubric) => [`${rubric.dimension} ${rubric.version}`, rubric]));
  return {
    rubrics: [...inForce].sort((a, b) => (a.dimension < b.dimension ? -1 : 1)),
    frames,
    get: (dimension) => byDimension.get(dimension),
    version: (dimension, version) => byVersion.get(`${dimension} ${version}`),
    frameOf({ dimension, frame }) {
      const found = frames.get(frame);
      if (found === undefined) throw new RubricError(`${dimension}: frame: ${frame} is not in this set; load the rubrics again.`);
      return found;
    },
  };
}
