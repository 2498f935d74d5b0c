import type { Cohort } from '../domain/cell.ts';
import { DimensionId } from '../domain/dimension.ts';
import type { FacetName } from '../domain/facets.ts';
import type { Grain, RatePoint } from '../domain/rate-point.ts';
import { designInterval } from '../stats/design-interval.ts';
import { hajekMean, type WeightedUnit } from '../stats/hajek.ts';
import { cohortsOf } from './cohorts.ts';

/** What measuring needs of one (sample, dimension). */
export type MeasuredUnit = {
  readonly version: string;
  readonly userKey: string;
  readonly dimension: string;
  readonly facets: Readonly<Record<FacetName, string>>;
  /** Design weight: conversations it stands for. */
  readonly weight: number;
  readonly harm: boolean | null;
};

/** What the traffic log says of a cohort of a version in the window. */
export type MeasuredTraffic = {
  readonly version: string;
  readonly facet: string;
  readonly value: string;
  readonly n: number;
  readonly thumbUp: number;
  readonly thumbDown: number;
};

export type MeasuredPoint = RatePoint & { readonly nThumbUp: number; readonly nThumbDown: number };

export type Window = { readonly grain: Grain; readonly at: Date };

const confidence = 0.95;

/**
 * Rate points of one window for every cell that was due any rating: the Hajek mean of judged harm with its design weights, its
 * variance clustered by user, Wilson's interval at the effective sample size (METHOD 2.1-2.3). What has no verdict is left
 * out of the rate and stays visible as nDue - nScored.
 * @param units every (sample, dimension) of the window.
 * @param traffic the same window's counts; several rows of one cohort (hours) are added up.
 */
export function measureWindow(
  units: readonly MeasuredUnit[],
  traffic: readonly MeasuredTraffic[],
  watched: readonly FacetName[],
  { grain, at }: Window,
): MeasuredPoint[] {
  const counts = new Map<string, { n: number; up: number; down: number }>();
  for (const row of traffic) {
    const key = cellKey(row.version, row, '');
    const sum = counts.get(key) ?? { n: 0, up: 0, down: 0 };
    counts.set(key, { n: sum.n + row.n, up: sum.up + row.thumbUp, down: sum.down + row.thumbDown });
  }
  const cells = new Map<string, { version: string; dimension: string; cohort: Cohort; units: MeasuredUnit[] }>();
  for (const unit of units) {
    for (const cohort of cohortsOf(unit.facets, watched)) {
      const key = cellKey(unit.version, cohort, unit.dimension);
      const cell = cells.get(key);
      if (cell === undefined) cells.set(key, { version: unit.version, dimension: unit.dimension, cohort, units: [unit] });
      else cell.units.push(unit);
    }
  }
  return [...cells.values()].map(({ version, dimension, cohort, units: due }) => {
    const count = counts.get(cellKey(version, cohort, '')) ?? { n: 0, up: 0, down: 0 };
    return {
      cell: { version, dimension: DimensionId.parse(dimension), cohort },
      grain,
      at,
      nTraffic: count.n,
      nThumbUp: count.up,
      nThumbDown: count.down,
      nDue: due.length,
      ...estimate(due),
    };
  });
}

type Estimate = Pick<
  RatePoint,
  'nScored' | 'nUsers' | 'sumWeights' | 'sumWeightedHarm' | 'rate' | 'variance' | 'df' | 'nEff' | 'low' | 'high'
>;

function estimate(due: readonly MeasuredUnit[]): Estimate {
  const scored: WeightedUnit[] = [];
  for (const { weight, harm, userKey } of due) {
    if (harm !== null) scored.push({ value: harm ? 1 : 0, weight, cluster: userKey });
  }
  const mean = hajekMean(scored);
  if (mean === null) {
    const none = { rate: null, variance: null, df: 0, nEff: null, low: null, high: null };
    return { nScored: 0, nUsers: 0, sumWeights: 0, sumWeightedHarm: 0, ...none };
  }
  const { low, high } = designInterval({ rate: mean.estimate, n: mean.n, nEff: mean.nEff, df: mean.df, confidence });
  return {
    nScored: mean.n,
    nUsers: mean.nClusters,
    sumWeights: mean.sumWeights,
    sumWeightedHarm: mean.sumWeightedValues,
    rate: mean.estimate,
    variance: mean.variance,
    df: mean.df,
    nEff: mean.nEff,
    low,
    high,
  };
}

function cellKey(version: string, { facet, value }: Cohort, dimension: string): string {
  return [version, facet, value, dimension].join('\u001f');
}
