import { requireFinite } from './argument.ts';
import type { Interval } from './wilson.ts';

export type Estimate = Interval & { readonly value: number };

/**
 * The interval of a difference a - b from the intervals of both ("method of variance estimates recovery"): each side takes up
 * how far its own limit is from the estimate, in the direction that matters, so that the result is as lopsided as they are.
 *
 *   low  = d - sqrt((a - la)^2 + (ub - b)^2 - 2 rho (a - la)(ub - b))
 *   high = d + sqrt((ua - a)^2 + (b - lb)^2 - 2 rho (ua - a)(b - lb))
 *
 * Use it for a difference of rates where few or none were counted: the textbook interval has width zero there, this one says
 * how much may have been missed. `correlation` is that of the two estimates, 0 for separate samples. Do not use it to test
 * again and again; it is a statement about one look.
 *
 * Guarantee: contains a - b; with intervals of the same confidence its coverage is about theirs.
 *
 * @example moverInterval({ value: 0.7, low: 0.569, high: 0.809 }, { value: 0.6, low: 0.447, high: 0.736 }, 0)
 *   // { value: 0.1, low: -0.0888, high: 0.2879 }
 *
 * References: Zou & Donner (2008) Statistics in Medicine 27, eq. 9-10; Newcombe (1998) Statistics in Medicine 17, 2635-2650
 * (the same for paired proportions).
 */
export function moverInterval(a: Estimate, b: Estimate, correlation: number): Estimate {
  checkEstimate('a', a);
  checkEstimate('b', b);
  if (!(correlation >= -1 && correlation <= 1)) throw new RangeError(`correlation must lie in [-1, 1], got ${correlation}`);
  const reach = (x: number, y: number) => Math.sqrt(Math.max(0, x * x + y * y - 2 * correlation * x * y));
  const value = a.value - b.value;
  return { value, low: value - reach(a.value - a.low, b.high - b.value), high: value + reach(a.high - a.value, b.value - b.low) };
}

function checkEstimate(name: string, { value, low, high }: Estimate): void {
  requireFinite(name, value);
  if (!(low <= value && value <= high))
    throw new RangeError(`${name} must lie in its interval, got ${value} in ${low} to ${high}`);
}
