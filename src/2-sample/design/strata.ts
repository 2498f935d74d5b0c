import type { Facets } from '../../domain/facets.ts';

/** The facets that, with the version, make a stratum. Product is left out: it has no closed list and no monitored cells. */
export const stratumFacets = ['topic', 'memory', 'length', 'locale'] as const;
export type StratumFacet = (typeof stratumFacets)[number];
export type Stratum = Pick<Facets, StratumFacet>;

/** How many conversations of one stratum there were. */
export type StratumVolume = Readonly<Record<StratumFacet, string>> & { readonly n: number };

/** For each facet value how much likelier than its version's base rate it is sampled. A value not named has factor 1. */
export type Factors = { readonly [facet: string]: { readonly [value: string]: number } };

/**
 * A stratum's inclusion probability: min(1, base x f_topic x f_memory x f_length x f_locale).
 *
 * A product, so that each of the thousands of strata, seen yesterday or not, has a rate that is known before its hour, and a
 * version's plan is a few dozen numbers that an edge can hold.
 *
 * @example stratumRate(0.1, { topic: { health: 3 }, memory: { on: 0.5 } }, { topic: 'health', memory: 'on', length: '1', locale: 'en' })
 *   // 0.15
 */
export function stratumRate(base: number, factors: Factors, stratum: Readonly<Record<StratumFacet, string>>): number {
  return Math.min(1, base * stratumFactor(factors, stratum));
}

export function stratumFactor(factors: Factors, stratum: Readonly<Record<StratumFacet, string>>): number {
  let factor = 1;
  for (const facet of stratumFacets) factor *= factorOf(factors, facet, stratum[facet]);
  return factor;
}

/** Own properties only: a locale may be called like something that every object has. */
export function factorOf(factors: Factors, facet: string, value: string): number {
  const ofFacet = factors[facet];
  return ofFacet !== undefined && Object.hasOwn(ofFacet, value) ? (ofFacet[value] ?? 1) : 1;
}
