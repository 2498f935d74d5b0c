import { type Cohort, everybody } from '../domain/cell.ts';
import type { FacetName } from '../domain/facets.ts';

/** The cohorts a conversation belongs to: everybody, and its value on each watched facet. */
export function cohortsOf(facets: Readonly<Record<FacetName, string>>, watched: readonly FacetName[]): Cohort[] {
  return [everybody, ...watched.map((facet) => ({ facet, value: facets[facet] }))];
}
