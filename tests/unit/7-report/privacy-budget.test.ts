import { expect, it } from 'vitest';
import { checkBudget } from '../../../src/7-report/privacy-budget.ts';

const day = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 86_400_000);
const spent = (...days: number[]) => days.map((n) => ({ epsilon: 1, releasedAt: day(n) }));

it.each<[string, Parameters<typeof checkBudget>, ReturnType<typeof checkBudget>]>([
  ['nothing spent', [[], 1, 3, day(0)], { left: 3, allowed: true, freesUpAt: null }],
  ['the last of it', [spent(0, 7), 1, 3, day(14)], { left: 1, allowed: true, freesUpAt: null }],
  ['all spent, the oldest to come back', [spent(0, 7, 14), 1, 3, day(21)], { left: 0, allowed: false, freesUpAt: day(365) }],
  ['in whatever order it was spent', [spent(14, 0, 7), 1, 3, day(21)], { left: 0, allowed: false, freesUpAt: day(365) }],
  ['two must come back', [spent(0, 7, 14), 2, 3, day(21)], { left: 0, allowed: false, freesUpAt: day(372) }],
  [
    'a moment before a year is over',
    [spent(0), 1, 1, new Date(day(365).getTime() - 1)],
    { left: 0, allowed: false, freesUpAt: day(365) },
  ],
  ['after a year', [spent(0), 1, 1, day(365)], { left: 1, allowed: true, freesUpAt: null }],
  ['more than a year’s budget', [[], 4, 3, day(0)], { left: 3, allowed: false, freesUpAt: null }],
])('with %s', (_state, given, budget) => {
  expect(checkBudget(...given)).toEqual(budget);
});

it('tenths that do not add up exactly in binary are still spent to the last', () => {
  const tenths = Array.from({ length: 9 }, (_, n) => ({ epsilon: 0.1, releasedAt: day(n) }));
  expect(checkBudget(tenths, 0.1, 1, day(20)).allowed).toBe(true);
  expect(checkBudget([...tenths, ...tenths.slice(0, 1)], 0.1, 1, day(20)).allowed).toBe(false);
});
