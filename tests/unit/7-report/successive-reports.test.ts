import fc from 'fast-check';
import { expect, it } from 'vitest';
import { showPeriod } from '../../../src/7-report/show-period.ts';
import { withholdPoints } from '../../../src/7-report/withhold-points.ts';
import { workedOut } from '../stats/attacker.ts';
import { cellOf, monday } from './builders.ts';
import { cohorts, idOf, type Person, partitionsOf, pointsOf } from './people.ts';

const said = fc.record({ day: fc.nat({ max: 6 }), topic: fc.nat({ max: 3 }), memory: fc.nat({ max: 1 }) });
/** A week of a small version: weekends nearly empty, one topic rare. */
const quiet = fc.record({ day: fc.nat({ max: 4 }), topic: fc.nat({ max: 2 }), memory: fc.constant(0) });
const people = fc.array(
  fc.array(fc.oneof({ weight: 1, arbitrary: said }, { weight: 6, arbitrary: quiet }), { minLength: 1, maxLength: 4 }),
  {
    minLength: 1,
    maxLength: 80,
  },
);
const minUsers = fc.integer({ min: 2, max: 15 });
/** The report after each day, and after the last one has closed the week. */
const releases: readonly (readonly ('week' | number)[])[] = [
  [0],
  [0, 1],
  [0, 1, 2],
  [0, 1, 2, 3],
  [0, 1, 2, 3, 4],
  [0, 1, 2, 3, 4, 5],
  [0, 1, 2, 3, 4, 5, 6, 'week'],
];

const isIn = (window: 'week' | number, value: string) => (one: Person[number]) =>
  (window === 'week' || window === one.day) && ['all', `t${one.topic}`, `m${one.memory}`].includes(value);

it('whoever keeps every report of a week works out no cell of too few people', () => {
  fc.assert(
    fc.property(people, minUsers, (persons, least) => {
      const limit = { minUsers: least, epochDays: 7 };
      const all = pointsOf(persons, releases.at(-1)!);
      const shown = new Set<string>();
      for (const windows of releases) {
        const points = pointsOf(persons, windows);
        const withheld = withholdPoints(points, limit);
        for (const point of points) if (!withheld.has(point)) shown.add(idOf(point));
      }
      const small = all.filter((point) => point.nUsers < least).map((point) => [idOf(point)]);
      expect(workedOut(all.map(idOf), shown, partitionsOf(all), small)).toEqual(small.map(() => false));
    }),
    { numRuns: 60, seed: 1 },
  );
});

it('a running total grows by days that may be shown by themselves, or not at all', () => {
  fc.assert(
    fc.property(people, minUsers, fc.constantFrom(...cohorts), (persons, least, cohort) => {
      const limit = { minUsers: least, epochDays: 7 };
      const cell = cellOf({ cohort });
      const totals = releases.slice(0, 6).map((windows) => {
        const points = pointsOf(persons, windows);
        return showPeriod(points, withholdPoints(points, limit), cell, 'few')?.rate?.n ?? 0;
      });
      for (const [day, total] of totals.entries()) {
        const added = total - (totals[day - 1] ?? 0);
        const users = persons.filter((person) => person.some(isIn(day, cohort.value))).length;
        const n = persons.flat().filter(isIn(day, cohort.value)).length;
        if (added !== 0) expect([added, users >= least]).toEqual([n, true]);
      }
    }),
    { numRuns: 200, seed: 1 },
  );
});

it('what the finished week adds to its shown days is nothing, or of enough people', () => {
  let added = 0;
  fc.assert(
    fc.property(people, minUsers, fc.constantFrom(...cohorts), (persons, least, cohort) => {
      const points = pointsOf(persons, releases.at(-1)!);
      const withheld = withholdPoints(points, { minUsers: least, epochDays: 7 });
      const shown = showPeriod(points, withheld, cellOf({ cohort }), 'few');
      const own = points.filter((point) => point.cell.cohort.value === cohort.value);
      const days = own.filter((point) => point.grain === 'day');
      const running = days.filter((point) => !withheld.has(point)).reduce((sum, point) => sum + point.nScored, 0);
      const rest = (shown?.rate?.n ?? 0) - running;
      expect(rest).toBeGreaterThanOrEqual(0);
      if (rest === 0) return;
      added += 1;
      const left = days.filter((point) => withheld.has(point)).map(({ at }) => (+at - +monday) / 86_400_000);
      const isLeft = (one: Person[number]) => left.some((day) => isIn(day, cohort.value)(one));
      expect(persons.filter((person) => person.some(isLeft)).length).toBeGreaterThanOrEqual(least);
    }),
    { numRuns: 300, seed: 1 },
  );
  expect(added).toBeGreaterThan(10);
});
