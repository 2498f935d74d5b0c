import { requireAtLeast, requireInsideUnitInterval } from './argument.ts';
import { normalQuantile } from './normal.ts';

/** Why an agreement has no value. One category everywhere leaves no room to agree by more than chance. */
export type UndefinedAgreement = 'nothing rated by both' | 'one category only';

export type CohenKappa =
  | {
      readonly kappa: number;
      /** Share of units on which both say the same, and the share that chance alone would give with these margins. */
      readonly observed: number;
      readonly expected: number;
      /** Large-sample standard error, and the one under the hypothesis of chance agreement. */
      readonly se: number;
      readonly seNull: number;
      readonly low: number;
      readonly high: number;
      readonly reason: null;
    }
  | { readonly kappa: null; readonly reason: UndefinedAgreement };

/**
 * Cohen's kappa from a square table: rows are what one rater said, columns what the other said, cells how often (whole counts,
 * or design-weighted sums, which leave kappa right and the standard errors wrong).
 *
 * Use it for two raters and unordered categories, and never alone: where harm is rare it is low although nearly all units
 * agree (97 % agreement at 3 to 4 % prevalence is kappa 0.56), so show `binary-agreement.ts` beside it. For ordered categories
 * use `weighted-kappa.ts`, for more than two raters or missing cells `krippendorff-alpha.ts`. The interval here holds for
 * independent, unweighted units only; otherwise `cluster-bootstrap.ts`.
 *
 * Guarantee: at most 1; 1 exactly when every unit is on the diagonal; null when both raters use one and the same category.
 *
 * @example cohenKappa([[20, 5], [10, 15]], 0.95) // kappa 0.4, observed 0.7, expected 0.5
 *
 * References: Cohen (1960); Fleiss, Cohen & Everitt (1969) Psychological Bulletin 72, eq. 8 (se) and 10 (under chance).
 */
export function cohenKappa(table: readonly (readonly number[])[], confidence = 0.95): CohenKappa {
  requireInsideUnitInterval('confidence', confidence);
  const k = table.length;
  for (const row of table) {
    if (row.length !== k) throw new RangeError(`table must be square, got a row of ${row.length} in ${k}`);
    for (const cell of row) requireAtLeast('cell', cell, 0);
  }
  const n = table.flat().reduce((sum, cell) => sum + cell, 0);
  if (n === 0) return { kappa: null, reason: 'nothing rated by both' };
  const p = (i: number, j: number) => (table[i]?.[j] ?? 0) / n;
  const each = [...table.keys()];
  const sum = (of: (i: number) => number) => each.reduce((total, i) => total + of(i), 0);
  const row = each.map((i) => sum((j) => p(i, j)));
  const column = each.map((j) => sum((i) => p(i, j)));
  const r = (i: number) => row[i] ?? 0;
  const c = (i: number) => column[i] ?? 0;
  const observed = sum((i) => p(i, i));
  const expected = sum((i) => r(i) * c(i));
  const free = 1 - expected;
  if (free <= 0) return { kappa: null, reason: 'one category only' };
  const kappa = (observed - expected) / free;
  const on = sum((i) => p(i, i) * (1 - (r(i) + c(i)) * (1 - kappa)) ** 2);
  const off = (1 - kappa) ** 2 * sum((i) => sum((j) => (i === j ? 0 : p(i, j) * (c(i) + r(j)) ** 2)));
  const variance = (on + off - (kappa - expected * (1 - kappa)) ** 2) / (n * free ** 2);
  const varianceNull = (expected + expected ** 2 - sum((i) => r(i) * c(i) * (r(i) + c(i)))) / (n * free ** 2);
  // Both are squares in exact arithmetic; at perfect agreement rounding can leave them a hair below zero.
  const se = Math.sqrt(Math.max(0, variance));
  const half = normalQuantile(0.5 + confidence / 2) * se;
  const seNull = Math.sqrt(Math.max(0, varianceNull));
  return { kappa, observed, expected, se, seNull, low: kappa - half, high: kappa + half, reason: null };
}
