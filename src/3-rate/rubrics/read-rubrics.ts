import { RubricError } from '../../domain/errors.ts';
import type { Frame, Rubric } from '../../domain/rubric.ts';
import { parseRubric } from '../parse-rubric.ts';
import { framePathOf, rubricPathOf } from './rubric-paths.ts';

/** The texts of a rubrics folder by their path inside it. */
export type RubricFiles = ReadonlyMap<string, string>;

/** One thing wrong with a file, said in a sentence that begins with the file. */
export type RubricProblem = { readonly file: string; readonly says: string };

export type ReadRubrics = {
  /** Every version, by dimension and then by version. */
  readonly all: readonly Rubric[];
  readonly frames: ReadonlyMap<string, Frame>;
  readonly problems: readonly RubricProblem[];
};

const rubricPath = /^(acute|concrete|abstract|protective)\/[^/]+\/v[^/]*\.ya?ml$/;

/** Every rubric and frame among the files, and what is wrong with those that cannot be used. */
export function readRubrics(files: RubricFiles): ReadRubrics {
  const frames = new Map<string, Frame>();
  for (const [path, text] of files) {
    const name = /^frames\/([^/]+)\.md$/.exec(path)?.[1];
    if (name !== undefined) frames.set(name, { name, text });
  }

  const all: Rubric[] = [];
  const problems: RubricProblem[] = [];
  for (const [path, text] of files) {
    if (!rubricPath.test(path)) continue;
    const rubric = collect(problems, path, () => readRubric(path, text, frames));
    if (rubric !== null) all.push(rubric);
  }
  all.sort((a, b) => (a.dimension === b.dimension ? a.version - b.version : a.dimension < b.dimension ? -1 : 1));
  return { all, frames, problems };
}

/** What `read` gives; null, and its problems noted, where it refuses the file. */
export function collect<T>(problems: RubricProblem[], file: string, read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RubricError)) throw error;
    problems.push(...error.message.split('\n').map((says) => ({ file, says })));
    return null;
  }
}

/** @throws {RubricError} for all that is wrong, one line for each. */
export function refuseAny(problems: readonly RubricProblem[]): void {
  if (problems.length > 0) throw new RubricError(problems.map(({ says }) => says).join('\n'));
}

function readRubric(path: string, text: string, frames: ReadonlyMap<string, Frame>): Rubric {
  const rubric = parseRubric(text, path);
  const expected = rubricPathOf(rubric);
  if (path !== expected) {
    throw new RubricError(
      `${path}: dimension: the file says it is ${rubric.dimension} version ${rubric.version}; move it to ${expected} or correct it.`,
    );
  }
  if (!frames.has(rubric.frame)) {
    throw new RubricError(
      `${path}: frame: ${rubric.frame} does not exist; add ${framePathOf(rubric.frame)} or name another frame.`,
    );
  }
  return rubric;
}
