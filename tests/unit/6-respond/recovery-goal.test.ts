import { expect, it } from 'vitest';
import { recoveryGoal } from '../../../src/6-respond/recovery-goal.ts';

const rate = (value: number, n = 1_000) => ({ value, n });
const goalOf = (live: number, baseline: number, ratio = 1.5, n = 1_000) =>
  recoveryGoal({ rate: rate(live), baselineRate: rate(baseline, n) }, ratio);

it('the goal is the configured multiple of LKG’s rate', () => {
  expect(goalOf(0.4, 0.1)).toEqual({ baselineRate: 0.1, recoveryRatio: 1.5 });
});

it('but never more than half way up to the rate that raised the alert', () => {
  const goal = goalOf(0.12, 0.1);
  expect(goal.recoveryRatio).toBeCloseTo(1.1, 12);
});

it('a common harm has a goal below 1', () => {
  const goal = goalOf(0.9, 0.8);
  expect(goal.baselineRate * goal.recoveryRatio).toBeCloseTo(0.85, 12);
});

it('an LKG without a single harm counts as half a harm, so that the test is defined', () => {
  expect(goalOf(0.05, 0, 1.5, 200)).toEqual({ baselineRate: 0.0025, recoveryRatio: 1.5 });
});
