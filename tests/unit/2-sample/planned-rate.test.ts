import { describe, expect, it } from 'vitest';
import { plannedRate, planRates } from '../../../src/2-sample/planned-rate.ts';

const hour = (h: number) => new Date(Date.UTC(2026, 3, 25, h));

describe('the inclusion probability in force', () => {
  const plans = [
    { version: 'a', from: hour(5), piSample: 0.5 },
    { version: 'a', from: hour(2), piSample: 0.2 },
  ];
  it.each([
    ['a', 6, 0.5],
    ['a', 5, 0.5],
    ['a', 4, 0.2],
    ['a', 1, 0.1],
    ['b', 6, 0.1],
  ])('of version %s at hour %d is %d', (version, at, pi) => {
    expect(plannedRate(plans, version, hour(at), 0.1)).toBe(pi);
  });
});

describe('planning', () => {
  it('gives each version about the target: the small arm of a rollout gets the higher probability', () => {
    const rates = planRates({
      perDay: 1_000,
      recent: new Map([
        ['new', 90],
        ['old', 10],
      ]),
      targetPerDay: 90,
    });
    expect(rates).toEqual([
      { version: 'new', forecastPerDay: 900, piSample: 0.1 },
      { version: 'old', forecastPerDay: 100, piSample: 0.9 },
    ]);
  });

  it('never asks for more than there is', () => {
    expect(planRates({ perDay: 50, recent: new Map([['a', 5]]), targetPerDay: 90 })[0]?.piSample).toBe(1);
  });

  it('plans nothing for versions without traffic, and nothing without traffic at all', () => {
    expect(planRates({ perDay: 10, recent: new Map([['a', 0]]), targetPerDay: 5 })).toEqual([]);
    expect(planRates({ perDay: 0, recent: new Map(), targetPerDay: 5 })).toEqual([]);
  });
});
