/**
 * Sums and means of numbers kept as logarithms.
 *
 * Use these wherever evidence multiplies over months: the evidence itself leaves the range of a float, its log does not.
 * -Infinity stands for zero evidence and is an ordinary argument; NaN and +Infinity are not.
 *
 * Guarantee: no overflow and no underflow that matters, relative error of the exponential about 1e-15.
 *
 * @example logAddExp(Math.log(2), Math.log(3)) // log 5 = 1.6094379124341003
 * @example logMeanExp([1000, 1000]) // 1000
 */
export function logAddExp(a: number, b: number): number {
  requireLog('a', a);
  requireLog('b', b);
  const larger = Math.max(a, b);
  return larger === -Infinity ? -Infinity : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
}

/** log of the arithmetic mean of exp(values). */
export function logMeanExp(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('values must not be empty, got 0 of them');
  let largest = -Infinity;
  for (const value of values) {
    requireLog('values', value);
    if (value > largest) largest = value;
  }
  if (largest === -Infinity) return -Infinity;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - largest);
  return largest + Math.log(sum / values.length);
}

function requireLog(name: string, value: number): void {
  if (!(value < Infinity)) throw new RangeError(`${name} must be a logarithm (finite or -Infinity), got ${value}`);
}
