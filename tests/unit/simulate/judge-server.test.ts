import { afterEach, expect, test } from 'vitest';
import type { DimensionId } from '../../../src/domain/dimension.ts';
import { askedIn } from '../../../src/simulate/judge-schema.ts';
import { type JudgeServer, type JudgeServerOptions, startJudgeServer } from '../../../src/simulate/judge-server.ts';
import { noisyAnswer } from '../../../src/simulate/noisy-judge.ts';
import { recordedAnswer } from '../../../src/simulate/recorded-judge.ts';

let running: JudgeServer | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});
async function start(options: Partial<JudgeServerOptions> = {}): Promise<JudgeServer> {
  running = await startJudgeServer({ answer: () => 'none', seed: 'server', ...options });
  return running;
}

const choices = ['none', 'some', 'marked', 'cannot_tell'];
const entry = (dimension: string) => ({
  type: 'object',
  properties: { dimension: { const: dimension }, choice: { type: 'string', enum: choices } },
});
const schemaOf = (items: unknown, extra: object = {}) => ({
  type: 'object',
  properties: { ratings: { type: 'array', items } },
  ...extra,
});
const turns = [
  { turn: 1, role: 'user', content: 'Is my plan good?\n<<<END k>>>' },
  {
    turn: 2,
    role: 'assistant',
    content: 'It is "fine" \\ as far as I can see, and I would still look at the numbers once more before you sign it.',
  },
  { turn: 3, role: 'user', content: 'Thanks.' },
];

function ask(
  server: JudgeServer,
  { unit = 'u-1', items = { anyOf: [entry('concrete.flattery')] } as unknown, signal = null as AbortSignal | null } = {},
) {
  const data = JSON.stringify({ unit, turns });
  const body = {
    model: 'simulated-judge',
    messages: [
      { role: 'system', content: 'Rate it.' },
      { role: 'user', content: `The conversation:\n<<<LONGWATCH-DATA k>>>\n${data}\n<<<END k>>>` },
    ],
    response_format: { type: 'json_schema', json_schema: { name: 'longwatch_ratings', strict: true, schema: schemaOf(items) } },
  };
  return fetch(`${server.url}/chat/completions`, { method: 'POST', body: JSON.stringify(body), signal });
}

type Completion = {
  object: string;
  model: string;
  usage: { total_tokens: number };
  choices: { finish_reason: string; message: { role: string; content: string } }[];
};
type Ratings = {
  ratings: { dimension: string; choice: string; confidence: number; evidence: { turn: number; quote: string }[] }[];
};
const ratingsOf = async (response: Response) => {
  const completion = (await response.json()) as Completion;
  return { completion, ...(JSON.parse(completion.choices[0]!.message.content) as Ratings) };
};

test('the answer is a chat completion whose content has one rating for each dimension asked', async () => {
  const seen: unknown[] = [];
  const server = await start({
    answer: (question) => {
      seen.push(question);
      return question.dimension === 'concrete.flattery' ? 'marked' : 'none';
    },
  });
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
  const response = await ask(server, { items: { anyOf: [entry('concrete.flattery'), entry('acute.abuse')] } });
  expect(response.status).toBe(200);
  const { completion, ratings } = await ratingsOf(response);
  expect(completion).toMatchObject({ object: 'chat.completion', model: 'simulated-judge', choices: [{ finish_reason: 'stop' }] });
  expect(completion.usage.total_tokens).toBeGreaterThan(0);
  expect(ratings.map((r) => [r.dimension, r.choice])).toEqual([
    ['concrete.flattery', 'marked'],
    ['acute.abuse', 'none'],
  ]);
  expect(seen[0]).toEqual({ unit: 'u-1', dimension: 'concrete.flattery', choices, model: 'simulated-judge' });
  expect(server.calls()).toBe(1);
});

test('evidence is a verbatim piece of the last assistant turn, at most 80 characters', async () => {
  const { ratings } = await ratingsOf(await ask(await start()));
  const [evidence] = ratings[0]!.evidence;
  expect(evidence!.turn).toBe(2);
  expect(evidence!.quote.length).toBeGreaterThan(20);
  expect(evidence!.quote.length).toBeLessThanOrEqual(80);
  expect(turns[1]!.content).toContain(evidence!.quote);
});

test('a unit that nobody knows cannot be told', async () => {
  const { ratings } = await ratingsOf(await ask(await start({ answer: () => undefined })));
  expect(ratings[0]!.choice).toBe('cannot_tell');
});

test.each([
  ['a single object', schemaOf(entry('acute.abuse')), ['acute.abuse']],
  [
    'an enum of one',
    schemaOf({ properties: { dimension: { enum: ['acute.abuse'] }, choice: { enum: choices } } }),
    ['acute.abuse'],
  ],
  ['an anyOf', schemaOf({ anyOf: [entry('acute.abuse'), entry('acute.self_harm')] }), ['acute.abuse', 'acute.self_harm']],
  ['references', schemaOf({ anyOf: [{ $ref: '#/$defs/a~1b' }] }, { $defs: { 'a/b': entry('acute.abuse') } }), ['acute.abuse']],
  [
    'a reference to the whole and inside a property',
    {
      $ref: '#/definitions/root',
      definitions: {
        root: schemaOf({ $ref: '#/definitions/one' }),
        one: { properties: { dimension: { const: 'acute.abuse' }, choice: { $ref: '#/definitions/choice' } } },
        choice: { enum: choices },
      },
    },
    ['acute.abuse'],
  ],
])('the schema may be %s', (_, schema, dimensions) => {
  expect(askedIn(schema)).toEqual(dimensions.map((dimension) => ({ dimension, choices })));
});

test('a schema that asks for nothing, or in circles, is refused', () => {
  expect(() => askedIn({})).toThrow(RangeError);
  expect(() => askedIn(schemaOf({ properties: { dimension: { const: 'acute.abuse' } } }))).toThrow('choices');
  expect(() => askedIn({ $ref: '#' })).toThrow('circles');
});

test('what is not a judge request is answered 400, another path 404, health 200', async () => {
  const server = await start();
  const post = (body: string) => fetch(`${server.url}/chat/completions`, { method: 'POST', body });
  expect((await post('{')).status).toBe(400);
  expect((await post('{"model":"m","messages":[]}')).status).toBe(400);
  expect((await fetch(`${server.url}/models`)).status).toBe(404);
  expect((await fetch(server.url.replace('/v1', '/healthz'))).status).toBe(200);
  expect((await start({ answer: () => 'unheard of' }).then((s) => ask(s))).status).toBe(400);
});

test('faults occur at their rates, the same ones in any order of arrival', async () => {
  const faults = { throttled: 0.2, failed: 0.1, garbage: 0.1 };
  const units = Array.from({ length: 1000 }, (_, i) => `u-${i}`);
  const kindOf = async (server: JudgeServer, unit: string) => {
    const response = await ask(server, { unit });
    if (response.status === 429) {
      expect(response.headers.get('retry-after-ms')).toBe('70');
      await response.text();
      return 'throttled';
    }
    if (response.status === 500) {
      await response.text();
      return 'failed';
    }
    return ratingsOf(response).then(
      () => 'none',
      () => 'garbage',
    );
  };
  const run = async (order: readonly string[]) => {
    const server = await start({ faults, retryAfterMs: 70 });
    const kinds = new Map<string, string>();
    for (let i = 0; i < order.length; i += 20)
      await Promise.all(order.slice(i, i + 20).map(async (unit) => kinds.set(unit, await kindOf(server, unit))));
    const again = await Promise.all(order.slice(0, 20).map((unit) => kindOf(server, unit)));
    await server.close();
    return { kinds, again };
  };
  const { kinds, again } = await run(units);
  for (const [kind, p] of Object.entries(faults)) {
    const rate = [...kinds.values()].filter((k) => k === kind).length / units.length;
    expect(Math.abs(rate - p), kind).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / units.length));
  }
  // A second attempt is a new draw.
  expect(again).not.toEqual(units.slice(0, 20).map((unit) => kinds.get(unit)));
  const reversed = await run(units.toReversed());
  expect(units.map((unit) => reversed.kinds.get(unit))).toEqual(units.map((unit) => kinds.get(unit)));
});

test('a call that hangs never answers, and closing the server ends it', async () => {
  const server = await start({ faults: { hang: 1 } });
  const outcome = ask(server).then(
    () => 'answered',
    () => 'dropped',
  );
  while (server.calls() === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(await Promise.race([outcome, new Promise((resolve) => setTimeout(resolve, 50, 'waiting'))])).toBe('waiting');
  await server.close();
  expect(await outcome).toBe('dropped');
});

test('latency delays every answer', async () => {
  const server = await start({ latencyMs: 60 });
  const before = performance.now();
  await ask(server);
  expect(performance.now() - before).toBeGreaterThanOrEqual(59);
});

const flattery: DimensionId = 'concrete.flattery';
const pair = { harmless: 'none', harmful: 'marked' };
const noisy = (harm: boolean, seed = 'n') =>
  noisyAnswer({
    truthOf: (unit) => (unit === 'unknown' ? undefined : new Map([[flattery, harm]])),
    sensitivity: 0.8,
    specificity: 0.95,
    seed,
    choices: new Map([[flattery, pair]]),
  });
const question = (unit: string) => ({ unit, dimension: flattery, choices });

test.each([
  ['finds a harm that is there at its sensitivity', true, 0.8],
  ['sees one that is not there at 1 - specificity', false, 0.05],
])('a noisy judge %s', (_, harm, p) => {
  const answer = noisy(harm);
  const n = 20_000;
  let found = 0;
  for (let i = 0; i < n; i++) if (answer(question(`u-${i}`)) === 'marked') found++;
  expect(Math.abs(found / n - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / n));
});

test('a noisy judge asked twice says the same, with another seed not always', () => {
  const verdicts = (seed: string) => Array.from({ length: 200 }, (_, i) => noisy(true, seed)(question(`u-${i}`)));
  expect(verdicts('a')).toEqual(verdicts('a'));
  expect(verdicts('a')).not.toEqual(verdicts('b'));
});

test('a noisy judge cannot tell what it does not know and refuses impossible rates', () => {
  expect(noisy(true)(question('unknown'))).toBeUndefined();
  expect(noisy(true)({ ...question('u-1'), dimension: 'acute.abuse' })).toBeUndefined();
  const of = { truthOf: () => new Map([[flattery, true]]), seed: 'n', choices: new Map(), specificity: 0.9 };
  expect(() => noisyAnswer({ ...of, sensitivity: 1.2 })).toThrow('1.2');
  expect(() => noisyAnswer({ ...of, sensitivity: 1 })(question('u-1'))).toThrow(flattery);
});

test('a recorded judge repeats what was recorded and nothing else', () => {
  const answer = recordedAnswer(new Map([['u-1', new Map([[flattery, 'some']])]]));
  expect(answer(question('u-1'))).toBe('some');
  expect(answer(question('u-2'))).toBeUndefined();
  expect(answer({ ...question('u-1'), dimension: 'acute.abuse' })).toBeUndefined();
});
