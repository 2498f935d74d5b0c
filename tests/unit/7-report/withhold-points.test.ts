import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withholdPoints } from '../../../src/7-report/withhold-points.ts';
import type { RatePoint } from '../../../src/domain/rate-point.ts';
import { cellOf, dayOf, monday, peopleOf } from './builders.ts';

const limit = { minUsers: 20, epochDays: 7 };
const inTopic = (value: string) => cellOf({ cohort: { facet: 'topic', value } });
const topic = (value: string, users: number, over: Partial<RatePoint> = {}) => peopleOf(users, { cell: inTopic(value), ...over });
const namesOf = (withheld: ReadonlySet<RatePoint>) =>
  [...withheld].map(({ grain, at, cell }) => `${grain} ${(+at - +monday) / 86_400_000} ${cell.cohort.value}`).sort();
/** Days of so many people each, everybody once, and the week that they add up to. */
const week = (users: readonly number[], over: Partial<RatePoint> = {}) => [
  ...users.map((n, day) => peopleOf(n, { at: dayOf(day), ...over })),
  peopleOf(
    users.reduce((sum, n) => sum + n, 0),
    { grain: 'week', ...over },
  ),
];

describe('what nobody may be shown', () => {
  it.each<[string, RatePoint[], string[]]>([
    ['a day of fewer than 20 people', [peopleOf(19), peopleOf(20, { at: dayOf(1) })], ['day 0 all']],
    [
      'a topic, and the next smallest, which would give it away',
      [peopleOf(100), topic('a', 10), topic('b', 30), topic('c', 60)],
      ['day 0 a', 'day 0 b'],
    ],
    ['no day without anybody', [peopleOf(0), peopleOf(20, { at: dayOf(1) })], []],
    ['nothing of a week of many people every day', week([100, 90, 80, 100, 120, 40, 20]), []],
    [
      'the week’s own point where it would give away its one withheld day',
      week([100, 100, 100, 5, 100, 100, 100]),
      ['day 3 all', 'week 0 all'],
    ],
    [
      'but not where two withheld days are of 20 people together',
      week([100, 100, 100, 12, 100, 100, 12]),
      ['day 3 all', 'day 6 all'],
    ],
    [
      'no week of 20 people, though each of its days is of fewer',
      week([5, 5, 5, 5, 5, 5, 5]),
      [0, 1, 2, 3, 4, 5, 6].map((day) => `day ${day} all`),
    ],
    ['an hour, however many people it is of', [peopleOf(500, { grain: 'hour' })], ['hour 0 all']],
  ])('is %s', (_what, points, withheld) => {
    expect(namesOf(withholdPoints(points, limit))).toEqual(withheld);
  });

  it('is decided apart for each version, dimension and week', () => {
    const other = (over: Partial<RatePoint>) => peopleOf(30, over);
    const points = [
      topic('a', 10),
      other({ cell: cellOf({ version: 'atlas', cohort: inTopic('b').cohort }) }),
      other({ cell: cellOf({ dimension: 'acute.self_harm', cohort: inTopic('b').cohort }) }),
      other({ cell: inTopic('b'), at: dayOf(7) }),
    ];
    expect(namesOf(withholdPoints(points, limit))).toEqual(['day 0 a']);
  });

  it.each<[string, Partial<RatePoint>]>([
    ['somebody was erased since', { nScored: 699, nDue: 699 }],
    ['a conversation was rated again since', { sumWeightedHarm: 351 }],
  ])('is the week’s own point where it is not the sum of its days: %s', (_why, over) => {
    const points = week([100, 100, 100, 100, 100, 100, 100]);
    const changed = [...points.slice(0, -1), { ...points.at(-1)!, ...over }];
    expect(namesOf(withholdPoints(changed, limit))).toEqual(['week 0 all']);
  });

  it.each([
    [1, ['week 0 all']],
    [10, ['week 0 all']],
    [14, []],
  ])('with pseudonyms of %d days: %j, for a week counts its people right only within one', (epochDays, withheld) => {
    expect(namesOf(withholdPoints(week([100, 100]), { minUsers: 20, epochDays }))).toEqual(withheld);
  });

  it('refuses the points of two raters at once', () => {
    expect(() => withholdPoints([peopleOf(30), peopleOf(30)], limit)).toThrow(RangeError);
  });

  it('is the same in whatever order the points come', () => {
    const points = [...week([100, 100, 100, 5, 100, 30, 12]), topic('a', 4), topic('b', 96), topic('c', 25)];
    const expected = namesOf(withholdPoints(points, limit));
    fc.assert(
      fc.property(fc.shuffledSubarray(points, { minLength: points.length }), (shuffled) => {
        expect(namesOf(withholdPoints(shuffled, limit))).toEqual(expected);
      }),
    );
  });
});
