import { requireFinite } from './argument.ts';

export type RankPair = { readonly a: number; readonly b: number };

/**
 * Spearman's rank correlation: whether two raters put the same units above one another, whatever scale each uses. Tied values
 * share their mean rank.
 *
 * Use it for a score that has no categories yet (a screen's), against people's. It says nothing of whether the two agree on a
 * level: a rater who is always one step too mild has 1. For that use `weighted-kappa.ts` or `krippendorff-alpha.ts`.
 *
 * Guarantee: in [-1, 1]; unchanged by any increasing transformation. Null with fewer than two units, or where one side is constant.
 *
 * @example spearman([{ a: 1, b: 10 }, { a: 2, b: 30 }, { a: 3, b: 20 }]) // 0.5
 *
 * References: Spearman (1904); with ties as Pearson's correlation of mid-ranks, Kendall & Gibbons (1990) section 3.8.
 */
export function spearman(pairs: readonly RankPair[]): number | null {
  const a = midRanks(pairs.map((pair) => pair.a));
  const b = midRanks(pairs.map((pair) => pair.b));
  const middle = (pairs.length + 1) / 2;
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (const i of pairs.keys()) {
    const x = (a[i] ?? middle) - middle;
    const y = (b[i] ?? middle) - middle;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? null : ab / Math.sqrt(aa * bb);
}

function midRanks(values: readonly number[]): number[] {
  for (const value of values) requireFinite('value', value);
  const order = [...values.keys()].sort((i, j) => (values[i] ?? 0) - (values[j] ?? 0));
  const ranks: number[] = new Array(values.length).fill(0);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end++;
    for (const i of order.slice(start, end)) ranks[i] = (start + end + 1) / 2;
    start = end;
  }
  return ranks;
}
