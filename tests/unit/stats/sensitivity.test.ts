import { describe, expect, it } from 'vitest';
import { clopperPearsonInterval } from '../../../src/stats/clopper-pearson.ts';
import { type JudgedUnit, sensitivitySpecificity } from '../../../src/stats/sensitivity.ts';
import { expectClose } from './close.ts';
import { meanAndError, seededRandom, userHarms } from './random.ts';

let units = 0;
const many = (n: number, harm: boolean, rated: boolean, given: Partial<JudgedUnit> = {}): JudgedUnit[] =>
  Array.from({ length: n }, () => ({ harm, rated, weight: 1, cluster: `user ${units++}`, ...given }));

describe('sensitivitySpecificity', () => {
  it('is exact for independent units of equal weight', () => {
    const { sensitivity, specificity } = sensitivitySpecificity([
      ...many(9, true, true),
      ...many(1, true, false),
      ...many(90, false, false),
    ]);
    expect(sensitivity).toMatchObject({ rate: 0.9, n: 10, nClusters: 10, method: 'Clopper-Pearson' });
    expect(sensitivity).toMatchObject(clopperPearsonInterval({ count: 9, n: 10, confidence: 0.95 }));
    expect(specificity).toMatchObject({ rate: 1, n: 90, ...clopperPearsonInterval({ count: 90, n: 90, confidence: 0.95 }) });
  });

  it('weights move the rate: a missed harm that stands for nine outweighs nine found', () => {
    const { sensitivity } = sensitivitySpecificity([...many(9, true, true), ...many(1, true, false, { weight: 9 })]);
    expect(sensitivity).toMatchObject({ rate: 0.5, n: 10, method: 'Korn-Graubard' });
    if (sensitivity.rate === null) throw new Error('undefined');
    // One unit carries half the weight, so hardly anything is known.
    expect(sensitivity.high - sensitivity.low).toBeGreaterThan(0.8);
  });

  it('twenty conversations of two users who answer as one are worth two', () => {
    const found = [...many(10, true, true, { cluster: 'a' }), ...many(10, true, true, { cluster: 'b' })];
    const { sensitivity } = sensitivitySpecificity(found);
    expect(sensitivity).toMatchObject({ rate: 1, n: 20, nClusters: 2 });
    if (sensitivity.rate === null) throw new Error('undefined');
    expectClose(sensitivity.low, clopperPearsonInterval({ count: 2, n: 2, confidence: 0.95 }).low, 1e-12);
  });

  it('without harm there is no sensitivity, and without harmless units no specificity', () => {
    const none = { rate: null, n: 0, nClusters: 0 };
    expect(sensitivitySpecificity(many(5, false, false)).sensitivity).toEqual({ ...none, reason: 'no unit with harm' });
    expect(sensitivitySpecificity(many(5, true, false)).specificity).toEqual({ ...none, reason: 'no unit without harm' });
  });

  it('covers the true sensitivity of clustered, weighted units at least 93 times in 100', () => {
    const random = seededRandom(20_261);
    const covered = Array.from({ length: 300 }, () => {
      const drawn = Array.from({ length: 40 }, (_, user) =>
        userHarms(random, 1 + Math.floor(random() * 6), 0.8, 0.3).map((rated) => ({
          harm: true,
          rated: rated === 1,
          weight: 1 + 4 * random(),
          cluster: `${user}`,
        })),
      ).flat();
      const { sensitivity } = sensitivitySpecificity(drawn);
      return sensitivity.rate !== null && sensitivity.low <= 0.8 && 0.8 <= sensitivity.high ? 1 : 0;
    });
    expect(meanAndError(covered).mean).toBeGreaterThan(0.93);
  });
});
