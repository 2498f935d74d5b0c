/**
 * Solves A x = b for a symmetric positive definite A by Cholesky's decomposition: A = L L', then L z = b, then L' x = z.
 *
 * Use it for normal equations with a ridge. A pivot that rounding made non-positive is taken as the smallest number there is,
 * so a singular A gives a large answer and not an error: do not use it to find out whether A is singular.
 *
 * @param matrix rows of A, of which the lower half is read; overwritten by L.
 * @example solveDefinite([Float64Array.of(4, 2), Float64Array.of(2, 3)], Float64Array.of(2, 1)) // [0.5, 0]
 *
 * References: Golub & Van Loan (2013), Matrix Computations, 4.2.
 */
export function solveDefinite(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  if (matrix.length !== size) throw new RangeError(`matrix must have ${size} rows, got ${matrix.length}`);
  for (let i = 0; i < size; i++) {
    const row = matrix[i] as Float64Array;
    for (let j = 0; j <= i; j++) {
      const other = matrix[j] as Float64Array;
      let sum = row[j] as number;
      for (let k = 0; k < j; k++) sum -= (row[k] as number) * (other[k] as number);
      row[j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / (other[j] as number);
    }
  }
  const x = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    const row = matrix[i] as Float64Array;
    let sum = x[i] as number;
    for (let k = 0; k < i; k++) sum -= (row[k] as number) * (x[k] as number);
    x[i] = sum / (row[i] as number);
  }
  for (let i = size - 1; i >= 0; i--) {
    const row = matrix[i] as Float64Array;
    const value = (x[i] as number) / (row[i] as number);
    x[i] = value;
    for (let k = 0; k < i; k++) x[k] = (x[k] as number) - (row[k] as number) * value;
  }
  return x;
}
