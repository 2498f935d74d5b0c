import { posix } from 'node:path';
import { RubricError } from '../../domain/errors.ts';
import { lintRubrics } from './lint-rubrics.ts';
import { type RubricFiles, refuseAny } from './read-rubrics.ts';
import { readLibrary } from './rubric-library.ts';
import { checkLock, controlsIn, frozenWith, type RubricLock } from './rubric-lock.ts';
import { rubricPathOf } from './rubric-paths.ts';

export type Freezing = {
  readonly lock: RubricLock;
  /** What was not frozen before, in the order of the paths. */
  readonly added: readonly string[];
};

/**
 * The lock with every version of the named dimensions in it, their gold cases and their frames. What is frozen already stays as
 * it was frozen.
 * @param dimensions 'all' for every rubric there is, and the controls.
 * @throws {RubricError} for a dimension without a rubric, for frozen files that have changed, and for anything lint finds wrong
 *   with the files to be frozen: what is frozen cannot be mended.
 */
export function freezeRubrics(files: RubricFiles, dimensions: readonly string[] | 'all'): Freezing {
  const { library } = readLibrary(files);
  const chosen = library.all.filter(({ dimension }) => dimensions === 'all' || dimensions.includes(dimension));
  const unknown = dimensions === 'all' ? [] : dimensions.filter((each) => library.versions(each).length === 0);
  if (unknown.length > 0) {
    throw new RubricError(
      unknown
        .map((each) => {
          const file = rubricPathOf({ dimension: each, version: 1 });
          return `${file}: dimension: there is no rubric of ${each} that can be read; check the name, or "longwatch rubrics lint".`;
        })
        .join('\n'),
    );
  }
  const controls = dimensions === 'all' ? controlsIn(files) : [];
  const paths = [...new Set([...chosen.flatMap(frozenWith), ...controls])].sort();
  refuseAny(checkLock(library.lock, library.hashes, files));
  const folders = new Set(chosen.map((rubric) => posix.dirname(rubricPathOf(rubric))));
  const concerns = (file: string) =>
    paths.includes(file) || (dimensions === 'all' ? files.has(file) : folders.has(posix.dirname(file)));
  refuseAny(lintRubrics(files, [], [], []).problems.filter(({ file }) => concerns(file)));

  const added = paths.filter((path) => !library.lock.has(path));
  const entries = added.map((path) => [path, library.hashes.get(path) ?? ''] as const);
  return { lock: new Map([...library.lock, ...entries]), added };
}
