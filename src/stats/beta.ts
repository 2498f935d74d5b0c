import { requirePositive, requireUnitInterval } from './argument.ts';
import { stirlingRemainder } from './stirling.ts';

/**
 * The beta distribution: its distribution function I_x(a, b) (the regularised incomplete beta function) and its quantile.
 *
 * Use it for exact binomial limits (`clopper-pearson.ts`) and, through it, Student's t. It takes fractional shapes, so an
 * effective sample size can be put in place of a count. Not meant for shapes above about 1e9: the fraction then needs too many
 * terms, and a `RangeError` says so.
 *
 * Guarantee: about 1e-13 relative in the smaller tail while the smaller shape is below 1000, and a digit less for each tenfold
 * beyond. The quantile inverts the distribution to the same accuracy, and keeps its leading digits when the answer is next to 0.
 *
 * @example incompleteBeta(0.5, 2, 3) // 0.6875
 * @example betaQuantile(0.025, 5, 96) // 0.016431879182052158, the lower Clopper-Pearson limit of 5 in 100
 *
 * References: NIST DLMF 8.17.22 (continued fraction), 8.17.4 (symmetry); Lentz (1976) as modified by Thompson & Barnett (1986).
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  requireUnitInterval('x', x);
  requireShapes(a, b);
  return lowerTail(x, 1 - x, a, b);
}

/** @returns the x with I_x(a, b) = p; 0 at p = 0 and 1 at p = 1. */
export function betaQuantile(p: number, a: number, b: number): number {
  requireUnitInterval('p', p);
  requireShapes(a, b);
  if (p === 0 || p === 1) return p;
  // Newton on the log of the smaller tail in u = log(x/(1-x)), where the slope of I is simply x^a (1-x)^b / B(a, b).
  const upper = p > 0.5;
  const logTarget = Math.log(upper ? 1 - p : p);
  let low = -LOGIT_LIMIT;
  let high = LOGIT_LIMIT;
  let u = Math.log(a / b);
  for (let i = 0; i < 400; i++) {
    const x = 1 / (1 + Math.exp(-u));
    const y = 1 / (1 + Math.exp(u));
    const tail = upper ? lowerTail(y, x, b, a) : lowerTail(x, y, a, b);
    const excess = Math.log(tail) - logTarget;
    if (excess > 0 === upper) low = u;
    else high = u;
    const slope = (kernel(x, y, a, b) / tail) * (upper ? -1 : 1);
    const newton = u - excess / slope;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - u) <= 1e-15 * Math.max(1, Math.abs(u))) return 1 / (1 + Math.exp(-next));
    u = next;
  }
  return 1 / (1 + Math.exp(-u));
}

/** exp(-744) is the last number before underflow. */
const LOGIT_LIMIT = 744;

/** I_x(a, b) with y = 1 - x given by the caller, who may know it better than the subtraction. */
function lowerTail(x: number, y: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  // 8.17.4: take the side on which the fraction converges fast.
  if (x > (a + 1) / (a + b + 2)) return 1 - (kernel(x, y, a, b) * continuedFraction(y, b, a)) / b;
  return (kernel(x, y, a, b) * continuedFraction(x, a, b)) / a;
}

/** x^a y^b / B(a, b) in logs; each of the two large logarithms vanishes at the mode x/a = y/b. */
function kernel(x: number, y: number, a: number, b: number): number {
  const s = a + b;
  const remainder = stirlingRemainder(s) - stirlingRemainder(a) - stirlingRemainder(b);
  const scale = Math.sqrt((a * (b / s)) / (2 * Math.PI));
  const offMode = x * b - y * a;
  return scale * Math.exp(a * logRatio(x, s, a, offMode) + b * logRatio(y, s, b, -offMode) + remainder);
}

/** log(x s / a), by the distance from 1 when that is small. */
function logRatio(x: number, s: number, a: number, offMode: number): number {
  const distance = offMode / a;
  return Math.abs(distance) < 0.5 ? Math.log1p(distance) : Math.log((x * s) / a);
}

/** 1/(1 + d1/(1 + d2/(1 + ...))), 8.17.22-23, by Lentz's method. */
function continuedFraction(x: number, a: number, b: number): number {
  const s = a + b;
  let c = 1;
  let d = 1 / awayFromZero(1 - (s * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= 200_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (s + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 2e-16) return value;
  }
  throw new RangeError(`a and b are too large for the continued fraction, got ${a} and ${b}`);
}

const awayFromZero = (v: number): number => (Math.abs(v) < 1e-300 ? 1e-300 : v);

function requireShapes(a: number, b: number): void {
  requirePositive('a', a);
  requirePositive('b', b);
}
