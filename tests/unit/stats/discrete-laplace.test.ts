import { describe, expect, it } from 'vitest';
import {
  discreteLaplaceBound,
  discreteLaplaceVariance,
  drawDiscreteLaplace,
  type RandomInteger,
  type Scale,
} from '../../../src/stats/discrete-laplace.ts';
import { expectClose } from './close.ts';
import { meanAndError, seededRandom } from './random.ts';

const seeded = (seed: number): RandomInteger => {
  const random = seededRandom(seed);
  return (n) => Math.floor(random() * n);
};
const drawMany = (scale: Scale, n: number, seed = 1) => {
  const random = seeded(seed);
  return Array.from({ length: n }, () => drawDiscreteLaplace(scale, random));
};
const probability = ({ numerator, denominator }: Scale, z: number) => {
  const q = Math.exp(-denominator / numerator);
  return ((1 - q) / (1 + q)) * q ** Math.abs(z);
};
const scales: Scale[] = [
  { numerator: 1, denominator: 2 },
  { numerator: 1, denominator: 1 },
  { numerator: 2, denominator: 1 },
  { numerator: 7, denominator: 3 },
  { numerator: 25, denominator: 2 },
];

describe('discrete Laplace noise', () => {
  it.each(scales)(
    'of scale $numerator / $denominator has the probabilities that its formula gives (chi-square, p > 0.001)',
    (scale) => {
      const n = 20_000;
      const width = discreteLaplaceBound(scale, 0.02);
      const counts = new Map<number, number>();
      const binOf = (z: number) => Math.max(-width - 1, Math.min(width + 1, z));
      for (const z of drawMany(scale, n)) counts.set(binOf(z), (counts.get(binOf(z)) ?? 0) + 1);
      const q = Math.exp(-scale.denominator / scale.numerator);
      let chiSquare = 0;
      for (let z = -width - 1; z <= width + 1; z++) {
        // The outer bins hold a tail each: q^(w + 1) / (1 + q).
        const expected = n * (Math.abs(z) > width ? q ** (width + 1) / (1 + q) : probability(scale, z));
        chiSquare += ((counts.get(z) ?? 0) - expected) ** 2 / expected;
      }
      const df = 2 * width + 2;
      // Wilson & Hilferty (1931): (X / df)^(1/3) is nearly normal.
      const z = ((chiSquare / df) ** (1 / 3) - (1 - 2 / (9 * df))) / Math.sqrt(2 / (9 * df));
      expect(z).toBeLessThan(3.09);
    },
  );

  it.each(scales)('of scale $numerator / $denominator has mean 0 and the variance that its formula gives', (scale) => {
    const draws = drawMany(scale, 20_000, 2);
    const { mean, se } = meanAndError(draws);
    expect(Math.abs(mean)).toBeLessThan(4 * se);
    const squares = meanAndError(draws.map((z) => z * z));
    expect(Math.abs(squares.mean - discreteLaplaceVariance(scale))).toBeLessThan(4 * squares.se);
  });

  it('answers the examples of its docstrings', () => {
    expectClose(discreteLaplaceVariance({ numerator: 2, denominator: 1 }), 7.835396, 1e-6);
    expect(discreteLaplaceBound({ numerator: 2, denominator: 1 }, 0.05)).toBe(6);
  });

  it.each(scales)(
    'of scale $numerator / $denominator exceeds its bound as rarely as said, and the next lower one more often',
    (scale) => {
      const tail = (m: number) => {
        let inside = 0;
        for (let z = -m; z <= m; z++) inside += probability(scale, z);
        return 1 - inside;
      };
      for (const allowed of [0.5, 0.05, 0.0125, 1e-6]) {
        const bound = discreteLaplaceBound(scale, allowed);
        expect(tail(bound)).toBeLessThanOrEqual(allowed + 1e-12);
        if (bound > 0) expect(tail(bound - 1)).toBeGreaterThan(allowed);
      }
    },
  );

  it('asks for whole numbers only, each below a bound that a random source can serve', () => {
    const asked: number[] = [];
    const random = seeded(3);
    for (let i = 0; i < 200; i++) {
      drawDiscreteLaplace({ numerator: 54_000, denominator: 999 }, (n) => {
        asked.push(n);
        return random(n);
      });
    }
    expect(asked.every((n) => Number.isInteger(n) && n >= 1 && n < 2 ** 48)).toBe(true);
  });

  it('refuses a scale that is no ratio of whole positive numbers', () => {
    const draw = (numerator: number, denominator: number) => () => drawDiscreteLaplace({ numerator, denominator }, () => 0);
    expect(draw(0, 1)).toThrow('numerator must be a whole number from 1 to 1048576, got 0');
    expect(draw(1, 0.5)).toThrow('denominator must be a whole number from 1 to 1048576, got 0.5');
    expect(draw(2 ** 21, 1)).toThrow(RangeError);
    expect(draw(Number.NaN, 1)).toThrow(RangeError);
    expect(() => discreteLaplaceBound({ numerator: 1, denominator: 1 }, 0)).toThrow(RangeError);
  });
});
