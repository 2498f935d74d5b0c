import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ScoredCase, stratifiedAuc } from '../../../src/stats/auc.ts';

const casesOf = (positives: readonly number[], negatives: readonly number[], stratum = 'a'): ScoredCase[] => [
  ...positives.map((score) => ({ score, positive: true, stratum })),
  ...negatives.map((score) => ({ score, positive: false, stratum })),
];

describe('stratifiedAuc', () => {
  it('is the Mann-Whitney U over the number of pairs, ties as halves', () => {
    // SciPy 1.17.1: mannwhitneyu([3,1,4,1,5,9,2,6], [2,7,1,8,2,8,1,1,3]).statistic = 39.5
    expect(stratifiedAuc(casesOf([3, 1, 4, 1, 5, 9, 2, 6], [2, 7, 1, 8, 2, 8, 1, 1, 3]))).toEqual({
      auc: 39.5 / 72,
      comparisons: 72,
    });
  });

  it('gains nothing from telling strata apart', () => {
    const apart = [...casesOf([10, 10], [10]), ...casesOf([0], [0, 0], 'b')];
    expect(stratifiedAuc(apart)).toEqual({ auc: 0.5, comparisons: 4 });
    expect(stratifiedAuc(apart.map((each) => ({ ...each, stratum: 'all' }))).auc).toBeGreaterThan(0.6);
  });

  it('has no value where nothing can be compared', () => {
    expect(stratifiedAuc([...casesOf([1, 2], []), ...casesOf([], [3], 'b')])).toEqual({ auc: null, comparisons: 0 });
    expect(stratifiedAuc([])).toEqual({ auc: null, comparisons: 0 });
  });

  it('is turned round when scores are', () => {
    const scores = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1 });
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        const cases = casesOf(positives, negatives);
        const turned = cases.map((each) => ({ ...each, score: -each.score }));
        expect(stratifiedAuc(cases).auc! + stratifiedAuc(turned).auc!).toBeCloseTo(1, 12);
      }),
    );
  });

  it('refuses a score that is no number', () => {
    expect(() => stratifiedAuc(casesOf([Number.NaN], [1]))).toThrow('score must be a finite number, got NaN');
  });
});
