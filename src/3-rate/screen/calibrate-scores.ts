import { fitLogistic } from '../../stats/logistic-regression.ts';
import type { HeldOut } from './train.ts';

export type Platt = { readonly slope: number; readonly intercept: number };

/** Platt's scaling: log odds of a positive as a straight line in the score. A slope below 0 would turn the screen round: it is held at 0. */
export function fitPlatt(heldOut: readonly HeldOut[]): Platt {
  const y = heldOut.map(({ row }) => Number(row.positive));
  const { bias, weights } = fitLogistic({ x: heldOut.map(({ score }) => [score]), y, penalty: 1e-3 });
  const share = y.reduce((sum, each) => sum + each, 0) / y.length;
  const [slope = 0] = weights;
  return slope > 0 ? { slope, intercept: bias } : { slope: 0, intercept: Math.log(share / (1 - share)) };
}

/** Expected calibration error over ten bins of equal count, each row calibrated on the other scenarios. */
export function calibrationError(heldOut: readonly HeldOut[]): number {
  const pairs: { p: number; y: number }[] = [];
  for (const fold of new Set(heldOut.map(({ fold }) => fold))) {
    const others = heldOut.filter((each) => each.fold !== fold);
    if (!others.some(({ row }) => row.positive) || !others.some(({ row }) => !row.positive)) continue;
    const { slope, intercept } = fitPlatt(others);
    for (const { row, score, fold: own } of heldOut) {
      if (own === fold) pairs.push({ p: 1 / (1 + Math.exp(-(intercept + slope * score))), y: row.positive ? 1 : 0 });
    }
  }
  pairs.sort((a, b) => a.p - b.p);
  let error = 0;
  for (let bin = 0; bin < 10; bin++) {
    const inside = pairs.slice(Math.floor((bin * pairs.length) / 10), Math.floor(((bin + 1) * pairs.length) / 10));
    error += Math.abs(inside.reduce((sum, { p, y }) => sum + p - y, 0));
  }
  return pairs.length === 0 ? 0 : error / pairs.length;
}

/** The score at which sensitivity + specificity is largest (Youden's J); the lowest of equals. */
export function chooseThreshold(heldOut: readonly HeldOut[]): number {
  const sorted = [...heldOut].sort((a, b) => a.score - b.score);
  const nPositive = sorted.filter(({ row }) => row.positive).length;
  const nNegative = sorted.length - nPositive;
  let [below, missed, best, threshold] = [0, 0, -Infinity, 0];
  sorted.forEach(({ row, score }, i) => {
    if (i === 0 || score > (sorted[i - 1]?.score ?? score)) {
      const j = (nPositive - missed) / nPositive + below / nNegative;
      if (j > best) [best, threshold] = [j, i === 0 ? score : (score + (sorted[i - 1]?.score ?? score)) / 2];
    }
    if (row.positive) missed++;
    else below++;
  });
  return threshold;
}
