import type { DimensionId } from '../domain/dimension.ts';
import type { Answer } from './judge-server.ts';

/** A judge that repeats verdicts given earlier by another. It cannot tell what was never recorded. */
export function recordedAnswer(labels: ReadonlyMap<string, ReadonlyMap<DimensionId, string>>): Answer {
  return ({ unit, dimension }) => labels.get(unit)?.get(dimension);
}
