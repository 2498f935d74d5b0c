import { requirePositive } from './argument.ts';

/** One unit as the reference and the rater call it. */
export type Called = { readonly reference: number; readonly rated: number; readonly weight: number };

export type Confusion = {
  /** In ascending order: the index of every row (what the reference says) and column (what the rater says). */
  readonly categories: readonly number[];
  /** How many units, as they were seen. */
  readonly counts: readonly (readonly number[])[];
  /** How many units they stand for. */
  readonly weighted: readonly (readonly number[])[];
};

/**
 * Who called what what: rows are the reference's categories, columns the rater's.
 *
 * Use the counts to see how much evidence there is and the weighted sums for rates and for `cohen-kappa.ts`.
 *
 * @param categories that must be shown even where nobody used them; others are added as they occur.
 * @example confusion([{ reference: 1, rated: 0, weight: 2 }]) // categories [0, 1], counts [[0, 0], [1, 0]]
 */
export function confusion(called: readonly Called[], categories: readonly number[] = []): Confusion {
  const seen = new Set(categories);
  for (const { reference, rated, weight } of called) {
    requirePositive('weight', weight);
    seen.add(reference).add(rated);
  }
  const sorted = [...seen].sort((a, b) => a - b);
  const index = new Map(sorted.map((category, i) => [category, i]));
  const empty = () => sorted.map(() => sorted.map(() => 0));
  const counts = empty();
  const weighted = empty();
  const add = (table: number[][], i: number, j: number, amount: number) => {
    const row = table[i];
    if (row !== undefined) row[j] = (row[j] ?? 0) + amount;
  };
  for (const { reference, rated, weight } of called) {
    const i = index.get(reference) ?? 0;
    const j = index.get(rated) ?? 0;
    add(counts, i, j, 1);
    add(weighted, i, j, weight);
  }
  return { categories: sorted, counts, weighted };
}
