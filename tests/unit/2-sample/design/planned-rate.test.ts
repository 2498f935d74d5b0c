import { describe, expect, it } from 'vitest';
import { forecastVersions, planInForce, plannedRate } from '../../../../src/2-sample/design/planned-rate.ts';

const hour = (h: number) => new Date(Date.UTC(2026, 3, 25, h));
const facets = { topic: 'health', memory: 'on', length: '1', locale: 'en' } as const;

describe('the inclusion probability in force', () => {
  const plans = [
    { version: 'a', from: hour(5), piSample: 0.3, factors: { topic: { health: 2, coding: 0.5 } } },
    { version: 'a', from: hour(2), piSample: 0.2, factors: {} },
  ];
  it.each([
    ['a', 6, 0.6],
    ['a', 5, 0.6],
    ['a', 4, 0.2],
    ['a', 1, 0.1],
    ['b', 6, 0.1],
  ])('of version %s at hour %d is %d', (version, at, pi) => {
    expect(plannedRate(plans, version, hour(at), facets, 0.1)).toBe(pi);
  });
  it('is that of the plan in force', () => {
    expect(planInForce(plans, 'a', hour(4))).toBe(plans[1]);
    expect(planInForce(plans, 'a', hour(1))).toBeUndefined();
  });
  it('depends on the stratum', () => {
    expect(plannedRate(plans, 'a', hour(9), { ...facets, topic: 'coding' }, 0.1)).toBe(0.15);
    expect(plannedRate(plans, 'a', hour(9), { ...facets, topic: 'work' }, 0.1)).toBe(0.3);
  });
});

describe('the forecast', () => {
  it('gives each version its share of now at the volume of the day', () => {
    const recent = new Map([
      ['new', 90],
      ['old', 10],
    ]);
    expect(forecastVersions({ perDay: 1_000, recent })).toEqual(
      new Map([
        ['new', 900],
        ['old', 100],
      ]),
    );
  });
  it('is at least what the latest hours had', () => {
    expect(forecastVersions({ perDay: 3, recent: new Map([['a', 5]]) }).get('a')).toBe(5);
  });
  it('has nothing for versions without traffic, and nothing without traffic at all', () => {
    expect(forecastVersions({ perDay: 10, recent: new Map([['a', 0]]) })).toEqual(new Map());
    expect(forecastVersions({ perDay: 0, recent: new Map() })).toEqual(new Map());
  });
});
