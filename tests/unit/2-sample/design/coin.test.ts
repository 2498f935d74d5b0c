import { expect, test } from 'vitest';
import { type CoinPurpose, coin, coinOf, createCoin } from '../../../../src/2-sample/design/coin.ts';

const key = Buffer.alloc(32, 1);
const draws = 20_000;
const series = (purpose: CoinPurpose, withKey: Uint8Array = key): number[] =>
  Array.from({ length: draws }, (_, i) => coin(withKey, purpose, 'd1', `unit-${i}`));

// Source: shared vectors.json, hash_u_xs, hash_u_judge, hash_u_panel (Python hashlib and hmac, tolerance 1e-15).
test.each([
  [['xs', '2024-05-01', 'conv-1'] as const, 0.8657448422364616],
  [['judge', 'v3', 'conv-1', 'safety.self_harm'] as const, 0.5559901985468906],
  [['panel', 'user-42'] as const, 0.26917338325607354],
])('the coin of %j is the reference value', ([purpose, first, ...rest], u) => {
  expect(Math.abs(coin('test-key-0001', purpose, first, ...rest) - u)).toBeLessThan(1e-15);
});

test('a key made ready once flips the same coins, and is remembered', () => {
  const own = createCoin(key);
  expect(own('xs', 'd1', 'c-1')).toBe(coin(key, 'xs', 'd1', 'c-1'));
  expect(own('panel', 'u-1')).toBe(coin(key, 'panel', 'u-1'));
  expect(coinOf(key)).toBe(coinOf(key));
});

test('coins are uniform: chi-square over 20 bins stays under its 99.99 % point', () => {
  const bins = new Array<number>(20).fill(0);
  for (const u of series('xs')) bins[Math.floor(u * 20)]! += 1;
  const expected = draws / 20;
  const chiSquare = bins.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  expect(chiSquare).toBeLessThan(50.8); // qchisq(0.9999, 19)
});

// The correlation of n independent pairs has standard deviation 1 / sqrt(n); four of them is one false failure in 16,000.
test.each([
  ['xs', 'judge'],
  ['xs', 'cap'],
  ['cap', 'judge'],
  ['xs', 'human'],
] as const)('%s and %s coins of the same units are uncorrelated within 4 / sqrt(n)', (a, b) => {
  expect(Math.abs(correlation(series(a), series(b)))).toBeLessThan(4 / Math.sqrt(draws));
});

test('another key and another design draw other coins', () => {
  expect(Math.abs(correlation(series('xs'), series('xs', Buffer.alloc(32, 2))))).toBeLessThan(4 / Math.sqrt(draws));
  expect(coin(key, 'xs', 'd1', 'c-1')).not.toBe(coin(key, 'xs', 'd2', 'c-1'));
  expect(coin(key, 'xs', 'd1', 'c-1')).toBe(coin(key, 'xs', 'd1', 'c-1'));
});

function correlation(x: readonly number[], y: readonly number[]): number {
  // Uniforms have mean 1/2 and variance 1/12.
  return (12 * x.reduce((sum, u, i) => sum + (u - 0.5) * (y[i]! - 0.5), 0)) / x.length;
}
