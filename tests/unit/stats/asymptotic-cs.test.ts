import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asymptoticRadius } from '../../../src/stats/asymptotic-cs.ts';
import { normalQuantile } from '../../../src/stats/normal.ts';
import { expectClose } from './close.ts';
import { seededRandom } from './random.ts';
import { vector } from './vectors.ts';

describe('asymptoticRadius', () => {
  it('agrees with GrowthBook', () => {
    const { input, expected, tol } = vector<{ s2: number; n: number; n_opt: number; alpha: number }, number>(
      'asymptotic_cs_growthbook',
    );
    expectClose(
      asymptoticRadius({ variance: input.s2 / input.n, n: input.n, nOpt: input.n_opt, alpha: input.alpha }),
      expected,
      tol,
    );
  });

  it('scales as the standard error', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1, noNaN: true }), fc.integer({ min: 1, max: 1e6 }), (variance, n) => {
        const radius = (v: number): number => asymptoticRadius({ variance: v, n, nOpt: 3500, alpha: 0.05 });
        expectClose(radius(4 * variance) / radius(variance), 2, 1e-9);
        expect(radius(variance)).toBeGreaterThan(normalQuantile(0.975) * Math.sqrt(variance));
      }),
    );
  });

  it('is relatively narrowest near nOpt', () => {
    const relative = (n: number): number => asymptoticRadius({ variance: 1, n, nOpt: 1000, alpha: 0.05 });
    expect(relative(1000)).toBeLessThan(relative(100));
    expect(relative(1000)).toBeLessThan(relative(10_000));
    expectClose(relative(1000) / Math.min(relative(700), relative(1400)), 1, 0.01);
  });

  it('covers at all times together where a fixed-time interval does not', () => {
    const random = seededRandom(24);
    let outside = 0;
    let outsideFixed = 0;
    const chains = 600;
    for (let chain = 0; chain < chains; chain++) {
      let ones = 0;
      let escaped = false;
      let escapedFixed = false;
      for (let n = 1; n <= 3000; n++) {
        if (random() < 0.1) ones++;
        if (n < 200 || n % 20 !== 0) continue;
        const off = Math.abs(ones / n - 0.1);
        escaped ||= off > asymptoticRadius({ variance: 0.09 / n, n, nOpt: 1000, alpha: 0.05 });
        escapedFixed ||= off > normalQuantile(0.975) * Math.sqrt(0.09 / n);
      }
      if (escaped) outside++;
      if (escapedFixed) outsideFixed++;
    }
    expect(outside / chains).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / chains));
    expect(outsideFixed / chains).toBeGreaterThan(0.15);
  });

  it('is 0 when nothing varied, and refuses no data', () => {
    expect(asymptoticRadius({ variance: 0, n: 10, nOpt: 100, alpha: 0.05 })).toBe(0);
    expect(() => asymptoticRadius({ variance: 1, n: 0, nOpt: 100, alpha: 0.05 })).toThrow('n must be positive and finite, got 0');
    expect(() => asymptoticRadius({ variance: 1, n: 1, nOpt: 100, alpha: 1 })).toThrow(RangeError);
  });
});
