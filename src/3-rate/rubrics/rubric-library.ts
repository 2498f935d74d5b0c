import { RubricError } from '../../domain/errors.ts';
import { type Pool, Pools } from '../../domain/pool.ts';
import type { Frame, Rubric } from '../../domain/rubric.ts';
import { Taxonomy } from '../../domain/taxonomy.ts';
import { parseYaml } from './parse-yaml.ts';
import { collect, type RubricFiles, type RubricProblem, readRubrics } from './read-rubrics.ts';
import { hashFiles, lock_path, parseLock, type RubricLock } from './rubric-lock.ts';

/** Everything the rubrics folder holds, whichever versions are in force. */
export type RubricLibrary = {
  /** Every version of a dimension, oldest first; empty where there is none. */
  versions(dimension: string): readonly Rubric[];
  readonly all: readonly Rubric[];
  readonly frames: ReadonlyMap<string, Frame>;
  readonly taxonomy: Taxonomy;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly lock: RubricLock;
  /** What each file that can be frozen holds now. */
  readonly hashes: RubricLock;
};

/** The library that the files make, without what cannot be read, and all that is wrong with them as files. */
export function readLibrary(files: RubricFiles): { library: RubricLibrary; problems: readonly RubricProblem[] } {
  const { all, frames, problems: found } = readRubrics(files);
  const problems = [...found];
  const part = <T>(path: string, whatFor: string, parse: (text: string) => T): T | null =>
    collect(problems, path, () => {
      const text = files.get(path);
      if (text === undefined) throw new RubricError(`${path}: the file: is missing; restore it, ${whatFor}.`);
      return parse(text);
    });
  const taxonomy = part('taxonomy.yaml', 'as it lists every dimension there is', (text) =>
    parseYaml(Taxonomy, text, 'taxonomy.yaml'),
  );
  const pools = part('pools.yaml', 'as it names the people who label', (text) => parseYaml(Pools, text, 'pools.yaml'));
  const lock = part(lock_path, 'or begin a new one that holds {}', parseLock);

  const versions = new Map<string, Rubric[]>();
  for (const rubric of all) versions.set(rubric.dimension, [...(versions.get(rubric.dimension) ?? []), rubric]);
  return {
    library: {
      versions: (dimension) => versions.get(dimension) ?? [],
      all,
      frames,
      taxonomy: taxonomy ?? { groups: {} as Taxonomy['groups'] },
      pools: new Map(Object.entries(pools?.pools ?? {})),
      lock: lock ?? new Map(),
      hashes: hashFiles(files, all),
    },
    problems,
  };
}
