import type { Partition } from '../../../src/stats/withhold-cells.ts';
import { rankModulo } from './rank-modulo.ts';

/**
 * Somebody who keeps every figure ever shown and knows what adds up to what: which of the sums asked for can they work out?
 * Told by the rank of everything known with and without the sum, over all cells, so that it shares nothing with the code under test.
 */
export function workedOut(
  cells: readonly string[],
  shown: ReadonlySet<string>,
  partitions: readonly Partition[],
  sums: readonly (readonly string[])[],
): boolean[] {
  const column = new Map(cells.map((id, i) => [id, i]));
  const row = (ids: readonly string[], total?: string) => {
    const coefficients = new Array<number>(cells.length).fill(0);
    for (const id of ids) coefficients[column.get(id)!] = 1;
    if (total !== undefined) coefficients[column.get(total)!] = -1;
    return coefficients;
  };
  const known = [...[...shown].map((id) => row([id])), ...partitions.map(({ total, parts }) => row(parts, total))];
  const rank = rankModulo(known);
  return sums.map((ids) => rankModulo([...known, row(ids)]) === rank);
}
