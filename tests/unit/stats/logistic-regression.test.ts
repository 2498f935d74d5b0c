import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitLogistic } from '../../../src/stats/logistic-regression.ts';

const x = [
  [0, 1.5],
  [1, -0.5],
  [2, 0.3],
  [3, 1.1],
  [1.5, -2],
  [2.5, 0],
  [0.5, 0.7],
  [3.5, -1],
];
const y = [0, 0, 1, 1, 0, 1, 0, 1];

describe('fitLogistic', () => {
  // Expected: scikit-learn 1.9.1 LogisticRegression(C = 1 / penalty, newton-cholesky, tol 1e-12); the last by SciPy 1.17.1 BFGS.
  it.each([
    ['penalty 1', { x, y, penalty: 1 }, [-2.3315237, 1.36285873, 0.38437379]],
    ['penalty 0.1, rows nearly separable', { x, y, penalty: 0.1 }, [-5.0828217, 3.15935019, 1.16667026]],
    ['weights', { x, y, penalty: 0.5, weight: [1, 2, 1, 3, 1, 1, 2, 1] }, [-3.65302374, 2.07541953, 0.65506018]],
    [
      'fractions, pulled elsewhere than zero',
      { x, y: [0.2, 0, 0.6, 1, 0.1, 0.8, 0.4, 1], penalty: 3, centre: [1, -2] },
      [-2.08753409, 1.1781911, -1.10043832],
    ],
    ['the example', { x: [[0], [0], [1], [1]], y: [0, 1, 1, 1], penalty: 1 }, [0.89898449, 0.42148154]],
  ])('agrees with another program: %s', (_, rows, expected) => {
    const { bias, weights } = fitLogistic(rows);
    [bias, ...weights].forEach((each, i) => {
      expect(each).toBeCloseTo(expected[i]!, 5);
    });
  });

  it('returns the centre where the pull is overwhelming', () => {
    const { weights } = fitLogistic({ x, y, penalty: 1e9, centre: [1, -2] });
    expect(weights[0]).toBeCloseTo(1, 5);
    expect(weights[1]).toBeCloseTo(-2, 5);
  });

  it('predicts the observed share on average, whatever the penalty', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (penalty) => {
        const { bias, weights } = fitLogistic({ x, y, penalty });
        const mean =
          x.reduce((sum, [a = 0, b = 0]) => sum + 1 / (1 + Math.exp(-(bias + a * weights[0]! + b * weights[1]!))), 0) / 8;
        expect(mean).toBeCloseTo(0.5, 5);
      }),
    );
  });

  it.each([
    ['no rows', { x: [], y: [], penalty: 1 }, 'x must not be empty'],
    ['rows without targets', { x: [[1]], y: [], penalty: 1 }, 'y must have 1 entries, got 0'],
    ['one kind only', { x: [[1], [2]], y: [1, 1], penalty: 1 }, 'y must not be all alike'],
    ['no penalty', { x: [[1], [2]], y: [0, 1], penalty: 0 }, 'penalty must be positive'],
    ['NaN', { x: [[Number.NaN], [2]], y: [0, 1], penalty: 1 }, 'x must be finite'],
    ['a target beyond 1', { x: [[1], [2]], y: [0, 2], penalty: 1 }, 'y must lie in [0, 1]'],
    ['a short centre', { x: [[1], [2]], y: [0, 1], penalty: 1, centre: [] }, 'centre must have 1 entries'],
  ])('refuses %s', (_, rows, message) => {
    expect(() => fitLogistic(rows)).toThrow(message);
  });
});
