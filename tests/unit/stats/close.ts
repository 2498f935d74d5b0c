import { expect } from 'vitest';

/** Within an absolute tolerance. NaN fails. */
export function expectClose(actual: number, expected: number, tol: number): void {
  expect(Math.abs(actual - expected), `${actual} is not within ${tol} of ${expected}`).toBeLessThanOrEqual(tol);
}
