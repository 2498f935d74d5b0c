import type { Level } from '../../stats/krippendorff-alpha.ts';
import { type HarmRate, harmRateOf } from './describe-pool.ts';
import { type Agreement, type Chance, measureAgreement, type VerdictPair } from './measure-agreement.ts';
import type { Cell, RatedUnit, Verdict } from './rated-unit.ts';

/** Two pools on the units that both labelled. Neither is the reference. */
export type PoolComparison = {
  readonly dimension: string;
  readonly language: string;
  readonly first: string;
  readonly second: string;
  readonly level: Level;
  readonly agreement: Agreement;
  /** On the same units, so that the two can be compared. */
  readonly firstHarmRate: HarmRate;
  readonly secondHarmRate: HarmRate;
};

/** Every person of one pool against every person of the other; a unit's weight is shared among those pairs. */
export function comparePools(
  { dimension, language, units }: Cell,
  first: string,
  second: string,
  level: Level,
  chance: Chance,
): PoolComparison {
  const shared = units.filter((unit) => scoredBy(unit, first).length > 0 && scoredBy(unit, second).length > 0);
  const pairs = shared.flatMap((unit) => pairsOf(unit, scoredBy(unit, first), scoredBy(unit, second)));
  return {
    dimension,
    language,
    first,
    second,
    level,
    agreement: measureAgreement(pairs, level, [dimension, language, first, second].join(' '), chance),
    firstHarmRate: harmRateOf(shared, first, chance.confidence),
    secondHarmRate: harmRateOf(shared, second, chance.confidence),
  };
}

type Scored = Extract<Verdict, { outcome: 'scored' }>;

function scoredBy(unit: RatedUnit, pool: string): Scored[] {
  return unit.people.flatMap(({ pool: own, verdict }) => (own === pool && verdict.outcome === 'scored' ? [verdict] : []));
}

function pairsOf({ unit, cluster, weight }: RatedUnit, first: readonly Scored[], second: readonly Scored[]): VerdictPair[] {
  const share = weight / (first.length * second.length);
  return first.flatMap((a) => second.map((b) => ({ unit, cluster, weight: share, a, b })));
}
