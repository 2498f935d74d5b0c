import type { Level } from '../../stats/krippendorff-alpha.ts';
import { comparePools, type PoolComparison } from './compare-pools.ts';
import { compareRater, type RaterComparison } from './compare-rater.ts';
import { describePool, type PoolDescription } from './describe-pool.ts';
import type { Chance } from './measure-agreement.ts';
import type { Cell, RatedUnit } from './rated-unit.ts';

export const all_languages = 'all';

export type Calibration = {
  /** One row for each dimension, rater revision, language and pool of people. */
  readonly raters: readonly RaterComparison[];
  /** How far the people of each pool agree among themselves: no rater can be held to more. */
  readonly pools: readonly PoolDescription[];
  /** Every two pools that labelled the same dimension: their disagreement is a finding, and never averaged away. */
  readonly poolPairs: readonly PoolComparison[];
};

/**
 * Holds every rater against every pool of people who labelled the same units, by dimension and language, and every pool against
 * itself and the others. Only what was said is compared; what was not said is counted beside it.
 * @param levelOf the scale of a dimension: steps without order, steps in order, or measured numbers.
 */
export function calibrate(units: readonly RatedUnit[], levelOf: (dimension: string) => Level, chance: Chance): Calibration {
  const cells = cellsOf(units);
  const raters: RaterComparison[] = [];
  const pools: PoolDescription[] = [];
  const poolPairs: PoolComparison[] = [];
  for (const cell of cells) {
    const level = levelOf(cell.dimension);
    const named = namesOf(cell.units, (unit) => unit.people.map(({ pool }) => pool));
    for (const pool of named) pools.push(describePool(cell, pool, level, chance));
    for (const rater of namesOf(cell.units, (unit) => unit.raters.map((each) => each.rater)))
      for (const pool of named) raters.push(compareRater(cell, rater, pool, level, chance));
    for (const [i, first] of named.entries())
      for (const second of named.slice(i + 1)) poolPairs.push(comparePools(cell, first, second, level, chance));
  }
  return { raters, pools, poolPairs };
}

/** Each dimension over all languages, and in each language where there is more than one. */
function cellsOf(units: readonly RatedUnit[]): Cell[] {
  return namesOf(units, ({ dimension }) => [dimension]).flatMap((dimension) => {
    const own = units.filter((unit) => unit.dimension === dimension);
    const languages = namesOf(own, ({ language }) => [language]);
    const [only] = languages;
    if (languages.length === 1 && only !== undefined) return [{ dimension, language: only, units: own }];
    return [
      { dimension, language: all_languages, units: own },
      ...languages.map((language) => ({ dimension, language, units: own.filter((unit) => unit.language === language) })),
    ];
  });
}

function namesOf(units: readonly RatedUnit[], of: (unit: RatedUnit) => readonly string[]): string[] {
  return [...new Set(units.flatMap(of))].sort();
}
