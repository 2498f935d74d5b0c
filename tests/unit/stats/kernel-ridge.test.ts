import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/simulate/rng.ts';
import { fitKernelRidge } from '../../../src/stats/kernel-ridge.ts';

const gramOf = (x: readonly (readonly number[])[]) =>
  x.map((row) => Float64Array.from(x, (other) => row.reduce((sum, value, j) => sum + value * other[j]!, 0)));
const weightsOf = (x: readonly (readonly number[])[], dual: Float64Array) =>
  x[0]!.map((_, j) => x.reduce((sum, row, i) => sum + dual[i]! * row[j]!, 0));

describe('fitKernelRidge', () => {
  const x = [
    [0, 1.5],
    [1, -0.5],
    [2, 0.3],
    [3, 1.1],
    [1.5, -2],
    [2.5, 0],
  ];
  const y = [0, 0, 1, 1, 0.2, 0.8];

  it('solves the example', () => {
    const gram = [Float64Array.of(1, -1), Float64Array.of(-1, 1)];
    expect([...fitKernelRidge({ gram, y: [1, 0], group: [0, 0], penalty: 2 })]).toEqual([0.125, -0.125]);
  });

  it('meets the normal equations of the primal problem, an intercept for each group', () => {
    const group = [0, 0, 0, 1, 1, 1];
    const penalty = 0.7;
    const weights = weightsOf(x, fitKernelRidge({ gram: gramOf(x), y, group, penalty }));
    const fitted = x.map((row) => row.reduce((sum, value, j) => sum + value * weights[j]!, 0));
    const intercepts = [0, 1].map((g) => {
      const own = y.flatMap((value, i) => (group[i] === g ? [value - fitted[i]!] : []));
      return own.reduce((sum, value) => sum + value, 0) / own.length;
    });
    weights.forEach((weight, j) => {
      const pull = x.reduce((sum, row, i) => sum + row[j]! * (y[i]! - fitted[i]! - intercepts[group[i]!]!), 0);
      expect(pull).toBeCloseTo(penalty * weight, 10);
    });
  });

  it('does not learn what only tells the groups apart', () => {
    const rng = new Rng('groups');
    const rows = Array.from({ length: 40 }, (_, i) => [i < 20 ? 0 : 1, rng.uniform()]);
    const dual = fitKernelRidge({
      gram: gramOf(rows),
      y: rows.map(([side]) => side!),
      group: rows.map(([side]) => side!),
      penalty: 0.1,
    });
    expect(Math.abs(weightsOf(rows, dual)[0]!)).toBeLessThan(1e-12);
  });

  it.each([0, -1, Number.NaN])('refuses a penalty of %s', (penalty) => {
    expect(() => fitKernelRidge({ gram: gramOf(x), y, group: y.map(() => 0), penalty })).toThrow(RangeError);
  });

  it('refuses rows that do not fit together', () => {
    expect(() => fitKernelRidge({ gram: gramOf(x), y: [1], group: [0], penalty: 1 })).toThrow('of one length, got 6, 1 and 1');
  });
});
