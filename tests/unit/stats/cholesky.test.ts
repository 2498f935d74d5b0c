import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { solveDefinite } from '../../../src/stats/cholesky.ts';

describe('solveDefinite', () => {
  it('solves the example', () => {
    expect([...solveDefinite([Float64Array.of(4, 2), Float64Array.of(2, 3)], Float64Array.of(2, 1))]).toEqual([0.5, 0]);
  });

  it('gives an x with A x = b for any definite A', () => {
    const number = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }).chain((size) =>
          fc.record({
            rows: fc.array(fc.array(number, { minLength: size, maxLength: size }), { minLength: size, maxLength: size }),
            b: fc.array(number, { minLength: size, maxLength: size }),
          }),
        ),
        ({ rows, b }) => {
          const a = rows.map((row, i) =>
            Float64Array.from(rows, (other, k) => row.reduce((sum, value, j) => sum + value * other[j]!, 0) + (i === k ? 1 : 0)),
          );
          const x = solveDefinite(
            a.map((row) => Float64Array.from(row)),
            Float64Array.from(b),
          );
          a.forEach((row, i) => {
            expect(row.reduce((sum, value, j) => sum + value * x[j]!, 0)).toBeCloseTo(b[i]!, 8);
          });
        },
      ),
    );
  });

  it('refuses a matrix of another size', () => {
    expect(() => solveDefinite([], Float64Array.of(1))).toThrow('matrix must have 1 rows, got 0');
  });
});
