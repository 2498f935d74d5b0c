import { requirePositive } from './argument.ts';
import { solveDefinite } from './cholesky.ts';

/**
 * Ridge regression in its dual form: one coefficient for each row instead of one for each feature.
 *
 * Use it where features outnumber rows (words). Every group of rows has an intercept of its own that is not penalised, so that a
 * difference between groups is never explained by features. Do not use it for more than some thousand rows: it takes n^3 / 6 steps.
 *
 * It minimises sum_i (y_i - b_g(i) - w x_i)^2 + penalty |w|^2, and w = sum_i dual_i x_i. Guarantee: the coefficients of each group add up to 0.
 *
 * @param gram inner products of the rows' features; not changed.
 * @param group of each row, whole numbers from 0.
 * @param penalty > 0.
 * @returns the dual coefficients.
 * @throws {RangeError} for a penalty that is not positive, or rows that do not fit together.
 * @example fitKernelRidge({ gram: [Float64Array.of(1, -1), Float64Array.of(-1, 1)], y: [1, 0], group: [0, 0], penalty: 2 }) // [0.125, -0.125]
 *
 * References: Saunders, Gammerman & Vovk (1998), Ridge regression learning algorithm in dual variables.
 */
export function fitKernelRidge({
  gram,
  y,
  group,
  penalty,
}: {
  readonly gram: readonly Float64Array[];
  readonly y: readonly number[];
  readonly group: readonly number[];
  readonly penalty: number;
}): Float64Array {
  requirePositive('penalty', penalty);
  const n = y.length;
  if (gram.length !== n || group.length !== n)
    throw new RangeError(`gram, y and group must be of one length, got ${gram.length}, ${n} and ${group.length}`);
  const centre = centring(group);
  const centred = gram.map((row) => centre(row));
  // The other side: columns are centred by the same rule, and the matrix is symmetric.
  const definite = transposed(centred).map((column) => centre(column));
  definite.forEach((row, i) => {
    row[i] = (row[i] as number) + penalty;
  });
  return centre(solveDefinite(definite, centre(Float64Array.from(y))));
}

/** Subtracts from each value the mean of its group. */
function centring(group: readonly number[]): (values: Float64Array) => Float64Array {
  const nGroups = Math.max(...group) + 1;
  const size = new Float64Array(nGroups);
  for (const g of group) size[g] = (size[g] ?? 0) + 1;
  return (values) => {
    const sum = new Float64Array(nGroups);
    for (let i = 0; i < group.length; i++) sum[group[i] as number] = (sum[group[i] as number] as number) + (values[i] as number);
    const mean = sum.map((total, g) => total / (size[g] as number));
    const left = new Float64Array(values.length);
    for (let i = 0; i < left.length; i++) left[i] = (values[i] as number) - (mean[group[i] as number] as number);
    return left;
  };
}

function transposed(matrix: readonly Float64Array[]): Float64Array[] {
  const turned = matrix.map(() => new Float64Array(matrix.length));
  for (let i = 0; i < matrix.length; i++) {
    const row = matrix[i] as Float64Array;
    for (let k = 0; k < row.length; k++) (turned[k] as Float64Array)[i] = row[k] as number;
  }
  return turned;
}
