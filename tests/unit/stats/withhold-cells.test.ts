import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Partition, type TableCell, withholdCells } from '../../../src/stats/withhold-cells.ts';
import { workedOut } from './attacker.ts';

const k = 20;
const cellsOf = (users: Readonly<Record<string, number>>): TableCell[] =>
  Object.entries(users).map(([id, n]) => ({ id, users: n }));
const withhold = (users: Readonly<Record<string, number>>, partitions: readonly Partition[], limit = k) =>
  [...withholdCells(cellsOf(users), partitions, limit)].sort();
const topics: Partition = { total: 'all', parts: ['a', 'b', 'c'] };
const memory: Partition = { total: 'all', parts: ['on', 'off'] };

describe('withholdCells', () => {
  it('answers the example of its docstring', () => {
    expect(withhold({ all: 100, a: 5, b: 30, c: 65 }, [topics])).toEqual(['a', 'b']);
  });

  it.each<[string, Readonly<Record<string, number>>, Partition[], string[]]>([
    ['withholds nothing where every cell has enough', { all: 60, a: 20, b: 20, c: 20 }, [topics], []],
    ['shows a cell without anybody', { all: 60, a: 0, b: 30, c: 30 }, [topics], []],
    ['withholds one cell of a table without sums', { a: 19, b: 20 }, [], ['a']],
    ['takes the smallest neighbour of a lone small cell', { all: 300, a: 5, b: 200, c: 100 }, [topics], ['a', 'c']],
    ['takes the part and not the total where both are as small', { all: 40, a: 5, b: 40, c: 0 }, [topics], ['a', 'b']],
    [
      'takes one more where two small cells may be the same few people',
      { all: 80, a: 12, b: 12, c: 70 },
      [topics],
      ['a', 'b', 'c'],
    ],
    ['but not where they must be enough together', { all: 90, a: 12, b: 12, c: 70 }, [topics], ['a', 'b']],
    ['withholds a table of few people altogether', { all: 19, a: 10, b: 9, c: 0 }, [topics], ['a', 'all', 'b']],
    [
      'a small cell withheld in one facet costs nothing in another',
      { all: 200, a: 5, b: 100, c: 100, on: 100, off: 100 },
      [topics, memory],
      ['a', 'b'],
    ],
    [
      'of two people in all, nothing of any facet is left',
      { all: 2, a: 2, b: 0, c: 0, on: 1, off: 1 },
      [topics, memory],
      ['a', 'all', 'off', 'on'],
    ],
  ])('%s', (_fact, users, partitions, withheld) => {
    expect(withhold(users, partitions)).toEqual(withheld);
  });

  it('takes a total with people in one part only for that part', () => {
    // Two days of 12 people on one topic each: 24 together, however they are named.
    const names = ['mon', 'tue', 'week'].flatMap((window) => [`${window} all`, `${window} work`]);
    const cells = names.map((id) => ({ id, users: id.startsWith('week') ? 24 : 12 }));
    const partitions = [
      ...['mon', 'tue', 'week'].map((window) => ({ total: `${window} all`, parts: [`${window} work`] })),
      ...['all', 'work'].map((cohort) => ({ total: `week ${cohort}`, parts: [`mon ${cohort}`, `tue ${cohort}`] })),
    ];
    expect([...withholdCells(cells, partitions, k)]).toEqual(['mon all', 'mon work', 'tue all', 'tue work']);
  });

  it('finds what follows only from several sums together', () => {
    // Rows x, y and columns 1, 2, 3 of a table: every row and column leaves at least 20 withheld, but x1 + x2 + y1 + y2 from the
    // rows, less x1 + y1 from column 1, would leave x2 + y2 even if the total of column 2 were withheld.
    const users = { x1: 10, x2: 10, x3: 90, y1: 10, y2: 10, y3: 90, x: 110, y: 110, c1: 20, c2: 19, c3: 180, all: 219 };
    const partitions: Partition[] = [
      { total: 'x', parts: ['x1', 'x2', 'x3'] },
      { total: 'y', parts: ['y1', 'y2', 'y3'] },
      { total: 'c1', parts: ['x1', 'y1'] },
      { total: 'c2', parts: ['x2', 'y2'] },
      { total: 'c3', parts: ['x3', 'y3'] },
      { total: 'all', parts: ['c1', 'c2', 'c3'] },
    ];
    const withheld = withholdCells(cellsOf(users), partitions, k);
    const shown = new Set(Object.keys(users).filter((id) => !withheld.has(id)));
    expect(workedOut(Object.keys(users), shown, partitions, [['c2'], ['x2', 'y2'], ['x1']])).toEqual([false, false, false]);
    expect(shown).toContain('all');
  });

  it('does not take back what was decided, and withholds what would undo it', () => {
    // Two days were shown and one withheld: their week would give it away.
    const week: Partition = { total: 'week', parts: ['mon', 'tue', 'wed'] };
    const cells: TableCell[] = [
      { id: 'mon', users: 100, decided: 'shown' },
      { id: 'tue', users: 5, decided: 'withheld' },
      { id: 'wed', users: 100, decided: 'shown' },
      { id: 'week', users: 150 },
    ];
    expect([...withholdCells(cells, [week], k)].sort()).toEqual(['tue', 'week']);
    const more = cells.map((cell) => (cell.id === 'wed' ? { ...cell, users: 30, decided: 'withheld' as const } : cell));
    expect([...withholdCells(more, [week], k)].sort()).toEqual(['tue', 'wed']);
  });

  it('refuses a table that cannot be meant', () => {
    expect(() => withhold({ all: 5 }, [], 0)).toThrow('k must be finite and at least 1, got 0');
    expect(() => withhold({ all: -1 }, [])).toThrow('users must be finite and at least 0, got -1');
    expect(() => withhold({ all: 5 }, [topics])).toThrow('partitions must name cells, got a');
    expect(() => withholdCells([...cellsOf({ a: 1 }), ...cellsOf({ a: 2 })], [], k)).toThrow('got 1 twice');
  });
});

/** Tables of real people: each has a few conversations, each conversation one value on each of two facets and one day. */
type Person = { readonly topic: number; readonly memory: number; readonly day: number }[];
const people = fc.array(
  fc.array(fc.record({ topic: fc.nat({ max: 5 }), memory: fc.nat({ max: 2 }), day: fc.nat({ max: 2 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
  { minLength: 1, maxLength: 40 },
);

function tableOf(persons: readonly Person[], withDays: boolean): { cells: TableCell[]; partitions: Partition[] } {
  const windows = withDays ? ['week', 'd0', 'd1', 'd2'] : ['week'];
  const facets = { topic: ['t0', 't1', 't2', 't3', 't4', 't5'], memory: ['m0', 'm1', 'm2'] };
  const cohorts = ['all', ...facets.topic, ...facets.memory];
  const isIn = (window: string, cohort: string) => (c: Person[number]) =>
    ['week', `d${c.day}`].includes(window) && ['all', `t${c.topic}`, `m${c.memory}`].includes(cohort);
  const cells = windows.flatMap((window) =>
    cohorts.map((cohort) => ({
      id: `${window} ${cohort}`,
      users: persons.filter((person) => person.some(isIn(window, cohort))).length,
    })),
  );
  const partitions = windows.flatMap((window) =>
    Object.values(facets).map((values) => ({ total: `${window} all`, parts: values.map((value) => `${window} ${value}`) })),
  );
  if (withDays) {
    for (const cohort of cohorts)
      partitions.push({ total: `week ${cohort}`, parts: ['d0', 'd1', 'd2'].map((d) => `${d} ${cohort}`) });
  }
  return { cells, partitions };
}

describe('of random people', () => {
  const limit = fc.integer({ min: 2, max: 12 });

  it.each([
    ['in two facets', false, 300],
    ['in two facets and three days', true, 100],
  ])('an attacker %s works out no withheld cell, no two small ones, and no remainder of too few', (_where, withDays, numRuns) => {
    fc.assert(
      fc.property(people, limit, (persons, least) => {
        const { cells, partitions } = tableOf(persons, withDays);
        const withheld = withholdCells(cells, partitions, least);
        const users = new Map(cells.map((cell) => [cell.id, cell.users]));
        const small = cells.filter((cell) => cell.users > 0 && cell.users < least).map((cell) => cell.id);
        expect([...withheld]).toEqual(expect.arrayContaining(small));
        const shown = new Set(cells.map((cell) => cell.id).filter((id) => !withheld.has(id)));
        const left = partitions
          .map(({ total, parts }) => ({ total, parts: parts.filter((part) => withheld.has(part)), all: parts }))
          .filter(({ total, parts, all }) => {
            const others = all.filter((part) => !withheld.has(part)).reduce((sum, part) => sum + users.get(part)!, 0);
            return parts.length > 0 && Math.max(users.get(total)! - others, ...parts.map((part) => users.get(part)!)) < least;
          });
        const sums = [...[...withheld].map((id) => [id]), ...left.map(({ parts }) => parts)];
        expect(workedOut([...users.keys()], shown, partitions, sums)).toEqual(sums.map(() => false));
      }),
      { numRuns, seed: 1 },
    );
  });

  it('nothing is withheld where every cell has enough people or nobody', () => {
    fc.assert(
      fc.property(people, (persons) => {
        const { cells, partitions } = tableOf(persons, true);
        const least = Math.min(...cells.map((cell) => cell.users).filter((users) => users > 0));
        expect(withholdCells(cells, partitions, least)).toEqual(new Set());
      }),
    );
  });

  it('the order of cells and partitions does not matter', () => {
    fc.assert(
      fc.property(people, limit, (persons, least) => {
        const { cells, partitions } = tableOf(persons, false);
        const turned = partitions.map(({ total, parts }) => ({ total, parts: [...parts].reverse() })).reverse();
        const [one, two] = [withholdCells(cells, partitions, least), withholdCells([...cells].reverse(), turned, least)];
        expect([...one].sort()).toEqual([...two].sort());
      }),
    );
  });
});
