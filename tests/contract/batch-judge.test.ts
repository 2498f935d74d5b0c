import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { createFakeBatchJudge } from '../../src/clients/fake-batch-judge.ts';
import { createOpenAiBatchJudge, type OpenAiBatchJudgeConfig } from '../../src/clients/openai-batch-judge.ts';
import { createOpenAiJudge } from '../../src/clients/openai-judge.ts';
import { type BatchItem, type BatchJudge, DiscardError } from '../../src/domain/batch-judge.ts';
import type { JudgeAnswer, JudgeOutcome } from '../../src/domain/judge.ts';
import type { BatchFlowOptions, LineReply } from '../../src/simulate/batch-flow.ts';
import { type BatchServerOptions, startBatchServer } from '../../src/simulate/batch-server.ts';
import { forwardCompletion } from '../../src/simulate/forward-completion.ts';
import { startJudgeServer } from '../../src/simulate/judge-server.ts';
import { answerOf, rubricOf, transcriptOf } from '../unit/3-rate/builders.ts';
import { completion } from './scripted-endpoint.ts';

const secretText = 'the conversation itself, which belongs in the file';
const frame = { name: 'conversation.v1', text: 'You rate conversations.' };
const rubrics = [rubricOf()];
const itemOf = (customId: string): BatchItem => ({
  customId,
  request: { unit: `unit-${customId}`, frame, rubrics, transcript: transcriptOf(['user', 'Good?'], ['assistant', secretText]) },
});
const items = ['a', 'b', 'c', 'd'].map(itemOf);

const marked: readonly JudgeAnswer[] = [
  answerOf({ choice: 'marked', evidence: [{ turn: 2, quote: 'the conversation itself' }] }),
];
const answered: JudgeOutcome = { outcome: 'answered', answers: marked };
const failed: JudgeOutcome = { outcome: 'retry', reason: 'failed', afterMs: null };
const throttled: JudgeOutcome = { outcome: 'retry', reason: 'throttled', afterMs: null };
const unscored = (reason: 'refused' | 'invalid_answer' | 'truncated'): JudgeOutcome => ({ outcome: 'unscored', reason });

const content = JSON.stringify({ ratings: marked });
const ok = (text: string | null = content, over?: Parameters<typeof completion>[1]): LineReply => ({
  status: 200,
  body: completion(text, over),
});
const noOf = (status: number, error: unknown): LineReply => ({ status, body: { error } });

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A clock that stands still; objects carry its time. */
const now = () => Date.parse('2026-04-25T10:00:00Z');

async function realWith(server: Partial<BatchServerOptions> = {}, config: Partial<OpenAiBatchJudgeConfig> = {}) {
  const started = await startBatchServer({ complete: () => ok(), now, advanceOnPoll: true, apiKey: 'key-1', ...server });
  closing.push(started.close);
  const judge = createOpenAiBatchJudge({
    baseUrl: started.url,
    apiKey: 'key-1',
    model: 'judge-1',
    temperature: 0,
    timeoutMs: 30_000,
    transferTimeoutMs: 30_000,
    ...config,
  });
  return { judge, server: started, flow: started.flow };
}

/** Submits, waits for the end and reads; throws where a step does not succeed. */
async function run(judge: BatchJudge, asked: readonly BatchItem[] = items) {
  const remoteId = await submitted(judge, 'batch-1', asked);
  const status = await ended(judge, remoteId);
  const reading = await judge.results(remoteId, asked);
  if (reading.outcome !== 'read') throw new Error(`results: ${reading.outcome}`);
  return { remoteId, status, outcomes: Object.fromEntries(reading.results.map((each) => [each.customId, each.outcome])) };
}

async function submitted(judge: BatchJudge, id = 'batch-1', asked: readonly BatchItem[] = items): Promise<string> {
  const submission = await judge.submit(id, asked);
  if (submission.outcome !== 'submitted') throw new Error(`submit: ${JSON.stringify(submission)}`);
  return submission.remoteId;
}

async function ended(judge: BatchJudge, remoteId: string): Promise<string> {
  for (let polls = 0; polls < 10; polls++) {
    const poll = await judge.poll(remoteId);
    if (poll.outcome === 'ended') return poll.status;
    if (poll.outcome === 'retry') throw new Error('poll: retry');
  }
  throw new Error('the batch never ended');
}

type Case = {
  readonly fact: string;
  /** What each of the items a, b, c, d comes back as. */
  readonly expected: readonly JudgeOutcome[];
  readonly status?: string;
  readonly server: Partial<BatchFlowOptions>;
  /** What the fake says of each, or that it has no wire on which this could happen. */
  readonly fake: readonly (readonly JudgeAnswer[] | JudgeOutcome | null)[] | 'has no wire';
};

const forB = (reply: LineReply): Partial<BatchFlowOptions> => ({ complete: ({ customId }) => (customId === 'b' ? reply : ok()) });
const bIs = (outcome: JudgeOutcome): readonly JudgeOutcome[] => [answered, outcome, answered, answered];
const inOutput = (change: (lines: readonly string[]) => readonly string[]): Partial<BatchFlowOptions> => ({
  rewrite: (lines, file) => (file === 'output' ? change(lines) : lines),
});

/** What must hold for every batch judge. */
const cases: readonly Case[] = [
  { fact: 'answers arrive as they are', expected: bIs(answered), server: {}, fake: [marked, marked, marked, marked] },
  {
    fact: 'an answer comes with its cost, usable or not',
    expected: bIs({ ...unscored('truncated'), usage: { inputTokens: 900, outputTokens: 120 } }),
    server: forB(ok('{', { finish_reason: 'length', usage: { prompt_tokens: 900, completion_tokens: 120 } })),
    fake: [marked, { ...unscored('truncated'), usage: { inputTokens: 900, outputTokens: 120 } }, marked, marked],
  },
  {
    fact: 'an expired batch keeps what was answered and the rest can be asked again',
    expected: [answered, answered, failed, failed],
    status: 'expired',
    server: { end: { status: 'expired', answered: 2 } },
    fake: [marked, marked, failed, failed],
  },
  {
    fact: 'a batch that failed validation has nothing, and says why',
    expected: [failed, failed, failed, failed],
    status: 'failed:token_limit_exceeded',
    server: { maxQueuedTokens: 10 },
    fake: [null, null, null, null],
  },
  {
    fact: 'a request without a line can be asked again',
    expected: bIs(failed),
    server: forB('no line'),
    fake: [marked, null, marked, marked],
  },
  {
    fact: 'a batch without any line',
    expected: [failed, failed, failed, failed],
    server: { complete: () => 'no line' },
    fake: [null, null, null, null],
  },
  {
    fact: 'a refusal is final',
    expected: bIs(unscored('refused')),
    server: forB(ok(null, { refusal: 'I cannot help with that.' })),
    fake: [marked, unscored('refused'), marked, marked],
  },
  {
    fact: 'an answer cut off',
    expected: bIs(unscored('truncated')),
    server: forB(ok(content.slice(0, 40), { finish_reason: 'length' })),
    fake: [marked, unscored('truncated'), marked, marked],
  },
  {
    fact: 'a choice outside the enum',
    expected: bIs(unscored('invalid_answer')),
    server: forB(ok(content.replace('marked', 'dreadful'))),
    fake: [marked, [answerOf({ choice: 'dreadful' })], marked, marked],
  },
  {
    fact: 'prose instead of ratings',
    expected: bIs(unscored('invalid_answer')),
    server: forB(ok('I would say it is marked.')),
    fake: 'has no wire',
  },
  {
    fact: 'a request the endpoint would not take is a refusal',
    expected: bIs(unscored('refused')),
    server: forB(noOf(400, { message: 'context length exceeded', code: 'context_length_exceeded' })),
    fake: [marked, unscored('refused'), marked, marked],
  },
  {
    fact: 'a refusal of the response format says nothing of the text',
    expected: bIs(failed),
    server: forB(noOf(400, { message: 'not supported', param: 'response_format' })),
    fake: 'has no wire',
  },
  {
    fact: 'a request that was throttled',
    expected: bIs(throttled),
    server: forB(noOf(429, { message: 'slow down', code: 'rate_limit_exceeded' })),
    fake: [marked, throttled, marked, marked],
  },
  {
    fact: 'a request on which the model timed out',
    expected: bIs(failed),
    server: forB({ error: 'request_timeout' }),
    fake: [marked, failed, marked, marked],
  },
  {
    fact: 'a request on which the server failed',
    expected: bIs(failed),
    server: forB(noOf(500, { message: 'oops' })),
    fake: 'has no wire',
  },
  {
    fact: 'lines in another order',
    expected: bIs(unscored('truncated')),
    server: {
      ...forB(ok('', { finish_reason: 'length' })),
      ...inOutput((lines) => [...lines].reverse()),
    },
    fake: 'has no wire',
  },
  {
    fact: 'of two lines for one request the first counts',
    expected: bIs(unscored('refused')),
    server: {
      ...forB(ok(null, { refusal: 'No.' })),
      ...inOutput((lines) => [...lines, String(lines[0]).replace('"custom_id":"a"', '"custom_id":"b"')]),
    },
    fake: 'has no wire',
  },
  {
    fact: 'the output file counts before the error file',
    expected: bIs(answered),
    server: {
      rewrite: (lines, file) =>
        file === 'error' ? ['{"id":"r","custom_id":"b","response":null,"error":{"code":"request_timeout"}}'] : lines,
    },
    fake: 'has no wire',
  },
  {
    fact: 'lines nobody asked for are ignored',
    expected: bIs(answered),
    server: inOutput((lines) => [String(lines[0]).replace('"custom_id":"a"', '"custom_id":"z"'), ...lines]),
    fake: 'has no wire',
  },
  {
    fact: 'broken lines cost only themselves',
    expected: bIs(failed),
    server: inOutput(([a, b, ...others]) => [String(a), String(b).slice(0, -9), '', 'null', '[]', '{"custom_id":7}', ...others]),
    fake: 'has no wire',
  },
  {
    fact: 'a line over the bound is refused unread',
    expected: bIs(failed),
    server: inOutput((lines) =>
      lines.map((line) => (line.includes('"custom_id":"b"') ? `${' '.repeat(1_048_576)}${line}` : line)),
    ),
    fake: 'has no wire',
  },
];

describe.each<{ name: string; judgeFor: (each: Case) => Promise<BatchJudge | null> }>([
  {
    name: 'fake',
    judgeFor: async ({ fake, status }) => {
      if (fake === 'has no wire') return null;
      const said = new Map(items.map(({ customId }, index) => [customId, fake[index] ?? null]));
      return createFakeBatchJudge({
        answer: ({ customId }) => said.get(customId) ?? null,
        ...(status === undefined ? {} : { endsAs: status }),
      });
    },
  },
  { name: 'openai', judgeFor: async ({ server }) => (await realWith(server)).judge },
])('batch judge: $name', ({ judgeFor }) => {
  const plain: Case = { fact: '', expected: [], server: {}, fake: [marked, marked, marked, marked] };
  const aJudge = async () => (await judgeFor(plain)) as BatchJudge;

  it.for(cases)('$fact', async (each, context) => {
    const judge = await judgeFor(each);
    if (judge === null) return context.skip('the fake has no wire on which this could happen');
    const { status, outcomes } = await run(judge);
    expect(outcomes).toEqual(Object.fromEntries(items.map(({ customId }, index) => [customId, each.expected[index]])));
    expect(status).toBe(each.status ?? 'completed');
  });

  it('gives the same batch for the same id, and another for another', async () => {
    const judge = await aJudge();
    const first = await submitted(judge);
    expect(await submitted(judge)).toBe(first);
    await ended(judge, first);
    expect(await submitted(judge), 'an id is spent once').toBe(first);
    expect(await submitted(judge, 'batch-2')).not.toBe(first);
  });

  it('has no results while it runs, and the same ones each time afterwards', async () => {
    const judge = await aJudge();
    const remoteId = await submitted(judge);
    expect(await judge.results(remoteId, items)).toEqual({ outcome: 'retry', afterMs: null });
    await ended(judge, remoteId);
    const first = await judge.results(remoteId, items);
    expect(await judge.results(remoteId, items)).toEqual(first);
    const some = await judge.results(remoteId, [itemOf('c'), itemOf('never submitted')]);
    expect(some).toEqual({
      outcome: 'read',
      results: [
        { customId: 'c', outcome: answered },
        { customId: 'never submitted', outcome: failed },
      ],
    });
  });

  it.each([
    ['nothing', [], 'empty_file'],
    ['an id given twice', [itemOf('a'), itemOf('a')], 'duplicate_custom_id'],
  ])('refuses %s', async (_what, asked, reason) => {
    expect(await (await aJudge()).submit('batch-1', asked)).toEqual({ outcome: 'refused', reason });
  });

  it('discards an ended batch, again without harm, and then has nothing to read', async () => {
    const judge = await aJudge();
    const { remoteId } = await run(judge);
    await judge.discard(remoteId);
    await judge.discard(remoteId);
    const reading = await judge.results(remoteId, items);
    expect(reading).toEqual({ outcome: 'read', results: items.map(({ customId }) => ({ customId, outcome: failed })) });
  });

  it('cancels a running batch before it is discarded', async () => {
    const judge = await aJudge();
    const remoteId = await submitted(judge);
    await expect(judge.discard(remoteId)).rejects.toThrow(DiscardError);
    expect(await ended(judge, remoteId)).toBe('cancelled');
    await judge.discard(remoteId);
  });

  it('takes a batch that is no longer there for ended, with nothing in it', async () => {
    const judge = await aJudge();
    expect(await judge.poll('batch_unknown')).toEqual({ outcome: 'ended', status: 'gone' });
    expect(await judge.results('batch_unknown', [itemOf('a')])).toEqual({
      outcome: 'read',
      results: [{ customId: 'a', outcome: failed }],
    });
    await judge.discard('batch_unknown');
  });
});

describe('batch judge: fake, what it counts', () => {
  it('batches paid for, and batches with files', async () => {
    const judge = createFakeBatchJudge({ answer: () => marked });
    const remoteId = await submitted(judge);
    await submitted(judge);
    expect([judge.created(), judge.kept()]).toEqual([1, 1]);
    await ended(judge, remoteId);
    await judge.discard(remoteId);
    expect([judge.created(), judge.kept()]).toEqual([1, 0]);
  });
});

describe('batch judge: openai, on the wire', () => {
  it('asks each question word for word as a single call would, with a delimiter of its own', async () => {
    const judges = await startJudgeServer({ seed: 's', answer: ({ unit }) => (unit === 'unit-c' ? 'none' : 'marked') });
    closing.push(judges.close);
    const { judge, flow } = await realWith({ complete: forwardCompletion(judges.url) });
    const { outcomes } = await run(judge);
    const single = createOpenAiJudge({ baseUrl: judges.url, apiKey: '', model: 'judge-1', temperature: 0, timeoutMs: 30_000 });
    for (const { customId, request } of items) expect(outcomes[customId]).toEqual(await single.rate(request));
    expect(outcomes.c).toMatchObject({ outcome: 'answered', answers: [{ choice: 'none' }] });

    const lines = flow
      .files()[0]!
      .text.trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const bodies: unknown[] = [];
    const spy = await startJudgeServer({ seed: 's', answer: () => 'none', onRequest: (body) => bodies.push(JSON.parse(body)) });
    closing.push(spy.close);
    await createOpenAiJudge({ baseUrl: spy.url, apiKey: '', model: 'judge-1', temperature: 0, timeoutMs: 30_000 }).rate(
      items[0]!.request,
    );
    const undelimited = (body: unknown) => JSON.parse(JSON.stringify(body).replaceAll(/[0-9a-f]{32}/g, 'delimiter'));
    expect(undelimited(lines[0].body)).toEqual(undelimited(bodies[0]));
    const delimiters = lines.map((line) => /LONGWATCH-DATA ([0-9a-f]{32})/.exec(line.body.messages[1].content)?.[1]);
    expect(new Set(delimiters).size).toBe(items.length);
  });

  it('sends every request of a large batch once, in order', async () => {
    const many = Array.from({ length: 450 }, (_, index) => itemOf(`i-${index}`));
    const { judge, flow } = await realWith();
    await submitted(judge, 'batch-1', many);
    const sent = flow.files()[0]!.text.trim().split('\n');
    expect(sent.map((line) => JSON.parse(line).custom_id)).toEqual(many.map(({ customId }) => customId));
  });

  it('lets files expire by themselves, and says no more about a batch than its id', async () => {
    const { judge, flow } = await realWith();
    await submitted(judge);
    const [file] = flow.files();
    expect(file!.object).toMatchObject({ purpose: 'batch', filename: 'longwatch.jsonl' });
    expect(file!.object.expires_at! - file!.object.created_at).toBe(259_200);
    expect(flow.batches()[0]!.metadata).toEqual({ longwatch_batch: 'batch-1' });
  });

  it('does not pay twice when the answer to a creation is lost', async () => {
    const { judge, flow } = await realWith({
      fault: ({ call, n }) => (call === 'POST /v1/batches' && n === 1 ? 'lost' : undefined),
    });
    expect(await judge.submit('batch-1', items)).toEqual({ outcome: 'retry', reason: 'failed', afterMs: null });
    const remoteId = await submitted(judge);
    expect(flow.batches().map(({ id }) => id)).toEqual([remoteId]);
    expect(flow.files(), 'the file is still needed').toHaveLength(1);
    expect(await ended(judge, remoteId)).toBe('completed');
  });

  it.each([{ listWithoutMetadata: false }, { listWithoutMetadata: true }])(
    'finds its batch behind 250 others, list without metadata: $listWithoutMetadata',
    async ({ listWithoutMetadata }) => {
      const { judge, server, flow } = await realWith({ listWithoutMetadata, advanceOnPoll: false });
      const remoteId = await submitted(judge);
      for (let i = 0; i < 250; i++) flow.createBatch('file-1', { longwatch_batch: `other-${i}` });
      const before = server.calls.length;
      expect(await submitted(judge)).toBe(remoteId);
      expect(server.calls.slice(before).filter((call) => call === 'GET /v1/batches')).toHaveLength(3);
      expect(server.calls.slice(before)).not.toContain('POST /v1/files');
    },
  );

  it('is not kept for ever by a list that shows one page again and again', async () => {
    const { judge, server, flow } = await realWith({ listWithoutPages: true });
    for (let i = 0; i < 150; i++) flow.createBatch('file-1', null);
    await submitted(judge);
    expect(server.calls.filter((call) => call === 'GET /v1/batches')).toHaveLength(2);
  });

  it('stops looking at batches from long before the newest', async () => {
    let at = now() - 10 * 86_400_000;
    const { judge, server, flow } = await realWith({ now: () => at });
    for (let i = 0; i < 500; i++) flow.createBatch('file-1', null);
    at = now();
    flow.createBatch('file-1', null);
    await submitted(judge);
    // The second page, all of it old, is the last one looked at.
    expect(server.calls.filter((call) => call === 'GET /v1/batches')).toHaveLength(2);
  });

  const failing = (call: string, fault: NonNullable<ReturnType<NonNullable<BatchServerOptions['fault']>>>) => ({
    fault: (request: { call: string }) => (request.call === call ? fault : undefined),
  });
  const impatient = { timeoutMs: 200, transferTimeoutMs: 200 };
  const submitCalls = ['GET /v1/batches', 'POST /v1/files', 'POST /v1/batches'];

  it.each(submitCalls)('a submission is throttled at %s, and leaves no text behind', async (call) => {
    const { judge, flow } = await realWith(failing(call, { status: 429, headers: { 'retry-after': '30' } }));
    expect(await judge.submit('batch-1', items)).toEqual({ outcome: 'retry', reason: 'throttled', afterMs: 30_000 });
    expect(flow.files()).toEqual([]);
  });

  it.each(submitCalls)('a submission hangs at %s no longer than its time-out', async (call) => {
    const { judge } = await realWith(failing(call, 'hang'), impatient);
    expect(await judge.submit('batch-1', items)).toEqual({ outcome: 'retry', reason: 'failed', afterMs: null });
  });

  it.each([
    [
      { status: 400, code: 'invalid_value' },
      { outcome: 'refused', reason: 'invalid_value' },
    ],
    [
      { status: 400, code: `Text: ${secretText}` },
      { outcome: 'refused', reason: 'http_400' },
    ],
    [{ status: 404 }, { outcome: 'refused', reason: 'http_404' }],
    [{ status: 501 }, { outcome: 'refused', reason: 'http_501' }],
    [{ status: 401 }, { outcome: 'retry', reason: 'failed', afterMs: null }],
    [
      { status: 503, headers: { 'retry-after-ms': '70' } },
      { outcome: 'retry', reason: 'failed', afterMs: 70 },
    ],
    [
      { status: 307, headers: { location: '/elsewhere' } },
      { outcome: 'retry', reason: 'failed', afterMs: null },
    ],
  ])('an upload answered with %o', async (fault, expected) => {
    const { judge } = await realWith(failing('POST /v1/files', fault));
    expect(await judge.submit('batch-1', items)).toEqual(expected);
  });

  it('tries again when its file cannot be seen yet', async () => {
    let blind = true;
    const { judge, flow } = await realWith({
      fault: ({ call }) => {
        if (blind && call === 'POST /v1/batches') for (const { object } of flow.files()) flow.deleteFile(object.id);
        return undefined;
      },
    });
    expect(await judge.submit('batch-1', items)).toEqual({ outcome: 'retry', reason: 'failed', afterMs: null });
    blind = false;
    await submitted(judge);
  });

  it('refuses a file over the limit before it is sent', async () => {
    const { judge, server } = await realWith({}, { maxFileBytes: 1000 });
    expect(await judge.submit('batch-1', items)).toEqual({ outcome: 'refused', reason: 'file_too_large' });
    expect(server.calls).not.toContain('POST /v1/files');
  });

  it('asks again later when polling or reading meets trouble, and makes one attempt', async () => {
    const faults = new Map<string, NonNullable<ReturnType<NonNullable<BatchServerOptions['fault']>>>>();
    const { judge, server } = await realWith({ fault: ({ call }) => faults.get(call) });
    const { remoteId } = await run(judge);
    const { url: baseUrl, calls } = server;
    const { judge: hasty } = await realWith({}, { ...impatient, baseUrl });
    for (const [fault, afterMs] of [
      [{ status: 503, headers: { 'retry-after-ms': '70' } }, 70],
      ['hang', null],
      ['lost', null],
      ['stall', null],
      ['cut', null],
      [{ status: 401 }, null],
    ] as const) {
      faults.set('GET /v1/batches/:id', fault);
      const asker = fault === 'hang' || fault === 'stall' ? hasty : judge;
      const before = calls.length;
      expect(await asker.poll(remoteId)).toEqual({ outcome: 'retry', afterMs });
      expect(await asker.results(remoteId, items)).toEqual({ outcome: 'retry', afterMs });
      expect(calls.length - before).toBe(2);
      faults.clear();
      faults.set('GET /v1/files/:id/content', fault);
      expect(await asker.results(remoteId, items)).toEqual({ outcome: 'retry', afterMs });
      faults.clear();
    }
    expect(await judge.results(remoteId, items)).toMatchObject({ outcome: 'read' });
  });

  it('takes a wrong address for trouble and not for a batch that is gone', async () => {
    const { judge } = await realWith({ fault: () => ({ status: 404 }) });
    expect(await judge.poll('batch_1')).toEqual({ outcome: 'retry', afterMs: null });
    await expect(judge.discard('batch_1')).rejects.toThrow(DiscardError);
  });

  it('leaves no file behind once discarded, and says so when it could not', async () => {
    let broken = true;
    const { judge, flow } = await realWith({
      end: { status: 'expired', answered: 2 },
      fault: ({ call, n }) => (broken && call === 'DELETE /v1/files/:id' && n === 2 ? { status: 500 } : undefined),
    });
    const { remoteId } = await run(judge);
    expect(flow.files()).toHaveLength(3);
    await expect(judge.discard(remoteId)).rejects.toMatchObject({ code: 'discard', retry: 'later' });
    expect(flow.files()).toHaveLength(1);
    broken = false;
    await judge.discard(remoteId);
    expect(flow.files()).toEqual([]);
  });

  it('sends no Authorization header without a key, and refuses an empty address', async () => {
    const { judge } = await realWith({ apiKey: 'needed' }, { apiKey: '' });
    expect(await judge.submit('batch-1', items)).toEqual({ outcome: 'retry', reason: 'failed', afterMs: null });
    await expect(realWith({}, { baseUrl: '' })).rejects.toThrow('absolute base URL');
  });

  it('leaves spans with ids, counts and codes, and no text', async () => {
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    try {
      const { judge } = await realWith(inOutput((lines) => [secretText, ...lines]));
      const { remoteId } = await run(judge);
      await judge.discard(remoteId);
      const refusing = await realWith({ fault: () => ({ status: 400, code: secretText }) });
      await refusing.judge.submit('batch-2', items);
      await refusing.judge.discard('batch_9').catch(() => undefined);
    } finally {
      trace.disable();
    }
    const spans = exporter
      .getFinishedSpans()
      .map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
    const named = (name: string) => spans.filter((span) => span.name === `longwatch.judge.batch.${name}`);
    expect(named('submit')[0]!.attributes).toEqual({
      'longwatch.batch': 'batch-1',
      'longwatch.batch.requests': 4,
      'longwatch.outcome': 'submitted',
    });
    expect(named('submit')[1]!.attributes).toMatchObject({ 'longwatch.outcome': 'refused', 'error.type': 'http_400' });
    expect(named('results')[0]!.attributes).toMatchObject({ 'longwatch.batch.unreadable_lines': 1, 'longwatch.outcome': 'read' });
    expect(named('discard').map((span) => span.attributes['error.type'])).toEqual([undefined, 'discard']);
    expect(JSON.stringify(spans)).not.toContain(secretText);
  });
});
