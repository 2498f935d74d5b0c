import { describe, expect, it } from 'vitest';
import { type CohortRate, neymanFactors } from '../../../../src/2-sample/design/neyman-factors.ts';

const rate = (given: Partial<CohortRate>): CohortRate => ({
  dimension: 'concrete.flattery',
  facet: 'all',
  value: 'all',
  rate: 0.02,
  n: 1e9,
  nEff: 1e9,
  ...given,
});
const topic = (value: string, given: Partial<CohortRate>) => rate({ facet: 'topic', value, ...given });
const variance = (p: number) => p * (1 - p);

describe('a cohort’s factor', () => {
  it('is the ratio of standard deviations, summed over dimensions', () => {
    const factors = neymanFactors([
      rate({}),
      rate({ dimension: 'acute.self_harm', rate: 0.001 }),
      topic('health', { rate: 0.04 }),
      topic('health', { dimension: 'acute.self_harm', rate: 0.003 }),
    ]);
    const expected = Math.sqrt((variance(0.04) + variance(0.003)) / (variance(0.02) + variance(0.001)));
    expect(factors).toEqual({ topic: { health: expect.closeTo(expected, 5) } });
  });
  it('stays between a half and two', () => {
    const factors = neymanFactors([rate({}), topic('health', { rate: 0.5 }), topic('coding', { rate: 0 })]);
    expect(factors).toEqual({ topic: { health: 2, coding: 0.5 } });
  });
  it('is shrunk by 200 conversations of the average', () => {
    const factors = neymanFactors([rate({}), topic('health', { rate: 0.05, nEff: 200 })]);
    expect(factors.topic?.health).toBeCloseTo(Math.sqrt(variance(0.035) / variance(0.02)), 12);
    expect(neymanFactors([rate({}), topic('health', { rate: 1, nEff: 0 })]).topic?.health).toBeCloseTo(1, 12);
  });
  it('takes a dimension never rated in the cohort as everywhere', () => {
    const rates = [rate({}), rate({ dimension: 'concrete.urgency', rate: 0.1 }), topic('health', { rate: 0.02 })];
    expect(neymanFactors(rates).topic?.health).toBeCloseTo(1, 12);
  });
  it('is left out where there is nothing to go by', () => {
    expect(neymanFactors([])).toEqual({});
    expect(neymanFactors([rate({ rate: 0 }), topic('health', { rate: 0.1 })])).toEqual({});
    expect(neymanFactors([rate({}), topic('health', { dimension: 'concrete.urgency' })])).toEqual({});
  });
});
