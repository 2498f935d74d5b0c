/** A linear combination of unknowns: whole coefficients by column. What is left out is 0. */
export type Combination = ReadonlyMap<number, number>;

/** What somebody can work out who knows the value of some combinations of the unknowns. */
export type Determination = {
  /**
   * Whether a combination follows from those known, and from which.
   * @returns the positions of the known combinations it is made of, or null where it is left open.
   */
  derive(combination: Combination): readonly number[] | null;
};

/**
 * Which combinations of the unknowns of a linear system are determined: those in the row space of the known ones. Found by
 * Gauss-Jordan elimination over whole numbers, rows reduced by their greatest common divisor, so that the answer is exact.
 *
 * Use it to ask what sums and differences give away, whatever the values are. It knows nothing of values: that counts are
 * not negative, or whole, may narrow an unknown further without determining it. Cost: rows x rows x (columns + rows).
 *
 * Guarantee: exact; throws RangeError rather than rounding when a coefficient leaves 2^53.
 *
 * @example
 *   // x + y and y + z are known, so x - z is, and x is not.
 *   const known = determinedBy([new Map([[0, 1], [1, 1]]), new Map([[1, 1], [2, 1]])], 3);
 *   known.derive(new Map([[0, 1], [2, -1]])); // [0, 1]
 *   known.derive(new Map([[0, 1]])); // null
 *
 * References: Willenborg & de Waal (2001) Elements of Statistical Disclosure Control, section 4.4 (audit of linked tables).
 */
export function determinedBy(known: readonly Combination[], nUnknowns: number): Determination {
  // Beside each row stands how it was made of the known ones.
  const rows = known.map((combination, i) => {
    const row = new Array<number>(nUnknowns + known.length).fill(0);
    for (const [column, coefficient] of combination) row[checkColumn(column, nUnknowns)] = checkWhole(coefficient);
    row[nUnknowns + i] = 1;
    return row;
  });
  const pivots = reduce(rows, nUnknowns);
  return {
    derive(combination) {
      for (const column of combination.keys()) checkColumn(column, nUnknowns);
      const used = pivots.filter(({ column }) => (combination.get(column) ?? 0) !== 0);
      const scale = used.reduce((all, { column, row }) => (all / divisor(all, at(row, column))) * Math.abs(at(row, column)), 1);
      const sum = new Array<number>(nUnknowns + known.length).fill(0);
      for (const { column, row } of used) {
        const factor = checkWhole(combination.get(column) ?? 0) * (scale / at(row, column));
        for (let j = 0; j < row.length; j++) sum[j] = checkWhole(at(sum, j) + factor * at(row, j));
      }
      for (let j = 0; j < nUnknowns; j++) if (at(sum, j) !== scale * (combination.get(j) ?? 0)) return null;
      return known.flatMap((_, i) => (at(sum, nUnknowns + i) === 0 ? [] : [i]));
    },
  };
}

type Pivot = { readonly column: number; readonly row: readonly number[] };

/** Brings the rows into reduced echelon form on their first `nUnknowns` columns, in place. */
function reduce(rows: number[][], nUnknowns: number): Pivot[] {
  const columns: number[] = [];
  for (let column = 0; column < nUnknowns; column++) {
    const rank = columns.length;
    const found = rows.findIndex((row, i) => i >= rank && at(row, column) !== 0);
    const pivot = rows[found];
    if (pivot === undefined) continue;
    rows.splice(found, 1);
    rows.splice(rank, 0, pivot);
    for (const [i, row] of rows.entries()) if (i !== rank && at(row, column) !== 0) eliminate(row, pivot, column);
    columns.push(column);
  }
  return columns.map((column, i) => ({ column, row: rows[i] ?? [] }));
}

function eliminate(row: number[], pivot: readonly number[], column: number): void {
  const common = divisor(at(pivot, column), at(row, column));
  const keep = at(pivot, column) / common;
  const take = at(row, column) / common;
  let shared = 0;
  for (let j = 0; j < row.length; j++) {
    const value = checkWhole(keep * at(row, j) - take * at(pivot, j));
    row[j] = value;
    shared = divisor(shared, value);
  }
  if (shared > 1) for (let j = 0; j < row.length; j++) row[j] = at(row, j) / shared;
}

function divisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

function at(row: readonly number[], j: number): number {
  return row[j] ?? 0;
}

function checkColumn(column: number, nUnknowns: number): number {
  if (!Number.isInteger(column) || column < 0 || column >= nUnknowns) {
    throw new RangeError(`column must be a whole number in [0, ${nUnknowns}), got ${column}`);
  }
  return column;
}

function checkWhole(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`coefficient must be a whole number below 2^53, got ${value}`);
  return value;
}
