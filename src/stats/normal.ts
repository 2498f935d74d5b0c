import { requireUnitInterval } from './argument.ts';

/**
 * The standard normal distribution: its distribution function and its quantile.
 *
 * Use the quantile for the critical value of an interval. Do not use either to test a rate again and again as data
 * arrive (`e-detector.ts` is for that), nor for a rate with few harms (`design-interval.ts`).
 *
 * Guarantee: `normalCdf` keeps its relative accuracy (about 1e-13) deep into the lower tail, where 1 - Phi(-x) would have
 * none left; `normalQuantile` is accurate to about one part in 1e15.
 *
 * @example normalCdf(-3) // 0.0013498980316300933
 * @example normalQuantile(0.975) // 1.959963984540054
 *
 * References: Abramowitz & Stegun (1964) 26.2.11 (series) and 26.2.14 (Laplace's continued fraction);
 * Wichura (1988) Algorithm AS 241, routine PPND16.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) throw new RangeError(`x must be a number, got ${x}`);
  if (x < -SERIES_LIMIT) return upperTail(-x);
  if (x > SERIES_LIMIT) return 1 - upperTail(x);
  return 0.5 + centralArea(x);
}

/** @returns the z with P(Z <= z) = p; -Infinity at 0 and Infinity at 1. */
export function normalQuantile(p: number): number {
  requireUnitInterval('p', p);
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const z = r <= 5 ? ratio(SHOULDER, r - 1.6) : ratio(TAIL, r - 5);
  return q < 0 ? -z : z;
}

/** Beyond this the series cancels and the continued fraction is quick. */
const SERIES_LIMIT = 3;

const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** Phi(x) - 1/2 = phi(x) (x + x^3/3 + x^5/(3 5) + ...), 26.2.11. */
function centralArea(x: number): number {
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > Math.abs(sum) * 1e-17; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return density(x) * sum;
}

/** 1 - Phi(x) = phi(x) / (x + 1/(x + 2/(x + 3/(x + ...)))), 26.2.14, from the inside out. */
function upperTail(x: number): number {
  let inner = x;
  for (let k = 120; k >= 1; k--) inner = x + k / inner;
  return density(x) / inner;
}

type Rational = { readonly over: readonly number[]; readonly under: readonly number[] };

const polynomial = (coefficients: readonly number[], x: number): number => coefficients.reduceRight((sum, c) => sum * x + c, 0);
const ratio = ({ over, under }: Rational, x: number): number => polynomial(over, x) / polynomial(under, x);

// The coefficients of AS 241, constant term first, rounded to the nearest double.
const CENTRE: Rational = {
  over: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  under: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
    5226.495278852854,
  ],
};
const SHOULDER: Rational = {
  over: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
    0.022723844989269184, 0.0007745450142783414,
  ],
  under: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345,
    1.0507500716444169e-9,
  ],
};
const TAIL: Rational = {
  over: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784,
    2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  under: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
    1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};
