import { requireFinite, requirePositive } from './argument.ts';

/** What the raters of one unit said; missing ones are simply not there. `weight`: how many units it stands for (1 if not said). */
export type CodedUnit = { readonly values: readonly number[]; readonly weight?: number };
export type Level = 'nominal' | 'ordinal' | 'interval';

export type KrippendorffAlpha =
  | { readonly alpha: number; readonly reason: null; readonly nUnits: number; readonly nValues: number }
  | {
      readonly alpha: null;
      readonly reason: 'no unit rated twice' | 'one category only';
      readonly nUnits: number;
      readonly nValues: number;
    };

/**
 * Krippendorff's alpha: one minus the disagreement within units over the disagreement among all values that could be paired.
 *
 * Use it for any number of raters, who need not rate everything, on categories (nominal), ranks (ordinal) or measured numbers
 * (interval). Units with fewer than two values say nothing about agreement and are left out; `nUnits` and `nValues` count what
 * was used. It shares kappa's weakness for rare categories, so show the counts beside it. For an interval resample units, or
 * their clusters, with `cluster-bootstrap.ts`.
 *
 * Guarantee: at most 1, and 1 exactly when no unit has two different values; the order of raters and units does not matter;
 * scaling all weights changes nothing. Null where every pairable value is the same.
 *
 * @example krippendorffAlpha([{ values: [1, 1] }, { values: [2, 2, 3] }, { values: [3] }], 'nominal') // alpha 0.5
 *
 * References: Krippendorff (2011) Computing Krippendorff's alpha-reliability, sections C to E. Weights multiply a unit's
 * coincidences, after scaling to a mean of 1 so that the small-sample correction n - 1 keeps its meaning.
 */
export function krippendorffAlpha(units: readonly CodedUnit[], level: Level): KrippendorffAlpha {
  const pairable = units.filter(({ values }) => values.length >= 2);
  const nUnits = pairable.length;
  const nValues = pairable.reduce((sum, { values }) => sum + values.length, 0);
  if (nUnits === 0) return { alpha: null, reason: 'no unit rated twice', nUnits, nValues };
  const scale = nUnits / pairable.reduce((sum, { weight = 1 }) => sum + weight, 0);

  const totals = new Map<number, number>();
  for (const { values, weight = 1 } of pairable) {
    requirePositive('weight', weight);
    for (const value of values) {
      requireFinite('value', value);
      totals.set(value, (totals.get(value) ?? 0) + weight * scale);
    }
  }
  if (totals.size === 1) return { alpha: null, reason: 'one category only', nUnits, nValues };
  const sorted = [...totals].sort(([a], [b]) => a - b);
  const distance = distancesOf(sorted, level);
  const rank = new Map(sorted.map(([value], i) => [value, i]));

  let observed = 0;
  for (const { values, weight = 1 } of pairable) {
    let within = 0;
    for (const [i, a] of values.entries())
      for (const b of values.slice(i + 1)) within += distance(rank.get(a) ?? 0, rank.get(b) ?? 0);
    observed += (2 * weight * scale * within) / (values.length - 1);
  }
  let expected = 0;
  let n = 0;
  for (const [i, [, ni]] of sorted.entries()) {
    n += ni;
    for (const [j, [, nj]] of sorted.entries()) expected += ni * nj * distance(i, j);
  }
  return { alpha: 1 - (observed * (n - 1)) / expected, reason: null, nUnits, nValues };
}

/** The squared difference between the i-th and the j-th value of the sorted totals. */
function distancesOf(sorted: readonly (readonly [number, number])[], level: Level): (i: number, j: number) => number {
  switch (level) {
    case 'nominal':
      return (i, j) => (i === j ? 0 : 1);
    case 'interval':
      return (i, j) => ((sorted[i]?.[0] ?? 0) - (sorted[j]?.[0] ?? 0)) ** 2;
    case 'ordinal': {
      // How many values lie between two ranks, half of each rank's own counted: the difference of their mid-ranks.
      let before = 0;
      const middle = sorted.map(([, count]) => {
        before += count;
        return before - count / 2;
      });
      return (i, j) => ((middle[i] ?? 0) - (middle[j] ?? 0)) ** 2;
    }
  }
}
