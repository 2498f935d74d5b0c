import { describe, expect, it } from 'vitest';
import { clusterBootstrap } from '../../../src/stats/cluster-bootstrap.ts';
import { weightedKappa } from '../../../src/stats/weighted-kappa.ts';
import { seededRandom } from './random.ts';

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length;
const times = (n: number, cluster: number[]): number[][] => Array.from({ length: n }, () => cluster);
const settings = { replicates: 1_000, confidence: 0.95 } as const;

describe('clusterBootstrap', () => {
  it('the same seed gives the same interval, another seed another', () => {
    const clusters = [[1], [2], [3], [6], [4, 4], [5], [1], [2], [9], [3, 3, 3]];
    const run = (seed: number) => clusterBootstrap({ ...settings, clusters, statistic: mean, random: seededRandom(seed) });
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  it('is about mean +- 1.96 standard errors for the mean of many independent units', () => {
    const random = seededRandom(5);
    const clusters = Array.from({ length: 400 }, () => [random() + random() + random()]);
    const found = clusterBootstrap({ ...settings, replicates: 4_000, clusters, statistic: mean, random });
    if (found.low === null) throw new Error(found.reason);
    // Three uniforms: variance 1/4 a unit.
    expect((found.high - found.low) / (2 * 1.96 * Math.sqrt(0.25 / 400))).toBeCloseTo(1, 1);
  });

  it('draws users and not their conversations: ten copies of each add nothing', () => {
    const random = seededRandom(8);
    const single = Array.from({ length: 60 }, () => [random()]);
    const copied = single.map(([value]) => new Array<number>(10).fill(value!));
    const of = (clusters: number[][]) => clusterBootstrap({ ...settings, clusters, statistic: mean, random: seededRandom(3) });
    const [one, ten] = [of(single), of(copied)];
    if (one.low === null || ten.low === null) throw new Error('undefined');
    expect(ten.low).toBeCloseTo(one.low, 9);
    expect(ten.high).toBeCloseTo(one.high, 9);
  });

  it.each<[string, number[][], string]>([
    ['nine clusters', [[1], [2], [3], [4], [5], [6], [7], [8], [9]], 'fewer than ten clusters'],
    ['no cluster', [], 'fewer than ten clusters'],
    ['no unit', times(10, []), 'undefined for the sample'],
    ['no variation', times(10, [1]), 'no variation'],
    ['mostly empty clusters', [[1], ...times(11, [])], 'too often undefined'],
  ])('%s gives no interval, and the reason', (_what, clusters, reason) => {
    const found = clusterBootstrap({ ...settings, clusters, statistic: mean, random: seededRandom(1) });
    expect(found).toMatchObject({ low: null, high: null, reason });
  });

  it('covers the kappa of clustered raters at least 92 times in 100, with 60 users', () => {
    const random = seededRandom(7);
    // A rater that says what the other says with probability 0.8, and else guesses.
    const usersOf = (n: number) =>
      Array.from({ length: n }, () => {
        const rate = random() < 0.5 ? 0.1 : 0.5;
        return Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
          const a = random() < rate ? 1 : 0;
          const b = random() < 0.8 ? a : random() < 0.3 ? 1 : 0;
          return { a, b, weight: 1 };
        });
      });
    const kappa = (units: readonly { a: number; b: number; weight: number }[]) => weightedKappa(units, 'linear').kappa;
    const truth = kappa(usersOf(200_000).flat())!;
    let covered = 0;
    for (let run = 0; run < 200; run++) {
      const found = clusterBootstrap({ clusters: usersOf(60), statistic: kappa, random, replicates: 400, confidence: 0.95 });
      if (found.low !== null && found.low <= truth && truth <= found.high) covered++;
    }
    expect(covered / 200).toBeGreaterThanOrEqual(0.92);
  });

  it('refuses too few replicates', () => {
    const given = { clusters: times(10, [1, 2]), statistic: mean, random: seededRandom(1), confidence: 0.95 };
    expect(() => clusterBootstrap({ ...given, replicates: 99 })).toThrow(/replicates.*99/);
  });
});
