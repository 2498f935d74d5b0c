import { describe, expect, it } from 'vitest';
import {
  requireAtLeast,
  requireFinite,
  requireInclusionProbability,
  requireInsideUnitInterval,
  requirePositive,
  requireUnitInterval,
} from '../../../src/stats/argument.ts';

const atLeastZero = (name: string, value: number): void => requireAtLeast(name, value, 0);

describe('argument checks', () => {
  it.each([
    ['finite', requireFinite, [-1, 0, 1e300]],
    ['positive', requirePositive, [1e-300, 1]],
    ['at least zero', atLeastZero, [0, 7]],
    ['unit interval', requireUnitInterval, [0, 0.5, 1]],
    ['inside unit interval', requireInsideUnitInterval, [1e-9, 0.5]],
    ['inclusion probability', requireInclusionProbability, [1e-9, 1]],
  ] as const)('%s lets its values through', (_, check, values) => {
    for (const value of values) expect(() => check('x', value)).not.toThrow();
  });

  it.each([
    ['finite', requireFinite, [NaN, Infinity]],
    ['positive', requirePositive, [0, -1, NaN, Infinity]],
    ['at least zero', atLeastZero, [-1e-9, NaN, Infinity]],
    ['unit interval', requireUnitInterval, [-0.1, 1.1, NaN]],
    ['inside unit interval', requireInsideUnitInterval, [0, 1, NaN]],
    ['inclusion probability', requireInclusionProbability, [0, 1.01, NaN]],
  ] as const)('%s names the argument and shows the value', (_, check, values) => {
    for (const value of values) {
      expect(() => check('theArgument', value)).toThrow(RangeError);
      expect(() => check('theArgument', value)).toThrow(new RegExp(`^theArgument .*got ${value}$`));
    }
  });
});
