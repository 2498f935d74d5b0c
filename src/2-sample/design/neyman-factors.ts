import { everybody } from '../../domain/cell.ts';
import type { Factors } from './strata.ts';

/** A dimension's rate in one cohort, over some weeks. */
export type CohortRate = {
  readonly dimension: string;
  /** `all` for everybody. */
  readonly facet: string;
  readonly value: string;
  readonly rate: number;
  /** Rated conversations, and as many as they are worth. */
  readonly n: number;
  readonly nEff: number;
};

/** Conversations' worth of the pooled rate that every cohort starts from: at 2 % they hold four harms. */
const PRIOR_N = 200;
/**
 * No cohort is sampled at more than twice or less than half the average rate on the strength of its rates. Allocation is flat
 * around its optimum, so little is lost; the rates are last month's and noisy; and a cohort in which nothing has happened yet
 * must stay visible, for there a change would be news. Four facets together make at most 16 to 1/16.
 */
const MOST = 2;

/**
 * How much likelier each cohort should be sampled than the average, for the least variance over all dimensions:
 * f_c = sqrt(sum_d p_cd (1 - p_cd) / sum_d p_d (1 - p_d)), clamped to [1/2, 2].
 *
 * p_cd is shrunk towards the pooled p_d by 200 conversations' worth. All versions share one set of rates, so that both arms of
 * a contrast are drawn alike and a version's own noise does not steer how closely it is watched.
 *
 * @returns nothing for a cohort without rates, which is factor 1, and nothing at all when no pooled rate is above 0.
 * References: Neyman (1934) JRSS 97, 558-606; METHOD 1.2.
 */
export function neymanFactors(rates: readonly CohortRate[]): Factors {
  const pooled = new Map<string, number>();
  for (const { facet, dimension, rate } of rates) if (facet === everybody.facet) pooled.set(dimension, rate);
  const average = [...pooled.values()].reduce((sum, p) => sum + p * (1 - p), 0);
  if (average === 0) return {};

  const byCohort = new Map<string, Map<string, CohortRate[]>>();
  for (const each of rates) {
    if (each.facet === everybody.facet || !pooled.has(each.dimension)) continue;
    const values = byCohort.get(each.facet) ?? new Map<string, CohortRate[]>();
    byCohort.set(each.facet, values.set(each.value, [...(values.get(each.value) ?? []), each]));
  }
  const factors: Record<string, Record<string, number>> = {};
  for (const [facet, values] of byCohort) {
    factors[facet] = Object.fromEntries([...values].map(([value, own]) => [value, factorOf(own, pooled, average)]));
  }
  return factors;
}

function factorOf(own: readonly CohortRate[], pooled: ReadonlyMap<string, number>, average: number): number {
  // A dimension never rated in this cohort is taken to be as elsewhere.
  let sum = average;
  for (const { dimension, rate, nEff } of own) {
    const p = pooled.get(dimension) ?? 0;
    const shrunk = (nEff * rate + PRIOR_N * p) / (nEff + PRIOR_N);
    sum += shrunk * (1 - shrunk) - p * (1 - p);
  }
  return Math.min(MOST, Math.max(1 / MOST, Math.sqrt(Math.max(0, sum) / average)));
}
