import { describe, expect, it } from 'vitest';
import { settleBatch } from '../../../../src/3-rate/batch/settle-batch.ts';
import type { BatchItem } from '../../../../src/domain/batch-judge.ts';
import type { JudgeOutcome } from '../../../../src/domain/judge.ts';
import { answerOf, rubricOf, transcriptOf } from '../builders.ts';

const frame = { name: 'conversation.v1', text: 'You rate.' };
const [a, b, c] = ['a', 'b', 'c'].map(
  (customId): BatchItem => ({
    customId,
    request: { unit: customId, frame, rubrics: [rubricOf()], transcript: transcriptOf(['user', 'Hi']) },
  }),
) as [BatchItem, BatchItem, BatchItem];
const answered: JudgeOutcome = { outcome: 'answered', answers: [answerOf()] };
const refused: JudgeOutcome = { outcome: 'unscored', reason: 'refused' };
const throttled: JudgeOutcome = { outcome: 'retry', reason: 'throttled', afterMs: 500 };

describe('settleBatch', () => {
  it('settles what was answered or is final, and asks the rest again', () => {
    const results = [
      { customId: 'c', outcome: throttled },
      { customId: 'b', outcome: refused },
      { customId: 'a', outcome: answered },
    ];
    expect(settleBatch([a, b, c], results)).toEqual({
      settled: [
        { item: a, outcome: answered },
        { item: b, outcome: refused },
      ],
      again: [{ item: c, reason: 'throttled', afterMs: 500 }],
    });
  });

  it('asks again for whatever has no result', () => {
    expect(settleBatch([a, b], [{ customId: 'b', outcome: answered }])).toEqual({
      settled: [{ item: b, outcome: answered }],
      again: [{ item: a, reason: 'failed', afterMs: null }],
    });
  });

  it('takes the first result of an item and none of what nobody asked for', () => {
    const results = [
      { customId: 'a', outcome: refused },
      { customId: 'a', outcome: answered },
      { customId: 'z', outcome: answered },
    ];
    expect(settleBatch([a], results)).toEqual({ settled: [{ item: a, outcome: refused }], again: [] });
  });

  it('settles nothing of nothing', () => {
    expect(settleBatch([], [])).toEqual({ settled: [], again: [] });
  });
});
