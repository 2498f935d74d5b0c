import { randomBytes } from 'node:crypto';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import OpenAI, { APIError } from 'openai';
import { z } from 'zod';
import { type JudgeMessages, renderInstructions, renderJudgeMessages } from '../3-rate/judge-prompt.ts';
import { JUDGE_SCHEMA_NAME, judgeAnswerSchema, judgeJsonSchema } from '../3-rate/judge-schema.ts';
import { ConfigError } from '../domain/errors.ts';
import type { Judge, JudgeOutcome, JudgeRequest } from '../domain/judge.ts';
import type { Rubric } from '../domain/rubric.ts';

export type OpenAiJudgeConfig = {
  readonly baseUrl: string;
  /** Empty for an endpoint that asks for none. */
  readonly apiKey: string;
  readonly model: string;
  readonly temperature: number;
  /** For the whole call, headers and body. */
  readonly timeoutMs: number;
};

/**
 * A judge behind an OpenAI-compatible `chat.completions` endpoint. One client and its kept-alive connections serve every call.
 * An endpoint that refuses `json_schema` is asked again at once with the schema in the prompt; once that has worked, this
 * judge keeps doing so: the only case of a second request in one call.
 * Conversation text goes into the request body and nowhere else: the SDK's log is off, and errors are read for status,
 * code and headers only.
 */
export function createOpenAiJudge({ baseUrl, apiKey, model, temperature, timeoutMs }: OpenAiJudgeConfig): Judge {
  const client = new OpenAI({
    baseURL: checkedUrl(baseUrl),
    // The SDK insists on a key; without one, no Authorization header is sent.
    apiKey: apiKey || 'none',
    ...(apiKey ? {} : { defaultHeaders: { Authorization: null } }),
    adminAPIKey: null,
    maxRetries: 0,
    timeout: timeoutMs,
    // OPENAI_LOG=debug would print request bodies.
    logLevel: 'off',
    // A redirect would carry the conversation to a host nobody configured.
    fetchOptions: { redirect: 'manual' },
  });
  const prepare = preparer();
  const tracer = trace.getTracer('longwatch');
  let schemaGoesIntoPrompt = false;

  async function ask(request: JudgeRequest, prepared: Prepared, inPrompt: boolean): Promise<JudgeOutcome | 'no json_schema'> {
    const messages = renderJudgeMessages(request, randomBytes(16).toString('hex'), prepared.instructions(request));
    // The SDK's own time-out ends with the response headers; a body that never comes must not hold the call either.
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    let completion: unknown;
    try {
      completion = await client.chat.completions.create(
        {
          model,
          temperature,
          messages: chatMessages(messages, inPrompt ? prepared.schemaText() : null),
          ...(inPrompt ? {} : { response_format: prepared.responseFormat }),
        },
        { signal: deadline.signal },
      );
    } catch (error) {
      if (!inPrompt && refusesJsonSchema(error)) return 'no json_schema';
      return readError(error);
    } finally {
      clearTimeout(timer);
    }
    return readCompletion(completion, prepared, inPrompt);
  }

  async function rate(request: JudgeRequest): Promise<JudgeOutcome> {
    const prepared = prepare(request.rubrics);
    const outcome = await ask(request, prepared, schemaGoesIntoPrompt);
    if (outcome !== 'no json_schema') return outcome;
    const second = await ask(request, prepared, true);
    if (second === 'no json_schema') return { outcome: 'unscored', reason: 'failed' };
    if (second.outcome === 'answered') schemaGoesIntoPrompt = true;
    return second;
  }

  return {
    identity: { model, temperature },
    rate: (request) =>
      tracer.startActiveSpan('longwatch.judge.call', async (span) => {
        span.setAttribute('gen_ai.operation.name', 'chat');
        span.setAttribute('gen_ai.request.model', model);
        span.setAttribute('longwatch.unit', request.unit);
        span.setAttribute('longwatch.dimensions', request.rubrics.length);
        try {
          const outcome = await rate(request);
          span.setAttribute('longwatch.outcome', outcome.outcome);
          if (outcome.outcome !== 'answered') {
            span.setAttribute('error.type', outcome.reason);
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          return outcome;
        } finally {
          span.end();
        }
      }),
  };
}

function checkedUrl(baseUrl: string): string {
  // An empty address would make the SDK fall back to OPENAI_BASE_URL or to api.openai.com.
  if (!URL.canParse(baseUrl)) throw new ConfigError('The judge needs an absolute base URL, as in http://localhost:8000/v1.');
  return baseUrl;
}

type Prepared = {
  readonly instructions: (request: JudgeRequest) => string;
  readonly responseFormat: OpenAI.ResponseFormatJSONSchema;
  readonly schemaText: () => string;
  readonly schema: ReturnType<typeof judgeAnswerSchema>;
};

/** Keeps what depends on the rubrics alone, since thousands of calls ask the same ones. */
function preparer(): (rubrics: readonly Rubric[]) => Prepared {
  const ids = new WeakMap<Rubric, number>();
  const known = new Map<string, Prepared>();
  let nextId = 0;
  return (rubrics) => {
    const key = rubrics
      .map((rubric) => {
        const id = ids.get(rubric) ?? nextId++;
        ids.set(rubric, id);
        return id;
      })
      .join(',');
    const prepared = known.get(key) ?? prepareFor(rubrics);
    known.set(key, prepared);
    return prepared;
  };
}

function prepareFor(rubrics: readonly Rubric[]): Prepared {
  const schema = judgeJsonSchema(rubrics);
  const instructions = new WeakMap<object, string>();
  return {
    schema: judgeAnswerSchema(rubrics),
    responseFormat: { type: 'json_schema', json_schema: { name: JUDGE_SCHEMA_NAME, strict: true, schema } },
    schemaText: () => JSON.stringify(schema),
    instructions: ({ frame }) => {
      const text = instructions.get(frame) ?? renderInstructions(frame, rubrics);
      instructions.set(frame, text);
      return text;
    },
  };
}

function chatMessages({ system, user }: JudgeMessages, schemaText: string | null) {
  const form =
    '## Form of the answer\nAnswer with one JSON object and nothing before or after it, valid against this JSON Schema:';
  return [
    { role: 'system' as const, content: schemaText === null ? system : `${system}\n\n${form}\n${schemaText}` },
    { role: 'user' as const, content: user },
  ];
}

/** The part of a chat completion that is read; endpoints differ in the rest. */
const Completion = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
});

function readCompletion(body: unknown, prepared: Prepared, schemaWasInPrompt: boolean): JudgeOutcome {
  const choice = Completion.safeParse(body).data?.choices[0];
  if (choice === undefined) return { outcome: 'unscored', reason: 'invalid_answer' };
  const { finish_reason, message } = choice;
  if (finish_reason === 'length') return { outcome: 'unscored', reason: 'truncated' };
  if (finish_reason === 'content_filter' || message.refusal) return { outcome: 'unscored', reason: 'refused' };
  const answer = prepared.schema.safeParse(parseJson(message.content ?? '', schemaWasInPrompt));
  if (!answer.success) return { outcome: 'unscored', reason: 'invalid_answer' };
  return { outcome: 'answered', answers: answer.data.ratings };
}

/** Undefined when it is not JSON. Models that are not held to JSON by the endpoint often fence it as a whole; nothing else is forgiven. */
function parseJson(content: string, mayBeFenced: boolean): unknown {
  const fenced = mayBeFenced ? /^\s*```(?:json)?\s*\n([\s\S]*)\n\s*```\s*$/.exec(content)?.[1] : undefined;
  try {
    return JSON.parse(fenced ?? content);
  } catch {
    return undefined;
  }
}

/** Whether a refusal is about the response format. Servers have no common code for it, so their words must be searched. */
function refusesJsonSchema(error: unknown): boolean {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return false;
  // The SDK keeps only a body's `error` member; where there is none, nothing says that it is not about the format.
  if (error.error === undefined) return true;
  return /response_?format|json_?schema/i.test(`${error.param} ${JSON.stringify(error.error)}`);
}

function readError(error: unknown): JudgeOutcome {
  // A complete body that is not JSON. One that broke off, or a connection that failed, ends up at the bottom.
  if (error instanceof SyntaxError) return { outcome: 'unscored', reason: 'invalid_answer' };
  const status = error instanceof APIError ? error.status : undefined;
  if (!(error instanceof APIError) || status === undefined) return { outcome: 'retry', reason: 'failed', afterMs: null };
  if (status === 429) return { outcome: 'retry', reason: 'throttled', afterMs: retryAfterMs(error.headers) };
  if (status === 400 || status === 413 || status === 422) {
    // It will not take this text: too long, or filtered. That may depend on what the text says.
    return { outcome: 'unscored', reason: 'refused' };
  }
  // 5xx passes by itself. 401, 403, 404 and the like need a person to correct the configuration; until then the work stays due.
  return { outcome: 'retry', reason: 'failed', afterMs: status >= 500 ? retryAfterMs(error.headers) : null };
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date of the server's, which only the real clock can be compared with. */
function retryAfterMs(headers: Headers | undefined): number | null {
  const exact = headers?.get('retry-after-ms');
  const plain = headers?.get('retry-after');
  const ms = [
    exact ? Number(exact) : Number.NaN,
    plain ? Number(plain) * 1000 : Number.NaN,
    plain ? Date.parse(plain) - Date.now() : Number.NaN,
  ].find(Number.isFinite);
  return ms === undefined ? null : Math.max(0, Math.round(ms));
}
