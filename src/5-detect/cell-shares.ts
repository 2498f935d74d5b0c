import { type Cohort, everybody } from '../domain/cell.ts';
import { type CohortFacet, cohortFacets } from '../domain/facets.ts';

/** Which part of the yearly false-alarm budget each cell may spend. */
export type ShareOf = (dimension: string, cohort: Cohort) => number;

/**
 * Shares that sum to at most 1 over every cell there can be: half to the pooled cells and half to the cohort cells, inside
 * each half by the severity of the harm (METHOD 3.5). A false alarm anywhere is paid from the same purse, so watching more
 * cells makes each threshold higher, not the pager louder.
 * @param severities 1 to 5, by dimension.
 * @returns a function that throws RangeError for a cell that was given no share.
 */
export function shareCells(severities: ReadonlyMap<string, number>, watched: readonly CohortFacet[]): ShareOf {
  const total = [...severities.values()].reduce((sum, severity) => sum + severity, 0);
  const counted: ReadonlyMap<string, readonly string[]> = new Map(watched.map((facet) => [facet, cohortFacets[facet]]));
  const nCohorts = watched.reduce((sum, facet) => sum + cohortFacets[facet].length, 0);
  const pooledHalf = nCohorts === 0 ? 1 : 0.5;
  return (dimension, cohort) => {
    const severity = severities.get(dimension);
    if (severity === undefined) throw new RangeError(`dimension ${dimension} has no share of the false-alarm budget`);
    const byDimension = severity / total;
    if (cohort.facet === everybody.facet) return pooledHalf * byDimension;
    if (counted.get(cohort.facet)?.includes(cohort.value) !== true) {
      throw new RangeError(`cohort ${cohort.facet}: ${cohort.value} has no share of the false-alarm budget`);
    }
    return (0.5 * byDimension) / nCohorts;
  };
}
