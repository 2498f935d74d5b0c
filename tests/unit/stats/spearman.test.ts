import { expect, it } from 'vitest';
import { spearman } from '../../../src/stats/spearman.ts';
import { expectClose } from './close.ts';

it('answers the example of its docstring', () => {
  expectClose(
    spearman([
      { a: 1, b: 10 },
      { a: 2, b: 30 },
      { a: 3, b: 20 },
    ])!,
    0.5,
    1e-12,
  );
});

it('gives tied values their mean rank', () => {
  const a = [1, 2, 2, 3, 5, 5, 5, 8];
  const b = [2, 1, 4, 4, 3, 9, 9, 7];
  // By hand: ranks 1, 2.5, 2.5, 4, 6, 6, 6, 8 and 2, 1, 4.5, 4.5, 3, 7.5, 7.5, 6; products of their distances from 4.5.
  expectClose(spearman(a.map((value, i) => ({ a: value, b: b[i]! })))!, 27.75 / Math.sqrt(39.5 * 41), 1e-12);
});

it('only ranks count', () => {
  const pairs = [0.1, 0.7, 0.2, 0.9, 0.4].map((a, i) => ({ a, b: i * a }));
  expectClose(spearman(pairs.map(({ a, b }) => ({ a: Math.exp(a), b })))!, spearman(pairs)!, 1e-12);
});

it('is not known for less than two units, or where one side never changes', () => {
  expect(spearman([])).toBeNull();
  expect(spearman([{ a: 1, b: 2 }])).toBeNull();
  expect(
    spearman([
      { a: 1, b: 2 },
      { a: 1, b: 3 },
    ]),
  ).toBeNull();
});
