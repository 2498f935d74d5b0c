/**
 * What every function in `stats/` does with an argument that cannot be meant: a `RangeError` that names the argument and
 * shows its value. A wrong number must stop here, because one batch later it is evidence.
 *
 * Each check is written so that NaN fails it.
 */
export function requireFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`${name} must be a finite number, got ${value}`);
}

export function requirePositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} must be positive and finite, got ${value}`);
}

export function requireAtLeast(name: string, value: number, least: number): void {
  if (!(value >= least && value < Infinity)) throw new RangeError(`${name} must be finite and at least ${least}, got ${value}`);
}

/** A rate, a score, a probability that may be certain: the closed interval. */
export function requireUnitInterval(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must lie in [0, 1], got ${value}`);
}

/** A confidence level, an alpha, a centre of a bet: the open interval. */
export function requireInsideUnitInterval(name: string, value: number): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`${name} must lie strictly between 0 and 1, got ${value}`);
}

/** The probability with which a unit was taken: never zero, or its weight would be infinite. */
export function requireInclusionProbability(name: string, value: number): void {
  if (!(value > 0 && value <= 1)) throw new RangeError(`${name} must lie in (0, 1], got ${value}`);
}
