import { requireAtLeast } from './argument.ts';
import { type Combination, determinedBy } from './determined-unknowns.ts';

/** One cell of a table of sums. */
export type TableCell = {
  readonly id: string;
  /** Different people with a share in it. */
  readonly users: number;
  /** Decided before, and not to be changed: it has been shown, or withheld. */
  readonly decided?: 'shown' | 'withheld';
};

/** A cell that is the sum of others, whose people may overlap. All are ids of cells. */
export type Partition = { readonly total: string; readonly parts: readonly string[] };

/**
 * Which cells of a table of sums must be withheld so that nobody who knows the shown ones, and which cells add up to which,
 * can work out a cell of fewer than k people.
 *
 * First every cell of fewer than k goes. Then, as long as the shown cells determine too much, the smallest shown cell goes
 * from which that follows. Too much is: a withheld cell of fewer than k people, the sum of two such, or what a partition
 * leaves withheld, unless k people must be behind it (as many as behind its largest cell, or behind the total and not behind
 * its shown parts). A cell without anybody is shown: that nobody was there tells nothing of anybody's conversation, and
 * whoever adds up the others sees it anyway.
 *
 * Use it wherever additive figures of overlapping groups are shown together. It does not bound how narrowly a withheld cell
 * can be *estimated* (counts are not negative, rates lie in [0, 1]), nor does it look at sums of three or more withheld cells
 * that are no partition's remainder: for figures that leave the house, add noise (`discrete-laplace.ts`).
 *
 * Guarantee: no cell of fewer than k people is determined by what is shown, unless `decided` cells determine it alone; nor is
 * any other cell of the result. Nothing is withheld where every cell has k people or nobody. The order of the input does not
 * matter. Ends: each round withholds one cell more.
 *
 * @example
 *   const cells = [{ id: 'all', users: 100 }, { id: 'a', users: 5 }, { id: 'b', users: 30 }, { id: 'c', users: 65 }];
 *   withholdCells(cells, [{ total: 'all', parts: ['a', 'b', 'c'] }], 20); // a, and b, or all - b - c would be a
 *
 * References: Hundepool et al. (2012) Statistical Disclosure Control, chapter 4 (primary and secondary suppression, audit).
 */
export function withholdCells(cells: readonly TableCell[], partitions: readonly Partition[], k: number): ReadonlySet<string> {
  checkTable(cells, partitions, k);
  const nameOf = nameSame(cells, partitions);
  const table = new Map<string, TableCell>();
  for (const cell of cells) {
    const id = nameOf(cell.id);
    const decided = cell.decided ?? table.get(id)?.decided;
    table.set(id, { id, users: cell.users, ...(decided === undefined ? {} : { decided }) });
  }
  const merged = partitions
    .map(({ total, parts }) => ({ total: nameOf(total), parts: parts.map(nameOf) }))
    .filter(({ total, parts }) => !parts.includes(total));
  const hidden = withholdDistinct(table, merged, k);
  return new Set(cells.map(({ id }) => id).filter((id) => hidden.has(nameOf(id))));
}

/** A total with people in one part only is that part: one name for both, or they would pass for two groups of people. */
function nameSame(cells: readonly TableCell[], partitions: readonly Partition[]): (id: string) => string {
  const users = new Map(cells.map((cell) => [cell.id, cell.users]));
  const sameAs = new Map<string, string>();
  const nameOf = (id: string): string => {
    const other = sameAs.get(id);
    return other === undefined ? id : nameOf(other);
  };
  for (const { total, parts } of partitions) {
    const [part, ...more] = parts.filter((id) => users.get(id) !== 0);
    if (part === undefined || more.length > 0 || nameOf(part) === nameOf(total)) continue;
    const [first, second] = [nameOf(part), nameOf(total)].sort(compareText) as [string, string];
    sameAs.set(second, first);
  }
  return nameOf;
}

function withholdDistinct(
  table: ReadonlyMap<string, TableCell>,
  partitions: readonly Partition[],
  k: number,
): ReadonlySet<string> {
  const isOpen = ({ decided, users }: TableCell) => decided === undefined && users > 0;
  const withheld = new Set<string>();
  for (const id of [...table.keys()].sort(compareText)) {
    const cell = table.get(id);
    if (cell?.decided === 'withheld' || (cell !== undefined && isOpen(cell) && cell.users < k)) withheld.add(id);
  }
  for (;;) {
    const derive = deriveFrom(partitions, withheld);
    // What everybody can work out, and may, counts as shown: calling it withheld would hide nothing.
    const hidden = new Set([...withheld].filter((id) => usersOf(table, id) < k || derive([id]) === null));
    const from = findRevealed(table, partitions, hidden, k, derive);
    const next = from === null ? null : smallest(table, from, (cell) => isOpen(cell) && !withheld.has(cell.id));
    if (next === null) return hidden;
    withheld.add(next);
  }
}

/** The partitions from which the sum of these withheld cells follows; null where it does not. */
type Derive = (ids: readonly string[]) => readonly Partition[] | null;

/** What follows from the shown cells: each partition gives the total of its withheld cells, and so a row. */
function deriveFrom(partitions: readonly Partition[], withheld: ReadonlySet<string>): Derive {
  const columns = new Map([...withheld].map((id, column) => [id, column]));
  const known = partitions.map(({ total, parts }): Combination => {
    const row = new Map<number, number>();
    const add = (id: string, sign: number) => {
      const column = columns.get(id);
      if (column !== undefined) row.set(column, sign);
    };
    add(total, 1);
    for (const part of parts) add(part, -1);
    return row;
  });
  const determination = determinedBy(known, columns.size);
  return (ids) => {
    const from = determination.derive(new Map(ids.map((id) => [columns.get(id) ?? 0, 1])));
    return from === null ? null : partitions.filter((_, i) => from.includes(i));
  };
}

/** The partitions that together tell too much, or null where none do. */
function findRevealed(
  table: ReadonlyMap<string, TableCell>,
  partitions: readonly Partition[],
  hidden: ReadonlySet<string>,
  k: number,
  derive: Derive,
): readonly Partition[] | null {
  const users = (id: string) => usersOf(table, id);
  const enough = new Set<string>();
  for (const { total, parts } of partitions) {
    const left = parts.filter((part) => hidden.has(part));
    if (left.length === 0) continue;
    const shown = parts.filter((part) => !hidden.has(part)).reduce((sum, part) => sum + users(part), 0);
    if (Math.max(users(total) - shown, ...left.map(users)) >= k) enough.add(keyOf(left));
  }
  const small = [...hidden].filter((id) => users(id) < k);
  const sums = [
    ...small.map((id) => [id]),
    ...partitions.map(({ parts }) => parts.filter((part) => hidden.has(part))),
    ...small.flatMap((a, i) => small.slice(i + 1).map((b) => [a, b])),
  ];
  for (const sum of sums) {
    const from = sum.length === 0 || enough.has(keyOf(sum)) ? null : derive(sum);
    if (from !== null) return from;
  }
  return null;
}

function keyOf(ids: readonly string[]): string {
  return [...ids].sort(compareText).join('\u001f');
}

/** Of two as small, the part goes before the total. */
function smallest(
  table: ReadonlyMap<string, TableCell>,
  partitions: readonly Partition[],
  eligible: (cell: TableCell) => boolean,
): string | null {
  const totals = new Set(partitions.map(({ total }) => total));
  const ids = new Set(partitions.flatMap(({ total, parts }) => [total, ...parts]));
  const candidates = [...ids].flatMap((id) => table.get(id) ?? []).filter(eligible);
  const rank = (cell: TableCell) => cell.users + (totals.has(cell.id) ? 0.5 : 0);
  return candidates.sort((a, b) => rank(a) - rank(b) || compareText(a.id, b.id))[0]?.id ?? null;
}

function usersOf(table: ReadonlyMap<string, TableCell>, id: string): number {
  return table.get(id)?.users ?? 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function checkTable(cells: readonly TableCell[], partitions: readonly Partition[], k: number): void {
  const ids = new Set(cells.map(({ id }) => id));
  requireAtLeast('k', k, 1);
  for (const { users } of cells) requireAtLeast('users', users, 0);
  if (ids.size !== cells.length) throw new RangeError(`cells must have different ids, got ${cells.length - ids.size} twice`);
  for (const id of partitions.flatMap(({ total, parts }) => [total, ...parts])) {
    if (!ids.has(id)) throw new RangeError(`partitions must name cells, got ${id}`);
  }
}
