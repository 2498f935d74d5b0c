import { expect, it } from 'vitest';
import { confusion } from '../../../src/stats/confusion.ts';

it('counts units and what they stand for, reference in rows', () => {
  const found = confusion([
    { reference: 1, rated: 0, weight: 2 },
    { reference: 1, rated: 0, weight: 3 },
    { reference: 0, rated: 0, weight: 1 },
  ]);
  expect(found).toEqual({
    categories: [0, 1],
    counts: [
      [1, 0],
      [2, 0],
    ],
    weighted: [
      [1, 0],
      [5, 0],
    ],
  });
});

it('shows categories that nobody used when asked to', () => {
  expect(confusion([], [2, 0]).categories).toEqual([0, 2]);
  expect(confusion([{ reference: 1, rated: 1, weight: 1 }], [0, 2]).counts).toEqual([
    [0, 0, 0],
    [0, 1, 0],
    [0, 0, 0],
  ]);
});

it('refuses a unit that stands for nothing', () => {
  expect(() => confusion([{ reference: 1, rated: 1, weight: 0 }])).toThrow(/weight/);
});
