import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RubricError } from '../domain/errors.ts';
import type { Frame, Rubric } from '../domain/rubric.ts';
import { parseRubric } from './parse-rubric.ts';

/** The rubrics in force: the newest version of each dimension, in the order of their names, and the frames they use. */
export type RubricSet = {
  readonly rubrics: readonly Rubric[];
  readonly frames: ReadonlyMap<string, Frame>;
  /** Undefined when no rubric file rates the dimension. */
  get(dimension: string): Rubric | undefined;
  /** The frame a rubric of this set names: always the same object for the same name. */
  frameOf(rubric: Rubric): Frame;
};

const rubricPath = /^(acute|concrete|abstract|protective)\/[^/]+\/v[^/]*\.ya?ml$/;

/**
 * Reads `<folder>/<group>/<dimension-with-dashes>/vN.yaml` and `<folder>/frames/*.md`. Older versions are read and checked too.
 * The one file of this stage besides `run.ts` that does IO.
 * @throws {RubricError} for a missing folder, a path that does not match what the file says it is, a frame that is not there,
 *   or any problem inside a file.
 */
export async function loadRubrics(folder: string): Promise<RubricSet> {
  const paths = await list(folder);
  const frames = new Map<string, Frame>();
  for (const path of paths) {
    const name = /^frames\/([^/]+)\.md$/.exec(path)?.[1];
    if (name !== undefined) frames.set(name, { name, text: await readFile(join(folder, path), 'utf8') });
  }

  const newest = new Map<string, Rubric>();
  for (const path of paths.filter((path) => rubricPath.test(path))) {
    const rubric = parseRubric(await readFile(join(folder, path), 'utf8'), path);
    const expected = pathOf(rubric);
    if (path !== expected) {
      throw new RubricError(
        `${path}: dimension: the file says it is ${rubric.dimension} version ${rubric.version}; move it to ${expected} or correct it.`,
      );
    }
    if (!frames.has(rubric.frame)) {
      throw new RubricError(
        `${path}: frame: ${rubric.frame} does not exist; add frames/${rubric.frame}.md or name another frame.`,
      );
    }
    const known = newest.get(rubric.dimension);
    if (known === undefined || known.version < rubric.version) newest.set(rubric.dimension, rubric);
  }
  if (newest.size === 0) throw new RubricError(`${folder}: holds no rubric; expected <group>/<dimension>/v1.yaml inside it.`);

  const rubrics = [...newest.values()].sort((a, b) => (a.dimension < b.dimension ? -1 : 1));
  return {
    rubrics,
    frames,
    get: (dimension) => newest.get(dimension),
    frameOf({ dimension, frame }) {
      const found = frames.get(frame);
      if (found === undefined) throw new RubricError(`${dimension}: frame: ${frame} is not in this set; load the rubrics again.`);
      return found;
    },
  };
}

function pathOf({ dimension, version }: Rubric): string {
  const [group, name] = dimension.split('.');
  return `${group}/${name?.replaceAll('_', '-')}/v${version}.yaml`;
}

async function list(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true });
    return entries.map((entry) => entry.replaceAll('\\', '/')).sort();
  } catch (cause) {
    throw new RubricError(`${folder}: the rubrics folder cannot be read; check the path and its permissions.`, { cause });
  }
}
