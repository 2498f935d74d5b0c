/** Rank of a matrix of whole numbers over the integers modulo a prime: the rank itself where no determinant in it is a multiple. */
export function rankModulo(rows: readonly (readonly number[])[], prime = 1_000_003): number {
  const left = rows.map((row) => row.map((value) => ((value % prime) + prime) % prime));
  let rank = 0;
  for (let column = 0; column < (rows[0]?.length ?? 0); column++) {
    const i = left.findIndex((row, at) => at >= rank && row[column] !== 0);
    if (i < 0) continue;
    [left[rank], left[i]] = [left[i]!, left[rank]!];
    const pivot = left[rank]!;
    for (const row of left.slice(rank + 1)) {
      const factor = row[column]!;
      for (const j of row.keys()) row[j] = (((row[j]! * pivot[column]! - pivot[j]! * factor) % prime) + prime) % prime;
    }
    rank += 1;
  }
  return rank;
}
