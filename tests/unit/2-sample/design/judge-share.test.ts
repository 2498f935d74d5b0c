import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JudgeAllowance, judgeShare, leastShare } from '../../../../src/2-sample/design/judge-share.ts';

const judge = (given: Partial<JudgeAllowance> = {}): JudgeAllowance => ({
  callsLeft: 1_000,
  callsOwed: 0,
  callsPerSample: 1,
  ...given,
});
const unlimited = judge({ callsLeft: Infinity });

describe('the share of samples that is judged', () => {
  // (0.95 left - owed) / (calls a sample x samples expected), between 0.01 and the share wanted.
  test.each<[string, readonly JudgeAllowance[], number, number, number]>([
    ['what the budget leaves', [judge()], 1_900, 1, 0.5],
    ['all that is wanted where the budget has room', [judge()], 500, 0.8, 0.8],
    ['less where samples take several calls', [judge({ callsPerSample: 4 })], 950, 1, 0.25],
    ['less where samples wait still', [judge({ callsOwed: 450 })], 1_000, 1, 0.5],
    ['the least where all is owed already', [judge({ callsOwed: 5_000 })], 1_000, 1, 0.01],
    ['the least where the budget is spent', [judge({ callsLeft: 0 })], 1_000, 1, 0.01],
    ['the least where it is overspent', [judge({ callsLeft: -20 })], 1_000, 1, 0.01],
    ['no more than wanted even at the least', [judge({ callsLeft: 0 })], 1_000, 0.004, 0.004],
    ['that of the judge with the least room', [judge(), judge({ callsLeft: 200 }), unlimited], 1_900, 1, 0.1],
    ['that of the judge asked most often', [judge(), judge({ callsPerSample: 2 })], 1_900, 1, 0.25],
    ['all that is wanted without a budget', [unlimited], 1e9, 0.7, 0.7],
    ['all that is wanted without a judge', [], 1e9, 0.7, 0.7],
    ['all that is wanted where nothing is expected', [judge({ callsLeft: 0, callsOwed: 9 })], 0, 0.7, 0.7],
  ])('is %s', (_what, judges, expected, most, share) => expect(judgeShare(judges, expected, most)).toBeCloseTo(share, 12));

  test('is not touched by a judge that no sample asks, however much it has spent', () => {
    for (const callsLeft of [100, 0, -5]) {
      expect(judgeShare([judge({ callsPerSample: 0, callsLeft })], 1_000, 0.7)).toBe(0.7);
    }
  });

  test('never has a judge asked more than it has left, is never nothing, and never grows with what is spent or owed', () => {
    const calls = fc.double({ min: 0, max: 1e5, noNaN: true });
    const judges = fc.array(fc.record({ callsLeft: calls, callsOwed: calls, callsPerSample: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    const share = fc.double({ min: 0.001, max: 1, noNaN: true });
    fc.assert(
      fc.property(judges, fc.integer({ min: 1, max: 1e5 }), share, (all, expected, most) => {
        const planned = judgeShare(all, expected, most);
        expect(planned).toBeGreaterThanOrEqual(Math.min(leastShare, most));
        expect(planned).toBeLessThanOrEqual(most);
        for (const { callsLeft, callsOwed, callsPerSample } of all) {
          if (planned > leastShare) {
            expect(planned * expected * callsPerSample + callsOwed).toBeLessThanOrEqual(callsLeft + 1e-6);
          }
        }
        const [first, ...others] = all as [JudgeAllowance, ...JudgeAllowance[]];
        const poorer = { ...first, callsLeft: first.callsLeft * 0.9, callsOwed: first.callsOwed + 1 };
        expect(judgeShare([poorer, ...others], expected, most)).toBeLessThanOrEqual(planned);
      }),
    );
  });
});
