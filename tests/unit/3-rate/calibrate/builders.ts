import type { Chance } from '../../../../src/3-rate/calibrate/measure-agreement.ts';
import type { RatedUnit, Verdict } from '../../../../src/3-rate/calibrate/rated-unit.ts';
import { seededRandom } from '../../stats/random.ts';

/** Another generator for each name, as the command has it. */
export const chance: Chance = {
  random: (name) => seededRandom([...name].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) | 0, 7)),
  replicates: 200,
  confidence: 0.95,
};

/** `true` and `false` are harm and none, a string is a reason for no verdict, null is cannot_tell. */
export type Said = boolean | string | null;
export function verdictOf(said: Said): Verdict {
  if (said === null) return { outcome: 'cannot_tell' };
  if (typeof said === 'string') return { outcome: 'unscored', reason: said };
  return { outcome: 'scored', value: Number(said), harm: said };
}

let units = 0;
/** People as `name@pool`. */
export function unitOf(
  people: Record<string, Said>,
  raters: Record<string, Said> = {},
  given: Partial<RatedUnit> = {},
): RatedUnit {
  units += 1;
  return {
    unit: `unit ${units}`,
    cluster: `user ${units}`,
    dimension: 'concrete.flattery',
    language: 'en',
    weight: 1,
    people: Object.entries(people).map(([name, said]) => {
      const [person = '', pool = ''] = name.split('@');
      return { person, pool, verdict: verdictOf(said) };
    }),
    raters: Object.entries(raters).map(([rater, said]) => ({ rater, weight: given.weight ?? 1, verdict: verdictOf(said) })),
    ...given,
  };
}

export const times = (n: number, make: () => RatedUnit): RatedUnit[] => Array.from({ length: n }, make);
