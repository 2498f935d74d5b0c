import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bernoulliKl } from '../../../src/stats/kl.ts';
import { expectClose } from './close.ts';

const rate = fc.double({ min: 0.001, max: 0.999, noNaN: true });

describe('bernoulliKl', () => {
  it('answers the example of its docstring', () => expectClose(bernoulliKl(0.04, 0.02), 0.007931, 5e-7));

  it('is 0 only at equal rates, and grows away from them', () => {
    fc.assert(
      fc.property(rate, rate, (p, q) => {
        expect(bernoulliKl(p, p)).toBeLessThan(1e-15);
        // Pinsker: at least twice the squared distance.
        expect(bernoulliKl(p, q)).toBeGreaterThanOrEqual(2 * (p - q) ** 2 - 1e-12);
      }),
    );
  });

  it('mirrors when harm and no harm change places', () => {
    fc.assert(fc.property(rate, rate, (p, q) => expectClose(bernoulliKl(1 - p, 1 - q), bernoulliKl(p, q), 1e-10)));
  });

  it('is finite at a p of 0 and 1, and refuses a q there', () => {
    expectClose(bernoulliKl(0, 0.5), Math.log(2), 1e-15);
    expectClose(bernoulliKl(1, 0.5), Math.log(2), 1e-15);
    expect(() => bernoulliKl(0.5, 0)).toThrow('q must lie strictly between 0 and 1, got 0');
    expect(() => bernoulliKl(1.5, 0.5)).toThrow('p must lie in [0, 1], got 1.5');
  });
});
