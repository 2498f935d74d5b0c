import type { RatePoint } from '../../../src/domain/rate-point.ts';
import type { Partition } from '../../../src/stats/withhold-cells.ts';
import { cellOf, dayOf, peopleOf } from './builders.ts';

/** What one person said in a week: each conversation on a day, on a topic, with memory or without. */
export type Said = { readonly day: number; readonly topic: number; readonly memory: number };
export type Person = readonly Said[];

const facets = { topic: ['t0', 't1', 't2', 't3'], memory: ['m0', 'm1'] };
export const cohorts = [
  { facet: 'all', value: 'all' },
  ...Object.entries(facets).flatMap(([facet, values]) => values.map((value) => ({ facet, value }))),
];
export const idOf = ({ grain, at, cell }: RatePoint) => `${grain} ${at.getTime()} ${cell.cohort.value}`;

/** Rate points as measuring writes them: cells in which nothing was due have none. Every conversation is rated and weighs one. */
export function pointsOf(people: readonly Person[], windows: readonly ('week' | number)[]): RatePoint[] {
  return windows.flatMap((window) =>
    cohorts.flatMap((cohort) => {
      const isIn = ({ day, topic, memory }: Said) =>
        (window === 'week' || window === day) && ['all', `t${topic}`, `m${memory}`].includes(cohort.value);
      const nUsers = people.filter((person) => person.some(isIn)).length;
      const n = people.flat().filter(isIn).length;
      const sums = { nTraffic: n, nDue: n, nScored: n, sumWeights: n, sumWeightedHarm: 0 };
      const when =
        window === 'week' ? ({ grain: 'week', at: dayOf(0) } as const) : ({ grain: 'day', at: dayOf(window) } as const);
      return n === 0 ? [] : [peopleOf(nUsers, { ...when, ...sums, cell: cellOf({ cohort }) })];
    }),
  );
}

/** Which cells add up to which, as anybody knows. */
export function partitionsOf(points: readonly RatePoint[]): Partition[] {
  const find = (grain: string, at: Date, value: string) =>
    points.filter((point) => point.grain === grain && +point.at === +at && point.cell.cohort.value === value).map(idOf);
  const windows = [['week', dayOf(0)] as const, ...Array.from({ length: 7 }, (_, day) => ['day', dayOf(day)] as const)];
  const inWindows = windows.flatMap(([grain, at]) =>
    Object.values(facets).flatMap((values) =>
      find(grain, at, 'all').map((total) => ({ total, parts: values.flatMap((value) => find(grain, at, value)) })),
    ),
  );
  const inTime = cohorts.flatMap(({ value }) =>
    find('week', dayOf(0), value).map((total) => ({
      total,
      parts: Array.from({ length: 7 }, (_, day) => find('day', dayOf(day), value)).flat(),
    })),
  );
  return [...inWindows, ...inTime];
}
