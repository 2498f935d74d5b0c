import { expect, test } from 'vitest';
import { Rng } from '../../../src/simulate/rng.ts';

const draws = (n: number, draw: (rng: Rng) => number, seed = 'rng') => {
  const rng = new Rng(seed);
  return Array.from({ length: n }, () => draw(rng));
};
const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
const variance = (values: readonly number[]) => {
  const centre = mean(values);
  return mean(values.map((v) => (v - centre) ** 2));
};

test('the same seed gives the same numbers, another seed gives others', () => {
  const uniform = (rng: Rng) => rng.uniform();
  expect(draws(50, uniform)).toEqual(draws(50, uniform));
  expect(draws(50, uniform)).not.toEqual(draws(50, uniform, 'rnh'));
});

test('the stream is the same on every machine', () => {
  expect(draws(4, (rng) => rng.integer(1_000_000), 'longwatch')).toMatchInlineSnapshot(`
    [
      47780,
      110491,
      912615,
      368702,
    ]
  `);
});

test('seeds that differ in one character are unrelated', () => {
  const first = Array.from({ length: 20_000 }, (_, i) => new Rng(`seed|${i}`).uniform());
  // Uniform: mean 1/2, variance 1/12; lag correlation 0. Five standard errors each.
  expect(Math.abs(mean(first) - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / 20_000));
  const lagged = first.slice(1).map((v, i) => (v - 0.5) * ((first[i] ?? 0) - 0.5) * 12);
  expect(Math.abs(mean(lagged))).toBeLessThan(5 / Math.sqrt(20_000));
});

const n = 40_000;
// name, draw, mean, variance
const laws: readonly [string, (rng: Rng) => number, number, number][] = [
  ['uniform', (rng) => rng.uniform(), 0.5, 1 / 12],
  ['integer(6)', (rng) => rng.integer(6), 2.5, 35 / 12],
  ['normal', (rng) => rng.normal(), 0, 1],
  ['poisson(3)', (rng) => rng.poisson(3), 3, 3],
  ['poisson(100)', (rng) => rng.poisson(100), 100, 100],
  ['gamma(0.2)', (rng) => rng.gamma(0.2), 0.2, 0.2],
  ['gamma(4)', (rng) => rng.gamma(4), 4, 4],
  ['beta(2, 7)', (rng) => rng.beta(2, 7), 2 / 9, (2 * 7) / (81 * 10)],
  ['beta(0.18, 8.82)', (rng) => rng.beta(0.18, 8.82), 0.02, (0.18 * 8.82) / (81 * 10)],
];
test.each(laws)('%s has its mean and variance', (name, draw, wantedMean, wantedVariance) => {
  const values = draws(n, draw, name);
  expect(Math.abs(mean(values) - wantedMean)).toBeLessThan(5 * Math.sqrt(wantedVariance / n));
  expect(variance(values) / wantedVariance).toBeGreaterThan(0.9);
  expect(variance(values) / wantedVariance).toBeLessThan(1.1);
});

test('wrong arguments are refused with the value', () => {
  const rng = new Rng('x');
  expect(() => rng.integer(0)).toThrow('got 0');
  expect(() => rng.poisson(-1)).toThrow('got -1');
  expect(() => rng.gamma(0)).toThrow('got 0');
  expect(() => rng.pick([])).toThrow(RangeError);
});
