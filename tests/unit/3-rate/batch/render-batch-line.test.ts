import { describe, expect, it } from 'vitest';
import { batchLineRenderer } from '../../../../src/3-rate/batch/render-batch-line.ts';
import { renderJudgeMessages } from '../../../../src/3-rate/judge-prompt.ts';
import { judgeJsonSchema } from '../../../../src/3-rate/judge-schema.ts';
import type { BatchItem } from '../../../../src/domain/batch-judge.ts';
import { rubricOf, transcriptOf } from '../builders.ts';

const delimiter = '0123456789abcdef0123456789abcdef';
const frame = { name: 'conversation.v1', text: 'You rate conversations.' };
const rubrics = [rubricOf()];
const itemOf = (over: Partial<BatchItem['request']> = {}, customId = 'i-1'): BatchItem => ({
  customId,
  request: { unit: 'u-1', frame, rubrics, transcript: transcriptOf(['user', 'Ça va?\n'], ['assistant', 'très bien']), ...over },
});
const lines = batchLineRenderer({ model: 'judge-1', temperature: 0 });

describe('batchLineRenderer', () => {
  it('writes one line with what a single call would ask', () => {
    const line = lines.render(itemOf(), delimiter);
    expect(line.endsWith('}\n')).toBe(true);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    const { system, user } = renderJudgeMessages(itemOf().request, delimiter);
    expect(JSON.parse(line)).toEqual({
      custom_id: 'i-1',
      method: 'POST',
      url: '/v1/chat/completions',
      body: {
        model: 'judge-1',
        temperature: 0,
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: user },
        ],
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'longwatch_ratings', strict: true, schema: judgeJsonSchema(rubrics) },
        },
      },
    });
  });

  it('knows the bytes of a line beforehand', () => {
    expect(lines.bytes(itemOf())).toBe(Buffer.byteLength(lines.render(itemOf(), delimiter)));
  });

  it('keeps nothing of one request for another that asks otherwise', () => {
    const policy = [rubricOf({ parameters: ['policy'] })];
    const asked: readonly Partial<BatchItem['request']>[] = [
      {},
      { rubrics: [rubricOf({ question: 'Another?' })] },
      { frame: { name: 'conversation.v1', text: 'Another frame.' } },
      { rubrics: policy },
      { rubrics: policy, policy: 'Be brief.' },
      { rubrics: policy, policy: 'Be kind.' },
      {},
    ];
    for (const over of asked) {
      const { body } = JSON.parse(lines.render(itemOf(over), delimiter));
      expect(body.messages[0].content).toBe(renderJudgeMessages(itemOf(over).request, delimiter).system);
    }
  });
});
