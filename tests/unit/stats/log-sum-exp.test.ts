import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logAddExp, logMeanExp } from '../../../src/stats/log-sum-exp.ts';
import { expectClose } from './close.ts';

const log = fc.double({ min: -600, max: 600, noNaN: true });

describe('sums of logarithms', () => {
  it('answer the examples of the docstring', () => {
    expectClose(logAddExp(Math.log(2), Math.log(3)), 1.6094379124341003, 1e-15);
    expect(logMeanExp([1000, 1000])).toBe(1000);
  });

  it('are the sum and the mean where those fit in a float', () => {
    expectClose(logMeanExp([Math.log(1), Math.log(2), Math.log(6)]), Math.log(3), 1e-15);
    fc.assert(fc.property(log, log, (a, b) => expectClose(logAddExp(a, b) - Math.log(2), logMeanExp([a, b]), 1e-12)));
  });

  it('do not care about order, and move with a common shift', () => {
    fc.assert(
      fc.property(
        fc.array(log, { minLength: 1, maxLength: 8 }),
        fc.double({ min: -1e5, max: 1e5, noNaN: true }),
        (logs, shift) => {
          expectClose(logMeanExp([...logs].reverse()), logMeanExp(logs), 1e-12);
          expectClose(logMeanExp(logs.map((l) => l + shift)), logMeanExp(logs) + shift, 1e-9);
        },
      ),
    );
  });

  it('take zero evidence as an ordinary argument', () => {
    expect(logAddExp(-Infinity, 2)).toBe(2);
    expect(logAddExp(-Infinity, -Infinity)).toBe(-Infinity);
    expect(logMeanExp([-Infinity, -Infinity])).toBe(-Infinity);
    expectClose(logMeanExp([-Infinity, 0]), -Math.log(2), 1e-15);
  });

  it('refuse NaN, infinite evidence and an empty mean', () => {
    expect(() => logAddExp(NaN, 0)).toThrow('a must be a logarithm (finite or -Infinity), got NaN');
    expect(() => logMeanExp([0, Infinity])).toThrow(RangeError);
    expect(() => logMeanExp([])).toThrow('values must not be empty');
  });
});
