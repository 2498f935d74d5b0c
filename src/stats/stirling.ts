import { requirePositive } from './argument.ts';

/**
 * How far Stirling's formula is from the truth: delta(z) = log Gamma(z) - [(z - 1/2) log z - z + log(2 pi)/2].
 *
 * Use it to form ratios of gamma functions. Their large parts then cancel in algebra, not in floating point, so a beta
 * distribution with a million observations is as accurate as one with ten. Do not use it for the value of Gamma itself.
 *
 * Guarantee: absolute error below 1e-15 for z >= 1.
 *
 * @example stirlingRemainder(1) // 0.08106146679532726, which is 1 - log(2 pi)/2
 *
 * References: Abramowitz & Stegun (1964) 6.1.41 (the series); DiDonato & Morris (1992) ACM TOMS 18 section 4 (its use in
 * beta ratios).
 */
export function stirlingRemainder(z: number): number {
  requirePositive('z', z);
  let remainder = 0;
  let at = z;
  // delta(z) - delta(z + 1) = (z + 1/2) log(1 + 1/z) - 1 carries a small argument to where the series is exact.
  for (; at < SERIES_FROM; at++) remainder += (at + 0.5) * Math.log1p(1 / at) - 1;
  const inverseSquare = 1 / (at * at);
  const series = SERIES.reduceRight((sum, c) => sum * inverseSquare + c, 0);
  return remainder + series / at;
}

const SERIES_FROM = 15;

/** B_{2k} / (2k (2k - 1)), k = 1, 2, ... */
const SERIES = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
