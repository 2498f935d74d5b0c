import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clopperPearsonInterval } from '../../../src/stats/clopper-pearson.ts';
import { expectClose } from './close.ts';
import { vector } from './vectors.ts';

const ids = ['clopper_pearson_5_100', 'clopper_pearson_0_50', 'clopper_pearson_10_500', 'clopper_pearson_500_500'];

describe('clopperPearsonInterval', () => {
  it.each(ids)('agrees with statsmodels: %s', (id) => {
    const { input, expected, tol } = vector<{ x: number; n: number; conf: number }, { lo: number; hi: number }>(id);
    const { low, high } = clopperPearsonInterval({ count: input.x, n: input.n, confidence: input.conf });
    expectClose(low, expected.lo, tol);
    expectClose(high, expected.hi, tol);
  });

  it('covers every true rate at least as often as it says (n = 30, exact sum)', () => {
    const n = 30;
    const intervals = Array.from({ length: n + 1 }, (_, count) => clopperPearsonInterval({ count, n, confidence: 0.9 }));
    for (let p = 0.01; p < 1; p += 0.01) {
      let chance = (1 - p) ** n;
      let covered = 0;
      for (const [count, { low, high }] of intervals.entries()) {
        if (low <= p && p <= high) covered += chance;
        chance *= ((n - count) / (count + 1)) * (p / (1 - p));
      }
      expect(covered).toBeGreaterThanOrEqual(0.9 - 1e-12);
    }
  });

  it('knows "none in n" in closed form: 1 - (alpha/2)^(1/n)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (n) => {
        const { low, high } = clopperPearsonInterval({ count: 0, n, confidence: 0.95 });
        expect(low).toBe(0);
        expectClose(high / -Math.expm1(Math.log(0.025) / n), 1, 1e-9);
      }),
    );
  });

  it('refuses a count above n', () => {
    expect(() => clopperPearsonInterval({ count: 6, n: 5, confidence: 0.95 })).toThrow('count must not exceed n = 5, got 6');
    expect(() => clopperPearsonInterval({ count: -1, n: 5, confidence: 0.95 })).toThrow(RangeError);
  });
});
