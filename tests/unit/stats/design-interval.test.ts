import { describe, expect, it } from 'vitest';
import { designInterval } from '../../../src/stats/design-interval.ts';
import { hajekMean } from '../../../src/stats/hajek.ts';
import { wilsonInterval } from '../../../src/stats/wilson.ts';
import { expectClose } from './close.ts';
import { seededRandom, userHarms } from './random.ts';

const surveyed = { rate: 0.1, n: 200, nEff: 120, df: 18, confidence: 0.95 };

describe('designInterval', () => {
  it('answers the example of its docstring', () => {
    const { low, high } = designInterval(surveyed);
    expectClose(low, 0.0561, 5e-5);
    expectClose(high, 0.1719, 5e-5);
  });

  it('is Wilson at n for a day without harm', () => {
    expect(designInterval({ ...surveyed, rate: 0 })).toEqual(wilsonInterval({ rate: 0, n: 200, confidence: 0.95 }));
  });

  it('is nearly everything when one user is all there is', () => {
    const { low, high } = designInterval({ rate: 0.5, n: 40, nEff: null, df: 0, confidence: 0.95 });
    expect(high - low).toBeGreaterThan(0.8);
  });

  it('clips a difference estimate below zero', () => {
    expect(designInterval({ ...surveyed, rate: -0.003 }).low).toBe(0);
  });

  it('covers the truth where the unweighted interval does not (170 users, unequal probabilities, METHOD 9.6)', () => {
    const random = seededRandom(96);
    const strata = [
      { pi: 1, rate: 0.3, size: 20 },
      { pi: 0.4, rate: 0.15, size: 100 },
      { pi: 0.1, rate: 0.1, size: 1000 },
    ];
    const conversations = strata.reduce((n, s) => n + 3 * s.size, 0);
    const truth = strata.reduce((p, s) => p + (3 * s.size * s.rate) / conversations, 0);
    const days = 800;
    let covered = 0;
    let coveredUnweighted = 0;
    for (let day = 0; day < days; day++) {
      const units = strata.flatMap(({ pi, rate, size }, h) =>
        Array.from({ length: size }, (_, u) => u)
          .filter(() => random() < pi)
          .flatMap((u) =>
            userHarms(random, 3, rate, 0.1).map((value) => ({ value, weight: 1 / pi, cluster: `${u}`, stratum: `${h}` })),
          ),
      );
      const mean = hajekMean(units)!;
      const shown = designInterval({ rate: mean.estimate, n: mean.n, nEff: mean.nEff, df: mean.df, confidence: 0.95 });
      const naive = wilsonInterval({
        rate: units.reduce((s, x) => s + x.value, 0) / units.length,
        n: units.length,
        confidence: 0.95,
      });
      if (shown.low <= truth && truth <= shown.high) covered++;
      if (naive.low <= truth && truth <= naive.high) coveredUnweighted++;
    }
    expect(covered / days).toBeGreaterThan(0.92);
    expect(covered / days).toBeLessThan(0.98);
    expect(coveredUnweighted / days).toBeLessThan(0.75);
  });
});
