import { describe, expect, it } from 'vitest';
import { moverInterval } from '../../../src/stats/mover-interval.ts';
import { wilsonInterval } from '../../../src/stats/wilson.ts';

const wilson = (count: number, n: number) => {
  const { low, high } = wilsonInterval({ rate: count / n, n, confidence: 0.95 });
  return { value: count / n, low, high };
};

describe('the interval of a difference', () => {
  it("is Newcombe's for two samples (his example: 56/70 and 48/80)", () => {
    // Newcombe (1998) Statistics in Medicine 17, 873-890, table II, method 10, case (a).
    const { value, low, high } = moverInterval(wilson(56, 70), wilson(48, 80), 0);
    expect(value).toBeCloseTo(0.2, 10);
    expect(low).toBeCloseTo(0.0524, 4);
    expect(high).toBeCloseTo(0.3339, 4);
  });

  it('gives the numbers of its example', () => {
    const { low, high } = moverInterval({ value: 0.7, low: 0.569, high: 0.809 }, { value: 0.6, low: 0.447, high: 0.736 }, 0);
    expect(low).toBeCloseTo(-0.0888, 4);
    expect(high).toBeCloseTo(0.2879, 4);
  });

  it('has a width where nothing was counted', () => {
    const { value, low, high } = moverInterval(wilson(0, 50), wilson(0, 50), 0);
    expect(value).toBe(0);
    expect(high).toBeCloseTo(wilson(0, 50).high, 12);
    expect(low).toBeCloseTo(-high, 12);
  });

  it('narrows where the two move together and widens where they move apart', () => {
    const width = (rho: number) => {
      const { low, high } = moverInterval(wilson(10, 100), wilson(8, 100), rho);
      return high - low;
    };
    expect(width(0.5)).toBeLessThan(width(0));
    expect(width(-0.5)).toBeGreaterThan(width(0));
  });

  it('refuses an estimate outside its interval and no correlation', () => {
    expect(() => moverInterval({ value: 1, low: 0, high: 0.5 }, wilson(1, 2), 0)).toThrow(/a must lie/);
    expect(() => moverInterval(wilson(1, 2), wilson(1, 2), 1.1)).toThrow(RangeError);
    expect(() => moverInterval(wilson(1, 2), { value: Number.NaN, low: 0, high: 1 }, 0)).toThrow(RangeError);
  });
});
