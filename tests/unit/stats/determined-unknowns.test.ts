import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { determinedBy } from '../../../src/stats/determined-unknowns.ts';
import { rankModulo } from './rank-modulo.ts';

const combination = (coefficients: readonly number[]) => new Map(coefficients.map((value, column) => [column, value]));
const known = (rows: readonly (readonly number[])[], n = rows[0]?.length ?? 0) => determinedBy(rows.map(combination), n);

describe('determinedBy', () => {
  it('answers the example of its docstring', () => {
    const example = known([
      [1, 1, 0],
      [0, 1, 1],
    ]);
    expect(example.derive(combination([1, 0, -1]))).toEqual([0, 1]);
    expect(example.derive(combination([1, 0, 0]))).toBeNull();
  });

  it.each<[string, number[][], number[], number[] | null]>([
    ['nothing follows from nothing', [[0, 0]], [1, 0], null],
    ['the empty sum follows from nothing', [[1, 1]], [0, 0], []],
    [
      'a known sum follows from itself alone',
      [
        [1, 1],
        [1, 2],
      ],
      [1, 1],
      [0],
    ],
    [
      'two sums of two give both unknowns',
      [
        [1, 1],
        [1, -1],
      ],
      [1, 0],
      [0, 1],
    ],
    [
      'a half is exact',
      [
        [2, 0],
        [0, 3],
      ],
      [1, 0],
      [0],
    ],
    [
      'three pairs of a triangle give each corner',
      [
        [1, 1, 0],
        [0, 1, 1],
        [1, 0, 1],
      ],
      [0, 0, 1],
      [0, 1, 2],
    ],
    [
      'four pairs of a square give no corner',
      [
        [1, 1, 0, 0],
        [0, 1, 1, 0],
        [0, 0, 1, 1],
        [1, 0, 0, 1],
      ],
      [1, 0, 0, 0],
      null,
    ],
    [
      'but its diagonals differ by what is known',
      [
        [1, 1, 0, 0],
        [0, 1, 1, 0],
      ],
      [1, 0, -1, 0],
      [0, 1],
    ],
    [
      'a row told twice is used once',
      [
        [1, 0],
        [1, 0],
      ],
      [1, 0],
      [0],
    ],
  ])('%s', (_fact, rows, asked, from) => {
    expect(known(rows).derive(combination(asked))).toEqual(from);
  });

  it('what it says follows is made of those rows and no others; what it leaves open has two solutions', () => {
    const coefficient = fc.integer({ min: -3, max: 3 });
    const system = fc.integer({ min: 1, max: 6 }).chain((n) =>
      fc.record({
        rows: fc.array(fc.array(coefficient, { minLength: n, maxLength: n }), { maxLength: 7 }),
        asked: fc.array(coefficient, { minLength: n, maxLength: n }),
      }),
    );
    fc.assert(
      fc.property(system, ({ rows, asked }) => {
        const from = known(rows, asked.length).derive(combination(asked));
        // Independent of elimination: a combination is open if and only if adding it to the rows raises the rank modulo a prime
        // larger than any determinant that these sizes can have (Hadamard: 3^6 x 6^3 < 10^6).
        expect(from !== null).toBe(rankModulo([...rows, asked]) === rankModulo(rows));
        if (from === null) return;
        const used = from.map((i) => rows[i] ?? []);
        expect(rankModulo([...used, asked])).toBe(rankModulo(used));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what it cannot compute exactly', () => {
    expect(() => known([[0.5]])).toThrow('coefficient must be a whole number below 2^53, got 0.5');
    expect(() => determinedBy([new Map([[2, 1]])], 2)).toThrow('column must be a whole number in [0, 2), got 2');
    const big = 2 ** 40;
    expect(() =>
      known([
        [big, big - 1],
        [big - 3, big],
      ]),
    ).toThrow(RangeError);
  });
});
