import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { RubricError } from '../domain/errors.ts';
import { type RubricFiles, readRubrics, refuseAny } from './rubrics/read-rubrics.ts';
import { type RubricLibrary, readLibrary } from './rubrics/rubric-library.ts';
import { createRubricSet, type RubricSet } from './rubrics/rubric-set.ts';

export type { RubricLibrary } from './rubrics/rubric-library.ts';
export type { RubricSet } from './rubrics/rubric-set.ts';

/**
 * The newest version of each dimension in `<folder>/<group>/<dimension-with-dashes>/vN.yaml`, with `<folder>/frames/*.md`. Older
 * versions are read and checked too.
 * @throws {RubricError} for a missing folder, a path that does not match what the file says it is, a frame that is not there,
 *   or any problem inside a file: a line for each.
 */
export async function loadRubrics(folder: string): Promise<RubricSet> {
  const { all, frames, problems } = readRubrics(await loadRubricFiles(folder));
  refuseAny(problems);
  refuseNone(all, folder);
  const newest = new Map(all.map((rubric) => [rubric.dimension, rubric]));
  return createRubricSet([...newest.values()], all, frames);
}

/**
 * Every version of every rubric, with the taxonomy, the pools and the lock. Which of them are in force, `liveRubrics` tells.
 * @throws {RubricError} as `loadRubrics`, and for a taxonomy, pools or lock that is missing or wrong.
 */
export async function loadRubricLibrary(folder: string): Promise<RubricLibrary> {
  const { library, problems } = readLibrary(await loadRubricFiles(folder));
  refuseAny(problems);
  refuseNone(library.all, folder);
  return library;
}

/**
 * The texts of a rubrics folder by their path, in the order of the paths, without hidden ones.
 * @throws {RubricError} for a folder that is missing or a file that cannot be read.
 */
export async function loadRubricFiles(folder: string): Promise<RubricFiles> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
      .filter((path) => !/(^|\/)\./.test(path))
      .sort();
    return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(join(folder, path), 'utf8')] as const)));
  } catch (cause) {
    throw new RubricError(`${folder}: the rubrics folder cannot be read; check the path and its permissions.`, { cause });
  }
}

function refuseNone(all: readonly unknown[], folder: string): void {
  if (all.length === 0) throw new RubricError(`${folder}: holds no rubric; expected <group>/<dimension>/v1.yaml inside it.`);
}
