import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stirlingRemainder } from '../../../src/stats/stirling.ts';
import { expectClose } from './close.ts';

describe('stirlingRemainder', () => {
  const logGamma = (z: number): number => (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + stirlingRemainder(z);

  it('gives log Gamma its known values', () => {
    expectClose(stirlingRemainder(1), 1 - Math.log(2 * Math.PI) / 2, 1e-15);
    expectClose(logGamma(0.5), Math.log(Math.PI) / 2, 1e-14);
    expectClose(logGamma(11), Math.log(3_628_800), 1e-13);
  });

  it('obeys Gamma(z + 1) = z Gamma(z)', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 60, noNaN: true }), (z) => {
        expectClose(logGamma(z + 1) - logGamma(z), Math.log(z), 1e-12);
      }),
    );
  });

  it('refuses zero', () => expect(() => stirlingRemainder(0)).toThrow('z must be positive and finite, got 0'));
});
