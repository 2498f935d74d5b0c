import { describe, expect, it } from 'vitest';
import { type BatchReply, readBatchLine, readBatchResults } from '../../../../src/3-rate/batch/read-batch-results.ts';
import type { BatchItem } from '../../../../src/domain/batch-judge.ts';
import type { JudgeOutcome } from '../../../../src/domain/judge.ts';
import { answerOf, rubricOf, transcriptOf } from '../builders.ts';

const frame = { name: 'conversation.v1', text: 'You rate.' };
const itemOf = (customId: string, rubrics = [rubricOf()]): BatchItem => ({
  customId,
  request: { unit: customId, frame, rubrics, transcript: transcriptOf(['user', 'Hi']) },
});

describe('readBatchLine', () => {
  it.each<[string, string, BatchReply | null]>([
    [
      'an answer',
      '{"id":"r","custom_id":"a","response":{"status_code":200,"request_id":"q","body":{"x":1}},"error":null}',
      { customId: 'a', response: { status: 200, body: { x: 1 } }, error: null },
    ],
    [
      'a request error',
      '{"custom_id":"a","response":{"status_code":400,"body":{"error":{"code":"c"}}},"error":null}',
      { customId: 'a', response: { status: 400, body: { error: { code: 'c' } } }, error: null },
    ],
    [
      'an error without an answer',
      '{"custom_id":"a","response":null,"error":{"code":"batch_expired","message":"m"}}',
      { customId: 'a', response: null, error: 'batch_expired' },
    ],
    ['an error in a form of its own', '{"custom_id":"a","error":"broke"}', { customId: 'a', response: null, error: '' }],
    ['neither', '{"custom_id":"a"}', { customId: 'a', response: null, error: null }],
    ['an answer without a status', '{"custom_id":"a","response":{"body":{}}}', { customId: 'a', response: null, error: null }],
    ['no id', '{"response":{"status_code":200,"body":{}}}', null],
    ['an id that is no string', '{"custom_id":1}', null],
    ['a list', '[]', null],
    ['half a line', '{"custom_id":"a","resp', null],
  ])('%s', (_what, line, reply) => {
    expect(readBatchLine(line)).toEqual(reply);
  });
});

describe('readBatchResults', () => {
  async function* file(...lines: string[]): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(lines.join('\n'));
  }
  const lineOf = (customId: string, status: number) =>
    JSON.stringify({ custom_id: customId, response: { status_code: status, body: null }, error: null });
  const failed: JudgeOutcome = { outcome: 'retry', reason: 'failed', afterMs: null };
  const laterBy = (afterMs: number): JudgeOutcome => ({ outcome: 'retry', reason: 'throttled', afterMs });
  const outcomeOf = (reply: BatchReply) => laterBy(reply.response?.status ?? -1);
  const read = (files: AsyncIterable<Uint8Array>[], maxLineBytes = 1000) =>
    readBatchResults({ items: ['a', 'b', 'c'].map((id) => itemOf(id)), files, maxLineBytes, outcomeOf });

  it('gives each item its first line over both files, in the order of the items', async () => {
    const { results, unreadable } = await read([
      file(lineOf('c', 203), lineOf('a', 201), lineOf('z', 299), lineOf('a', 500)),
      file(lineOf('c', 500), 'oops'),
    ]);
    expect(results).toEqual([
      { customId: 'a', outcome: laterBy(201) },
      { customId: 'b', outcome: failed },
      { customId: 'c', outcome: laterBy(203) },
    ]);
    expect(unreadable).toBe(1);
  });

  it('counts a line over the bound as unreadable', async () => {
    const line = lineOf('a', 200);
    expect(await read([file(line)], line.length)).toMatchObject({ unreadable: 0, results: [{ outcome: laterBy(200) }, {}, {}] });
    expect(await read([file(line)], line.length - 1)).toMatchObject({ unreadable: 1, results: [{ outcome: failed }, {}, {}] });
  });

  it('holds each reply against the schema of what its own request asked', async () => {
    const other = rubricOf({
      choices: { low: { score: 0, means: 'L' }, marked: { score: 1, means: 'M' }, cannot_tell: { score: null, means: '?' } },
    });
    const fits: Record<string, boolean> = {};
    await readBatchResults({
      items: [itemOf('a'), itemOf('b', [other])],
      files: [file(lineOf('b', 200), lineOf('a', 200))],
      maxLineBytes: 1000,
      outcomeOf: ({ customId }, schema) => {
        fits[customId] = schema.safeParse({ ratings: [answerOf({ choice: 'low' })] }).success;
        return failed;
      },
    });
    expect(fits).toEqual({ a: false, b: true });
  });

  it('ends where the network does', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(lineOf('a', 200));
      throw new TypeError('terminated');
    };
    await expect(read([broken()])).rejects.toThrow('terminated');
  });
});
