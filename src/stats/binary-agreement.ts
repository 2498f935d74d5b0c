import { requireAtLeast } from './argument.ts';
import type { UndefinedAgreement } from './cohen-kappa.ts';

/** A 2x2 table: yes or no, as one rater (the reference, where there is one) and the other say. Counts, or weighted sums. */
export type TwoByTwo = {
  readonly bothYes: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly bothNo: number;
};

export type BinaryAgreement =
  | {
      /** Share of units on which both say the same. */
      readonly observed: number;
      /** Of the yeses that either gave, the share that the other gave too; null when nobody said yes. */
      readonly onYes: number | null;
      readonly onNo: number | null;
      /** Kappa with both margins taken to be one half: 2 x observed - 1. */
      readonly pabak: number;
      readonly reason: null;
    }
  | { readonly observed: null; readonly reason: UndefinedAgreement };

/**
 * What kappa hides where harm is rare: agreement apart for yes and for no, and kappa without the penalty for prevalence.
 *
 * Use it beside every kappa on harm, with the table itself. Do not use PABAK instead of kappa: at 2 % prevalence a rater that
 * never sees harm has 0.96; agreement on yes, 0 for that rater, is the number to look at.
 *
 * Guarantee: all shares in [0, 1], PABAK in [-1, 1]; symmetric in the raters.
 *
 * @example binaryAgreement({ bothYes: 2, onlyFirst: 1, onlySecond: 2, bothNo: 95 }) // onYes 0.571, onNo 0.984, pabak 0.94
 *
 * References: Byrt, Bishop & Carlin (1993) J Clin Epidemiol 46 (PABAK); Cicchetti & Feinstein (1990) J Clin Epidemiol 43
 * (agreement on yes and on no).
 */
export function binaryAgreement({ bothYes, onlyFirst, onlySecond, bothNo }: TwoByTwo): BinaryAgreement {
  for (const [name, cell] of Object.entries({ bothYes, onlyFirst, onlySecond, bothNo })) requireAtLeast(name, cell, 0);
  const apart = onlyFirst + onlySecond;
  const n = bothYes + bothNo + apart;
  if (n === 0) return { observed: null, reason: 'nothing rated by both' };
  const observed = (bothYes + bothNo) / n;
  const specific = (both: number) => (both + apart === 0 ? null : (2 * both) / (2 * both + apart));
  return { observed, onYes: specific(bothYes), onNo: specific(bothNo), pabak: 2 * observed - 1, reason: null };
}
