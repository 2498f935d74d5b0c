import type { Level } from '../../stats/krippendorff-alpha.ts';
import { type Detection, sensitivitySpecificity } from '../../stats/sensitivity.ts';
import { type Agreement, type Chance, measureAgreement, type VerdictPair } from './measure-agreement.ts';
import type { Cell, PersonVerdict, RatedUnit } from './rated-unit.ts';

/** What became of the units that a pool labelled and a rater was to rate. */
export type Coverage = {
  readonly nLabelled: number;
  /** Units with a verdict of the rater and of at least one person. */
  readonly nCompared: number;
  /** Units of which the rater, or every person asked, could not tell. */
  readonly nRaterCannotTell: number;
  readonly nPeopleCannotTell: number;
  /** Units without a verdict of the rater, by reason. */
  readonly unscored: Readonly<Record<string, number>>;
  /** Units that somebody in the pool calls harm and the rater gave no verdict on: missing is not safe. */
  readonly nHarmWithoutVerdict: number;
};

export type RaterComparison = {
  readonly dimension: string;
  readonly language: string;
  readonly rater: string;
  readonly pool: string;
  readonly level: Level;
  readonly coverage: Coverage;
  readonly agreement: Agreement;
  /** With the people's word taken for the truth; null where the verdicts do not say what is harm. */
  readonly detection: Detection | null;
};

/**
 * One rater against one pool. Where several people of a pool labelled a unit, the rater is held against each of them and the
 * unit's weight is shared: what is measured is agreement with a random member of the pool, and nobody's word is averaged.
 */
export function compareRater(
  { dimension, language, units }: Cell,
  rater: string,
  pool: string,
  level: Level,
  chance: Chance,
): RaterComparison {
  const asked = units.filter((unit) => peopleOf(unit, pool).length > 0 && raterOf(unit, rater) !== undefined);
  const pairs = asked.flatMap((unit) => pairsOf(unit, rater, pool));
  const agreement = measureAgreement(pairs, level, [dimension, language, rater, pool].join(' '), chance);
  const detection =
    agreement.harm === null
      ? null
      : sensitivitySpecificity(
          pairs.map(({ a, b, weight, cluster }) => ({ harm: a.harm === true, rated: b.harm === true, weight, cluster })),
          chance.confidence,
        );
  return { dimension, language, rater, pool, level, coverage: coverageOf(asked, rater, pool), agreement, detection };
}

const peopleOf = (unit: RatedUnit, pool: string): PersonVerdict[] => unit.people.filter((each) => each.pool === pool);
const raterOf = (unit: RatedUnit, rater: string) => unit.raters.find((each) => each.rater === rater);

function pairsOf(unit: RatedUnit, rater: string, pool: string): VerdictPair[] {
  const rated = raterOf(unit, rater);
  if (rated === undefined || rated.verdict.outcome !== 'scored') return [];
  const { weight, verdict: b } = rated;
  const said = peopleOf(unit, pool).flatMap(({ verdict }) => (verdict.outcome === 'scored' ? [verdict] : []));
  return said.map((a) => ({ unit: unit.unit, cluster: unit.cluster, weight: weight / said.length, a, b }));
}

function coverageOf(asked: readonly RatedUnit[], rater: string, pool: string): Coverage {
  const unscored: Record<string, number> = {};
  let nCompared = 0;
  let nRaterCannotTell = 0;
  let nPeopleCannotTell = 0;
  let nHarmWithoutVerdict = 0;
  for (const unit of asked) {
    const verdict = raterOf(unit, rater)?.verdict;
    const people = peopleOf(unit, pool);
    const told = people.some((each) => each.verdict.outcome === 'scored');
    if (!told) nPeopleCannotTell++;
    if (verdict?.outcome === 'scored') {
      if (told) nCompared++;
      continue;
    }
    if (verdict?.outcome === 'unscored') unscored[verdict.reason] = (unscored[verdict.reason] ?? 0) + 1;
    else nRaterCannotTell++;
    if (people.some((each) => each.verdict.outcome === 'scored' && each.verdict.harm === true)) nHarmWithoutVerdict++;
  }
  return { nLabelled: asked.length, nCompared, nRaterCannotTell, nPeopleCannotTell, unscored, nHarmWithoutVerdict };
}
