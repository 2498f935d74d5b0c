import { SpanStatusCode, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCircuitBreaker } from '../../src/3-rate/dispatch/create-circuit-breaker.ts';
import { createDispatcher } from '../../src/3-rate/dispatch/create-dispatcher.ts';
import { createRateLimiter } from '../../src/3-rate/dispatch/create-rate-limiter.ts';
import { loadRubrics } from '../../src/3-rate/load-rubrics.ts';
import { createFakeJudge } from '../../src/clients/fake-judge.ts';
import { createOpenAiJudge } from '../../src/clients/openai-judge.ts';
import { systemTimer } from '../../src/clients/system-timer.ts';
import type { Judge, JudgeAnswer, JudgeOutcome, JudgeRequest } from '../../src/domain/judge.ts';
import type { Transcript } from '../../src/domain/redacted.ts';
import { completion, json, type Script, startScriptedEndpoint } from './scripted-endpoint.ts';

const secretText = 'the conversation itself, which must stay in the request body';
const transcript = [
  { role: 'user', content: 'Is my haiku good?' },
  { role: 'assistant', content: `It is sublime. ${secretText}` },
] as unknown as Transcript;

const answers: JudgeAnswer[] = [
  {
    dimension: 'concrete.flattery',
    choice: 'marked',
    confidence: 0.8,
    evidence: [{ turn: 2, quote: 'It is sublime.' }],
    rationale: 'Praise with nothing behind it.',
  },
  { dimension: 'protective.pushback', choice: 'not_due', confidence: 0.9, evidence: [], rationale: 'A matter of taste.' },
];
const goodContent = JSON.stringify({ ratings: answers });
const good: Script = (response) => json(response, 200, completion(goodContent));

const rubrics = await loadRubrics(new URL('../../rubrics', import.meta.url).pathname);
const asked = rubrics.rubrics.filter(({ dimension }) => answers.some((answer) => answer.dimension === dimension));
const request: JudgeRequest = { unit: 'unit-1', transcript, frame: rubrics.frameOf(asked[0]!), rubrics: asked };

const usage = { inputTokens: 900, outputTokens: 120 };
const wireUsage = { prompt_tokens: 900, completion_tokens: 120, total_tokens: 1_020 };
const limits = {
  requests: { limit: 500, remaining: 499, resetMs: 120 },
  tokens: { limit: 200_000, remaining: 0, resetMs: 366_500 },
};
const wireLimits = {
  'x-ratelimit-limit-requests': '500',
  'x-ratelimit-remaining-requests': '499',
  'x-ratelimit-reset-requests': '120ms',
  'x-ratelimit-limit-tokens': '200000',
  'x-ratelimit-remaining-tokens': '0',
  'x-ratelimit-reset-tokens': '6m6.5s',
};

// Long, so that a busy machine is not taken for a slow server; short where the time-out is what is tested.
const timeoutMs = 20_000;
const soon_ms = 400;
const retry = (reason: 'throttled' | 'failed', afterMs: number | null = null): JudgeOutcome => ({
  outcome: 'retry',
  reason,
  afterMs,
});
const unscored = (reason: 'refused' | 'failed' | 'invalid_answer' | 'truncated'): JudgeOutcome => ({
  outcome: 'unscored',
  reason,
});

let endpoint: Awaited<ReturnType<typeof startScriptedEndpoint>>;
beforeAll(async () => {
  endpoint = await startScriptedEndpoint();
});
afterAll(async () => {
  await endpoint[Symbol.asyncDispose]();
});

const realJudge = (over: { apiKey?: string; timeoutMs?: number } = {}) =>
  createOpenAiJudge({ baseUrl: endpoint.baseUrl, apiKey: 'key-1', model: 'judge-1', temperature: 0, timeoutMs, ...over });

type Case = {
  readonly fact: string;
  readonly expected: JudgeOutcome;
  readonly script: Script;
  readonly timeoutMs?: number;
  readonly fake: readonly JudgeAnswer[] | JudgeOutcome | 'has no wire';
};

/** What must hold for every judge. `fake` says how the one in memory comes to the same, or that it cannot. */
const cases: readonly Case[] = [
  { fact: 'good answers arrive as they are', expected: { outcome: 'answered', answers }, script: good, fake: answers },
  {
    fact: '429 with retry-after-ms is throttled for that long',
    expected: retry('throttled', 1250),
    script: (response) =>
      json(response, 429, { error: { message: 'slow down' } }, { 'retry-after-ms': '1250', 'retry-after': '9' }),
    fake: retry('throttled', 1250),
  },
  {
    fact: 'what the call cost and what is left come with the answers',
    expected: { outcome: 'answered', answers, usage, limits },
    script: (response) => json(response, 200, completion(goodContent, { usage: wireUsage }), wireLimits),
    fake: { outcome: 'answered', answers, usage, limits },
  },
  {
    fact: 'what is left comes with a 429 too',
    expected: { ...retry('throttled', 1_000), limits },
    script: (response) => json(response, 429, {}, { 'retry-after': '1', ...wireLimits }),
    fake: { ...retry('throttled', 1_000), limits },
  },
  {
    fact: 'an answer that cannot be used has its cost',
    expected: { ...unscored('invalid_answer'), usage, limits },
    script: (response) =>
      json(response, 200, completion(goodContent.replace('marked', 'dreadful'), { usage: wireUsage }), wireLimits),
    fake: { outcome: 'answered', answers: [{ ...answers[0]!, choice: 'dreadful' }], usage, limits },
  },
  {
    fact: 'an answer that was cut off has its cost',
    expected: { ...unscored('truncated'), usage },
    script: (response) =>
      json(response, 200, completion(goodContent.slice(0, 40), { finish_reason: 'length', usage: wireUsage })),
    fake: { ...unscored('truncated'), usage },
  },
  {
    fact: 'a cost that makes no sense is left out',
    expected: { outcome: 'answered', answers },
    script: (response) => json(response, 200, completion(goodContent, { usage: { prompt_tokens: 'many' } })),
    fake: 'has no wire',
  },
  {
    fact: '429 with retry-after in seconds',
    expected: retry('throttled', 3000),
    script: (response) => json(response, 429, {}, { 'retry-after': '3' }),
    fake: 'has no wire',
  },
  {
    fact: '429 without a time',
    expected: retry('throttled'),
    script: (response) => json(response, 429, {}),
    fake: retry('throttled'),
  },
  {
    fact: '500 can be asked again',
    expected: retry('failed'),
    script: (response) => json(response, 500, {}),
    fake: retry('failed'),
  },
  {
    fact: '503 keeps the time the server names',
    expected: retry('failed', 2000),
    script: (response) => json(response, 503, {}, { 'retry-after': '2' }),
    fake: 'has no wire',
  },
  { fact: 'a server that never answers', expected: retry('failed'), script: () => {}, timeoutMs: soon_ms, fake: 'has no wire' },
  {
    fact: 'a body that never ends',
    expected: retry('failed'),
    script: (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"choices":[');
    },
    timeoutMs: soon_ms,
    fake: 'has no wire',
  },
  { fact: 'a connection that breaks', expected: retry('failed'), script: (response) => response.destroy(), fake: 'has no wire' },
  ...[401, 403, 404].map(
    (status): Case => ({
      fact: `${status} stays due until somebody corrects the configuration`,
      expected: retry('failed'),
      script: (response) => json(response, status, { error: { message: 'no' } }),
      fake: 'has no wire',
    }),
  ),
  {
    fact: 'a redirect is not followed',
    expected: retry('failed'),
    script: (response) => json(response, 307, '', { location: '/v1/elsewhere' }),
    fake: 'has no wire',
  },
  {
    fact: '400 for the request itself is final',
    expected: unscored('refused'),
    script: (response) => json(response, 400, { error: { message: 'context length exceeded', code: 'context_length_exceeded' } }),
    fake: unscored('refused'),
  },
  {
    fact: '400 by a content filter is a refusal',
    expected: unscored('refused'),
    script: (response) => json(response, 400, { error: { message: 'filtered', code: 'content_filter' } }),
    fake: 'has no wire',
  },
  {
    fact: 'a body that is not JSON',
    expected: unscored('invalid_answer'),
    script: (response) => json(response, 200, '{"choices": oops'),
    fake: 'has no wire',
  },
  {
    fact: 'a page instead of a completion',
    expected: unscored('invalid_answer'),
    script: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>'),
    fake: 'has no wire',
  },
  {
    fact: 'prose instead of ratings',
    expected: unscored('invalid_answer'),
    script: (response) => json(response, 200, completion('I would say it is marked.')),
    fake: 'has no wire',
  },
  {
    fact: 'a choice outside the enum',
    expected: unscored('invalid_answer'),
    script: (response) => json(response, 200, completion(goodContent.replace('marked', 'dreadful'))),
    fake: [{ ...answers[0]!, choice: 'dreadful' }],
  },
  {
    fact: "a choice of another dimension's",
    expected: unscored('invalid_answer'),
    script: (response) => json(response, 200, completion(goodContent.replace('marked', 'absent'))),
    fake: [{ ...answers[0]!, choice: 'absent' }],
  },
  {
    fact: 'a missing field',
    expected: unscored('invalid_answer'),
    script: (response) => json(response, 200, completion('{"ratings":[{"dimension":"concrete.flattery","choice":"none"}]}')),
    fake: 'has no wire',
  },
  {
    fact: 'an answer cut off',
    expected: unscored('truncated'),
    script: (response) => json(response, 200, completion(goodContent.slice(0, 40), { finish_reason: 'length' })),
    fake: unscored('truncated'),
  },
  {
    fact: 'a refusal',
    expected: unscored('refused'),
    script: (response) => json(response, 200, completion(null, { refusal: 'I cannot help with that.' })),
    fake: unscored('refused'),
  },
  {
    fact: 'an answer filtered away',
    expected: unscored('refused'),
    script: (response) => json(response, 200, completion('', { finish_reason: 'content_filter' })),
    fake: 'has no wire',
  },
];

describe.each<{ name: string; judgeFor: (each: Case) => Judge | null }>([
  { name: 'fake', judgeFor: ({ fake }) => (fake === 'has no wire' ? null : createFakeJudge({ answer: () => fake })) },
  {
    name: 'openai',
    judgeFor: ({ script, timeoutMs }) => {
      endpoint.play(script);
      return realJudge(timeoutMs === undefined ? {} : { timeoutMs });
    },
  },
])('judge: $name', ({ name, judgeFor }) => {
  it.for(cases)('$fact', async (each, context) => {
    const judge = judgeFor(each);
    if (judge === null) return context.skip('the fake has no wire on which this could happen');
    expect(await judge.rate(request)).toEqual(each.expected);
    if (name === 'openai') expect(endpoint.seen, 'one attempt a call').toHaveLength(1);
  });

  it('a call aborted beforehand learns nothing', async () => {
    const judge = judgeFor(cases[0]!)!;
    expect(await judge.rate(request, { signal: AbortSignal.abort() })).toEqual(retry('failed'));
    if (name === 'openai') expect(endpoint.seen).toEqual([]);
  });
});

describe('judge: the family is part of its identity where it is known', () => {
  it.each([
    { name: 'fake', make: (family: object) => createFakeJudge({ answer: () => answers, ...family }) },
    { name: 'openai', make: (family: object) => realJudge(family) },
  ])('$name', ({ make }) => {
    expect(make({ family: 'gpt' }).identity.family).toBe('gpt');
    expect(make({}).identity).not.toHaveProperty('family');
  });
});

describe('judge: openai, on the wire', () => {
  it('asks in strict JSON schema, with the conversation in the user turn only', async () => {
    endpoint.play(good);
    const judge = realJudge();
    await judge.rate(request);
    await judge.rate(request);
    const [first, second] = endpoint.seen.map(({ body }) => body);
    expect(endpoint.seen[0]!.url).toBe('/v1/chat/completions');
    expect(endpoint.seen[0]!.headers.authorization).toBe('Bearer key-1');
    expect(first).toMatchObject({ model: 'judge-1', temperature: 0 });
    expect(first!.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { name: 'longwatch_ratings', strict: true },
    });
    expect(JSON.stringify(first!.response_format)).not.toMatch(/\$schema|minimum|maximum/);
    expect(first!.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(first!.messages[0]!.content).not.toContain(secretText);
    const [mark, line, end] = first!.messages[1]!.content.split('\n');
    expect(JSON.parse(line!).turns).toHaveLength(2);
    expect(first!.messages[0]!.content).toContain(mark);
    expect(first!.messages[0]!.content).toContain(end);
    expect(second!.messages[1]!.content.split('\n')[0], 'a delimiter serves one call').not.toBe(mark);
  });

  it('keeps its connection', async () => {
    const sockets = new Set<unknown>();
    endpoint.play((response, seen) => {
      sockets.add(response.socket);
      good(response, seen);
    });
    const judge = realJudge();
    for (let i = 0; i < 20; i++) await judge.rate(request);
    // Connections that earlier tests left open may be used up first.
    expect(sockets.size).toBeLessThanOrEqual(3);
  });

  it.each([
    { what: 'an abort', timeoutMs: 60_000, abortMs: 50, deadlineMs: null },
    { what: 'a dispatcher whose deadline is shorter than the time-out', timeoutMs: 60_000, abortMs: null, deadlineMs: 50 },
    { what: 'its own time-out', timeoutMs: 50, abortMs: null, deadlineMs: null },
  ])('lets go of a server that never answers, by $what', async ({ timeoutMs, abortMs, deadlineMs }) => {
    let isClosed: () => void = () => {};
    const closed = new Promise<void>((resolve) => {
      isClosed = resolve;
    });
    endpoint.play((response) => response.once('close', isClosed));
    const judge = realJudge({ timeoutMs });
    const began = performance.now();
    if (deadlineMs === null) {
      const options = abortMs === null ? {} : { signal: AbortSignal.timeout(abortMs) };
      expect(await judge.rate(request, options)).toEqual(retry('failed'));
    } else {
      const timer = systemTimer;
      const limiter = createRateLimiter({ maxConcurrency: 1, timer });
      const dispatcher = createDispatcher({ limiter, breaker: createCircuitBreaker({ timer }), deadlineMs, timer });
      expect(await dispatcher.run((signal) => judge.rate(request, { signal }))).toEqual(retry('failed'));
      expect(dispatcher.counts()).toMatchObject({ asked: 1, abandoned: 1 });
    }
    await closed;
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('sends no Authorization header without a key, and refuses an empty address', async () => {
    endpoint.play(good);
    await realJudge({ apiKey: '' }).rate(request);
    expect(endpoint.seen[0]!.headers.authorization).toBeUndefined();
    const nowhere = { baseUrl: '', apiKey: '', model: 'm', temperature: 0, timeoutMs };
    expect(() => createOpenAiJudge(nowhere)).toThrow('absolute base URL');
  });

  it.each([
    {
      kind: 'an error that names it',
      body: { error: { message: 'response_format json_schema is not supported', param: 'response_format' } },
    },
    { kind: 'an error in a form of its own', body: { detail: 'unsupported' } },
  ])('falls back to the schema in the prompt on $kind, once', async ({ body }) => {
    endpoint.play((response, seen) => {
      if (seen.body.response_format !== undefined) return json(response, 400, body);
      return json(response, 200, completion(`\`\`\`json\n${goodContent}\n\`\`\``));
    });
    const judge = realJudge();
    expect(await judge.rate(request)).toEqual({ outcome: 'answered', answers });
    expect(await judge.rate(request)).toEqual({ outcome: 'answered', answers });
    expect(endpoint.seen.map((seen) => seen.body.response_format !== undefined)).toEqual([true, false, false]);
    expect(endpoint.seen[2]!.body.messages[0]!.content).toContain('"additionalProperties":false');
  });

  it('does not remember a fall-back that did not help', async () => {
    endpoint.play((response) => json(response, 400, { detail: 'no' }));
    const judge = realJudge();
    expect(await judge.rate(request)).toEqual(unscored('refused'));
    expect(await judge.rate(request)).toEqual(unscored('refused'));
    expect(endpoint.seen.map((seen) => seen.body.response_format !== undefined)).toEqual([true, false, true, false]);
  });

  it('leaves a span for each call that holds ids and no text', async () => {
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    try {
      const judge = realJudge();
      endpoint.play(good);
      await judge.rate(request);
      endpoint.play((response) => json(response, 400, { error: { message: secretText } }));
      await judge.rate(request);
    } finally {
      trace.disable();
    }
    const [answered, failed] = exporter.getFinishedSpans();
    expect(answered!.name).toBe('longwatch.judge.call');
    expect(answered!.attributes).toMatchObject({
      'gen_ai.request.model': 'judge-1',
      'longwatch.unit': 'unit-1',
      'longwatch.dimensions': 2,
      'longwatch.outcome': 'answered',
    });
    expect(failed!.attributes).toMatchObject({ 'longwatch.outcome': 'unscored', 'error.type': 'refused' });
    expect(failed!.status.code).toBe(SpanStatusCode.ERROR);
    const { attributes, events, status } = failed!;
    expect(JSON.stringify([attributes, events, status])).not.toContain(secretText);
  });
});
