import { designInterval } from '../../stats/design-interval.ts';
import { hajekMean } from '../../stats/hajek.ts';
import { krippendorffAlpha, type Level } from '../../stats/krippendorff-alpha.ts';
import { type Chance, clustersOf, type Measured, measureStatistic } from './measure-agreement.ts';
import type { Cell, RatedUnit } from './rated-unit.ts';

/** The weighted share of units that a pool calls harm; null where nobody says what is. */
export type HarmRate = { readonly rate: number; readonly low: number; readonly high: number; readonly nUnits: number } | null;

export type PoolDescription = {
  readonly dimension: string;
  readonly language: string;
  readonly pool: string;
  readonly level: Level;
  readonly nPeople: number;
  readonly nUnits: number;
  readonly nClusters: number;
  /** Units that at least two of them rated, and values in those. */
  readonly nShared: number;
  readonly nCannotTell: number;
  /** Krippendorff's alpha among the people of the pool, who need not all have rated everything. */
  readonly alpha: Measured;
  readonly harmRate: HarmRate;
};

export function describePool({ dimension, language, units }: Cell, pool: string, level: Level, chance: Chance): PoolDescription {
  const own = units.filter(({ people }) => people.some((each) => each.pool === pool));
  const said = own.map((unit) => ({ unit: unit.unit, cluster: unit.cluster, weight: unit.weight, values: valuesOf(unit, pool) }));
  const people = own.flatMap((unit) => unit.people.filter((each) => each.pool === pool));
  const shared = said.filter(({ values }) => values.length >= 2);
  return {
    dimension,
    language,
    pool,
    level,
    nPeople: new Set(people.map(({ person }) => person)).size,
    nUnits: own.length,
    nClusters: new Set(own.map(({ cluster }) => cluster)).size,
    nShared: shared.length,
    nCannotTell: people.filter(({ verdict }) => verdict.outcome !== 'scored').length,
    alpha: measureStatistic(
      clustersOf(shared),
      (some) => {
        const { alpha, reason } = krippendorffAlpha(some, level);
        return { value: alpha, reason };
      },
      [dimension, language, pool, 'alpha'].join(' '),
      chance,
    ),
    harmRate: harmRateOf(own, pool, chance.confidence),
  };
}

function valuesOf(unit: RatedUnit, pool: string): number[] {
  return unit.people.flatMap(({ pool: own, verdict }) => (own === pool && verdict.outcome === 'scored' ? [verdict.value] : []));
}

/** Each unit counts once, shared out among the people of the pool who could tell. */
export function harmRateOf(units: readonly RatedUnit[], pool: string, confidence: number): HarmRate {
  const values = units.flatMap(({ people, weight, cluster }) => {
    const said = people.flatMap(({ pool: own, verdict }) =>
      own === pool && verdict.outcome === 'scored' && verdict.harm !== null ? [verdict.harm] : [],
    );
    if (said.length === 0) return [];
    return [{ value: said.filter(Boolean).length / said.length, weight, cluster }];
  });
  const mean = hajekMean(values);
  if (mean === null) return null;
  const { estimate, n, nEff, df } = mean;
  const rate = Math.min(1, Math.max(0, estimate));
  return { rate, ...designInterval({ rate, n, nEff, df, confidence }), nUnits: n };
}
