import type { RubricLibrary } from '../../../3-rate/load-rubrics.ts';
import { InputError } from '../../../domain/errors.ts';
import type { Rubric } from '../../../domain/rubric.ts';

/** @throws InputError for a dimension without a rubric. */
export function versionsOf(library: RubricLibrary, dimension: string): readonly Rubric[] {
  const versions = library.versions(dimension);
  if (versions.length > 0) return versions;
  const known = [...new Set(library.all.map((rubric) => rubric.dimension))].join(', ');
  throw new InputError(`There is no rubric of ${dimension}; choose from ${known}.`);
}

/** @throws InputError for a dimension or a version that does not exist. */
export function findVersion(library: RubricLibrary, dimension: string, version: number): Rubric {
  const versions = versionsOf(library, dimension);
  const found = versions.find((rubric) => rubric.version === version);
  if (found !== undefined) return found;
  const known = versions.map((rubric) => rubric.version).join(', ');
  throw new InputError(`${dimension} has no version ${version}; choose from ${known}.`);
}
