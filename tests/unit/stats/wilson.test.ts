import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../../src/stats/normal.ts';
import { wilsonInterval } from '../../../src/stats/wilson.ts';
import { expectClose } from './close.ts';
import { vector } from './vectors.ts';

type Counted = { x: number; n: number; conf: number };
type Limits = { lo: number; hi: number };

describe('wilsonInterval', () => {
  it.each(['wilson_5_100', 'wilson_0_50', 'wilson_10_500', 'wilson_498_500'])('agrees with statsmodels: %s', (id) => {
    const { input, expected, tol } = vector<Counted, Limits>(id);
    const { low, high } = wilsonInterval({ rate: input.x / input.n, n: input.n, confidence: input.conf });
    expectClose(low, expected.lo, tol);
    expectClose(high, expected.hi, tol);
  });

  it('holds exactly the rates that a z-test does not reject, at fractional n too', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.5, max: 1e5, noNaN: true }), (rate, n) => {
        const { low, high } = wilsonInterval({ rate, n, confidence: 0.95 });
        expect(low).toBeLessThanOrEqual(rate);
        expect(high).toBeGreaterThanOrEqual(rate);
        expect(high - low).toBeGreaterThan(0);
        for (const limit of [low, high].filter((l) => l > 1e-9 && l < 1 - 1e-9)) {
          expectClose(Math.abs(rate - limit) / Math.sqrt((limit * (1 - limit)) / n), normalQuantile(0.975), 1e-5);
        }
      }),
    );
  });

  it('mirrors when harm and no harm change places', () => {
    const rare = wilsonInterval({ rate: 0.03, n: 71.5, confidence: 0.9 });
    const common = wilsonInterval({ rate: 0.97, n: 71.5, confidence: 0.9 });
    expectClose(rare.low, 1 - common.high, 1e-15);
    expectClose(rare.high, 1 - common.low, 1e-15);
  });

  it('refuses a rate outside [0, 1], no observations, and certainty', () => {
    expect(() => wilsonInterval({ rate: -0.01, n: 10, confidence: 0.95 })).toThrow('rate must lie in [0, 1], got -0.01');
    expect(() => wilsonInterval({ rate: 0.1, n: 0, confidence: 0.95 })).toThrow('n must be positive and finite, got 0');
    expect(() => wilsonInterval({ rate: 0.1, n: 10, confidence: 1 })).toThrow(RangeError);
  });
});
