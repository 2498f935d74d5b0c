import { describe, expect, test } from 'vitest';
import { costOf, expectedCallCost } from '../../../src/domain/judge-cost.ts';

const price = { inputPerMillion: 2.5, outputPerMillion: 10 };

describe('what calls cost', () => {
  test.each([
    [{ price }, 1_000_000, 0, 2.5],
    [{ price }, 0, 1_000_000, 10],
    [{ price }, 4_000, 500, 0.015],
    [{ price }, 0, 0, 0],
    [{ price: null }, 1_000_000, 1_000_000, 0],
  ])('at %j, %i tokens in and %i out come to %f', (judge, input, output, money) =>
    expect(costOf(judge, input, output)).toBeCloseTo(money, 15),
  );
});

describe('what the next call is expected to cost', () => {
  // 4,000 tokens in and 500 out, until there is something to go by.
  test.each([
    ['before any call', undefined, 0.015],
    ['after too few to go by', { nCalls: 19, money: 19 }, 0.015],
    ['after enough', { nCalls: 20, money: 5 }, 0.25],
    ['after free ones', { nCalls: 1_000, money: 0 }, 0],
  ])('%s', (_when, lately, money) => expect(expectedCallCost({ price }, lately)).toBeCloseTo(money, 15));
  test('is nothing where no price is known, whatever the books say', () => {
    expect(expectedCallCost({ price: null }, undefined)).toBe(0);
    expect(expectedCallCost({ price: null }, { nCalls: 100, money: 100 })).toBe(0);
  });
});
