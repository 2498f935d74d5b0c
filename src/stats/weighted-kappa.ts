import { requireFinite, requirePositive } from './argument.ts';
import type { UndefinedAgreement } from './cohen-kappa.ts';

/** What two raters said of one unit, as numbers on one scale, and how many units it stands for. */
export type RatedPair = { readonly a: number; readonly b: number; readonly weight: number };

export type WeightedKappa =
  | { readonly kappa: number; readonly reason: null }
  | { readonly kappa: null; readonly reason: UndefinedAgreement };

/**
 * Weighted kappa: one minus the mean disagreement between two raters over the one they would have if each kept their own
 * distribution and paired by chance. Disagreement is |a - b| (linear) or (a - b)^2 (quadratic).
 *
 * Use it for ordered categories, numbered in order, where being off by one is better than being off by three. Values need not
 * be whole: the mean of a crowd may be compared with a judge's step. Quadratic weights make it an intra-class correlation that
 * also punishes a shift; do not compare it across scales with different numbers of steps.
 *
 * Guarantee: at most 1; on whole categories with unit weights it is Cohen's weighted kappa; scaling all weights changes nothing.
 * Null where every pair is the same one value.
 *
 * @example weightedKappa([{ a: 0, b: 0, weight: 1 }, { a: 2, b: 1, weight: 1 }], 'quadratic') // { kappa: 0.6666666666666667 }
 *
 * References: Cohen (1968) Psychological Bulletin 70; Fleiss & Cohen (1973) (quadratic weights as intra-class correlation).
 */
export function weightedKappa(pairs: readonly RatedPair[], weights: 'linear' | 'quadratic'): WeightedKappa {
  if (pairs.length === 0) return { kappa: null, reason: 'nothing rated by both' };
  const distance = (x: number, y: number) => (weights === 'linear' ? Math.abs(x - y) : (x - y) ** 2);
  const inA = new Map<number, number>();
  const inB = new Map<number, number>();
  let total = 0;
  let observed = 0;
  for (const { a, b, weight } of pairs) {
    requireFinite('a', a);
    requireFinite('b', b);
    requirePositive('weight', weight);
    inA.set(a, (inA.get(a) ?? 0) + weight);
    inB.set(b, (inB.get(b) ?? 0) + weight);
    total += weight;
    observed += weight * distance(a, b);
  }
  let expected = 0;
  for (const [x, wx] of inA) for (const [y, wy] of inB) expected += wx * wy * distance(x, y);
  if (expected === 0) return { kappa: null, reason: 'one category only' };
  return { kappa: 1 - (observed * total) / expected, reason: null };
}
