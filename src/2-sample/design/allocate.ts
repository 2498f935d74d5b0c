import { solveBase } from './solve-base.ts';
import { type Factors, factorOf, type StratumFacet, type StratumVolume, stratumFacets, stratumFactor } from './strata.ts';

export type AllocationInput = {
  /** Conversations expected a day in each stratum of one version. */
  readonly volumes: readonly StratumVolume[];
  /** Samples a day wanted of the version: the expected number never exceeds it. */
  readonly target: number;
  /** Where a sample tells most: `neymanFactors`. */
  readonly factors: Factors;
  /** Facets each of whose values is a monitored cohort. */
  readonly monitored: readonly StratumFacet[];
  /** Samples a day wanted of each monitored cohort, or all it has. */
  readonly minimum: number;
};

/** Of a small budget a quarter at least follows Neyman: floors for everybody alike would triple the variance of the whole. */
const MOST_FOR_FLOORS = 0.75;
const MAX_SWEEPS = 200;
const CLOSE_ENOUGH = 1e-4;

type CohortFloor = {
  readonly facet: StratumFacet;
  readonly value: string;
  readonly members: number[];
  floor: number;
  raise: number;
};

/**
 * The factors by which a version's strata are sampled: Neyman's, raised for monitored cohorts that would otherwise bring fewer
 * than `minimum` samples a day, as far as there are that many conversations.
 *
 * The budget wins: where the floors of a facet alone exceed three quarters of the target they shrink together, in proportion. Floors of two
 * facets that contradict each other within the target are met as nearly as 200 sweeps bring them.
 *
 * Among all designs that keep the floors and the target this is the one closest to Neyman's (least Kullback-Leibler
 * divergence), found one cohort at a time; it is a product of factors because the floors are sums over cohorts.
 *
 * Each facet's factors have mean 1 over the given traffic, so that a value nobody has seen yet is sampled like the average.
 *
 * References: Neyman (1934); Hildreth (1957), A quadratic programming procedure, for the sweeps; METHOD 1.2.
 */
export function allocate({ volumes, target, factors, monitored, minimum }: AllocationInput): Factors {
  const volume = Float64Array.from(volumes, ({ n }) => n);
  const factor = Float64Array.from(volumes, (stratum) => stratumFactor(factors, stratum));
  const facets = monitored.map((facet) => floorsOf(facet, volumes, minimum, target));
  for (let sweep = 0, moved = true; moved && sweep < MAX_SWEEPS; sweep++) {
    moved = false;
    for (const cohorts of facets) {
      const base = solveBase(volume, factor, target);
      for (const cohort of cohorts) moved = raise(cohort, base, volume, factor) || moved;
    }
  }
  return averagingOne(volumes, factors, facets.flat());
}

/** Each value's floor: the minimum, what there is, or its share of the budget, whichever is least. */
function floorsOf(
  facet: StratumFacet,
  volumes: readonly StratumVolume[],
  minimum: number,
  target: number,
): readonly CohortFloor[] {
  const cohorts = new Map<string, CohortFloor & { n: number }>();
  for (const [i, stratum] of volumes.entries()) {
    const value = stratum[facet];
    const cohort = cohorts.get(value) ?? { facet, value, members: [], n: 0, floor: 0, raise: 1 };
    cohort.members.push(i);
    cohort.n += stratum.n;
    cohort.floor = Math.min(minimum, cohort.n);
    cohorts.set(value, cohort);
  }
  const all = [...cohorts.values()];
  const shrink = Math.min(1, (MOST_FOR_FLOORS * target) / all.reduce((sum, { floor }) => sum + floor, 0));
  for (const cohort of all) cohort.floor *= shrink;
  return all;
}

/** Moves a cohort's factor to where its floor is met at this base, never below what Neyman gave it. */
function raise(cohort: CohortFloor, base: number, volume: Float64Array, factor: Float64Array): boolean {
  let expected = 0;
  for (const i of cohort.members) expected += at(volume, i) * Math.min(1, base * at(factor, i));
  const wanted = expected > 0 ? Math.max(1, (cohort.raise * cohort.floor) / expected) : cohort.raise;
  const ratio = wanted / cohort.raise;
  for (const i of cohort.members) factor[i] = at(factor, i) * ratio;
  cohort.raise = wanted;
  return Math.abs(ratio - 1) > CLOSE_ENOUGH;
}

function averagingOne(volumes: readonly StratumVolume[], factors: Factors, cohorts: readonly CohortFloor[]): Factors {
  const made: Record<string, Record<string, number>> = {};
  for (const facet of stratumFacets) {
    const raised = cohorts.filter((cohort) => cohort.facet === facet);
    if (factors[facet] === undefined && raised.every((cohort) => cohort.raise === 1)) continue;
    const values = new Map(Object.entries(factors[facet] ?? {}));
    for (const stratum of volumes) values.set(stratum[facet], factorOf(factors, facet, stratum[facet]));
    for (const { value, raise: by } of raised) values.set(value, (values.get(value) ?? 1) * by);
    let n = 0;
    let sum = 0;
    for (const stratum of volumes) {
      n += stratum.n;
      sum += stratum.n * (values.get(stratum[facet]) ?? 1);
    }
    made[facet] = Object.fromEntries([...values].map(([value, f]) => [value, n > 0 ? (f * n) / sum : f]));
  }
  return made;
}

const at = (array: Float64Array, i: number): number => array[i] ?? 0;
