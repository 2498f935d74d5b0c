import { expect, test } from 'vitest';
import { type Factors, stratumRate } from '../../../../src/2-sample/design/strata.ts';

const factors: Factors = { topic: { health: 3 }, memory: { on: 0.5 }, length: {}, locale: { de: 10 } };
const stratum = { topic: 'health', memory: 'on', length: '1', locale: 'en' } as const;

test('a rate is the product of base and factors, at most 1', () => {
  expect(stratumRate(0.1, factors, stratum)).toBeCloseTo(0.15, 15);
  expect(stratumRate(0.1, factors, { ...stratum, locale: 'de' })).toBe(1);
  expect(stratumRate(0.25, {}, stratum)).toBe(0.25);
});

test('values nobody planned for have factor 1, whatever they are called', () => {
  expect(stratumRate(0.1, factors, { ...stratum, topic: 'other', memory: 'off' })).toBe(0.1);
  expect(stratumRate(0.1, factors, { ...stratum, topic: 'other', memory: 'off', locale: 'constructor' })).toBe(0.1);
});
