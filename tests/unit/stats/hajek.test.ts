import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hajekMean, type WeightedUnit } from '../../../src/stats/hajek.ts';
import { expectClose } from './close.ts';
import { vector } from './vectors.ts';

type Survey = { y: number[]; w: number[]; cluster: number[]; stratum?: number[] };

const unitsOf = ({ y, w, cluster, stratum }: Survey): WeightedUnit[] =>
  y.map((value, i) => ({
    value,
    weight: w[i]!,
    cluster: String(cluster[i]),
    ...(stratum === undefined ? {} : { stratum: String(stratum[i]) }),
  }));

const unit = fc.record({
  value: fc.double({ min: -2, max: 3, noNaN: true }),
  weight: fc.double({ min: 0.5, max: 20, noNaN: true }),
  cluster: fc.constantFrom('a', 'b', 'c', 'd'),
  stratum: fc.constantFrom('north', 'south'),
});
const sample = fc.array(unit, { minLength: 1, maxLength: 30 });

describe('hajekMean', () => {
  it.each(['hajek_stratified_cluster', 'hajek_unstratified_cluster', 'hajek_continuous'])('agrees with R survey: %s', (id) => {
    const { input, expected, tol } = vector<Survey, { est: number; se: number; df?: number }>(id);
    const mean = hajekMean(unitsOf(input))!;
    expectClose(mean.estimate, expected.est, tol);
    expectClose(Math.sqrt(mean.variance!), expected.se, tol);
    if (expected.df !== undefined) expect(mean.df).toBe(expected.df);
  });

  it('answers the example of its docstring', () => {
    const mean = hajekMean([
      { value: 1, weight: 1, cluster: 'a' },
      { value: 0, weight: 3, cluster: 'b' },
    ])!;
    expect(mean).toMatchObject({
      estimate: 0.25,
      variance: 0.140625,
      df: 1,
      nClusters: 2,
      sumWeights: 4,
      sumWeightedValues: 1,
      n: 2,
    });
    expectClose(mean.nEff!, 0.1875 / 0.140625, 1e-12);
    expectClose(mean.deff!, 1.5, 1e-12);
  });

  it('is the plain mean with variance s^2/n when nothing is weighted or clustered', () => {
    const values = [0, 0, 1, 0, 1, 0, 0];
    const mean = hajekMean(values.map((value, i) => ({ value, weight: 5, cluster: String(i) })))!;
    expectClose(mean.estimate, 2 / 7, 1e-15);
    expectClose(mean.variance!, ((2 / 7) * (5 / 7)) / 6, 1e-15);
  });

  it('does not change with the order of the sample or the scale of the weights', () => {
    fc.assert(
      fc.property(sample, fc.double({ min: 0.1, max: 10, noNaN: true }), (units, scale) => {
        const mean = hajekMean(units)!;
        const other = hajekMean([...units].reverse().map((u) => ({ ...u, weight: u.weight * scale })))!;
        expectClose(other.estimate, mean.estimate, 1e-9);
        expect(other.df).toBe(mean.df);
        if (mean.variance === null) expect(other.variance).toBeNull();
        else expectClose(other.variance!, mean.variance, 1e-9);
      }),
    );
  });

  it('moves with the values: adding b adds b, and leaves the variance', () => {
    fc.assert(
      fc.property(sample, fc.double({ min: -3, max: 3, noNaN: true }), (units, b) => {
        const mean = hajekMean(units)!;
        const moved = hajekMean(units.map((u) => ({ ...u, value: u.value + b })))!;
        expectClose(moved.estimate, mean.estimate + b, 1e-9);
        if (mean.variance !== null) expectClose(moved.variance!, mean.variance, 1e-9);
      }),
    );
  });

  it('sees that a user who repeats himself is one observation: the variance stays, deff grows', () => {
    const users = [1, 0, 0, 1, 0].map((value, i) => ({ value, weight: 1, cluster: String(i) }));
    const once = hajekMean(users)!;
    const thrice = hajekMean([...users, ...users, ...users])!;
    expectClose(thrice.variance!, once.variance!, 1e-15);
    expectClose(thrice.deff!, 3 * once.deff!, 1e-12);
  });

  it('says nothing about the variance of a single user, and nothing at all of nobody', () => {
    const one = hajekMean([
      { value: 1, weight: 2, cluster: 'a' },
      { value: 0, weight: 2, cluster: 'a' },
    ]);
    expect(one).toMatchObject({ estimate: 0.5, variance: null, nEff: null, deff: null, df: 0, nClusters: 1, n: 2 });
    expect(hajekMean([])).toBeNull();
  });

  it('leaves a stratum of one user out of the variance', () => {
    const pair = [
      { value: 1, weight: 1, cluster: 'a', stratum: 'x' },
      { value: 0, weight: 1, cluster: 'b', stratum: 'x' },
    ];
    expect(hajekMean([...pair, { value: 0.5, weight: 1, cluster: 'c', stratum: 'y' }])).toMatchObject({ df: 1, nClusters: 3 });
  });

  it('reads no design effect from a day without harm', () => {
    const none = hajekMean(['a', 'b', 'c'].map((cluster) => ({ value: 0, weight: 4, cluster })));
    expect(none).toMatchObject({ estimate: 0, variance: 0, nEff: 3, deff: 1 });
  });

  it('refuses a weight that no probability gives, and a value that is none', () => {
    expect(() => hajekMean([{ value: 1, weight: 0, cluster: 'a' }])).toThrow('weight must be positive and finite, got 0');
    expect(() => hajekMean([{ value: NaN, weight: 1, cluster: 'a' }])).toThrow('value must be a finite number, got NaN');
  });
});
