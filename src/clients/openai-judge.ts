import { randomBytes } from 'node:crypto';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { APIError, type OpenAI } from 'openai';
import { byRubrics } from '../3-rate/batch/by-rubrics.ts';
import { type JudgeMessages, renderInstructions, renderJudgeMessages } from '../3-rate/judge-prompt.ts';
import { JUDGE_SCHEMA_NAME, judgeAnswerSchema, judgeJsonSchema } from '../3-rate/judge-schema.ts';
import type { Judge, JudgeOutcome, JudgeRequest, RateLimits, TokenUsage } from '../domain/judge.ts';
import type { Frame, Rubric } from '../domain/rubric.ts';
import { createOpenAiClient } from './openai-client.ts';
import { readCompletion, readRefusal, readUsage, refusesJsonSchema } from './read-completion.ts';
import { readRateLimits } from './read-rate-limits.ts';

export type OpenAiJudgeConfig = {
  readonly baseUrl: string;
  /** Empty for an endpoint that asks for none. */
  readonly apiKey: string;
  readonly model: string;
  readonly temperature: number;
  /** Whose model it is, as in `gpt`: a judge may favour its own kin. */
  readonly family?: string;
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
export function createOpenAiJudge(config: OpenAiJudgeConfig): Judge {
  const { baseUrl, apiKey, model, temperature, family, timeoutMs } = config;
  const client = createOpenAiClient({ baseUrl, apiKey });
  const prepare = byRubrics(prepareFor);
  const tracer = trace.getTracer('longwatch');
  let schemaGoesIntoPrompt = false;

  async function ask(
    request: JudgeRequest,
    prepared: Prepared,
    inPrompt: boolean,
    signal: AbortSignal | undefined,
  ): Promise<JudgeOutcome | 'no json_schema'> {
    const messages = renderJudgeMessages(request, randomBytes(16).toString('hex'), prepared.instructions(request));
    // The SDK's own time-out ends with the response headers; a body that never comes must not hold the call either.
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    try {
      const { data, response } = await client.chat.completions
        .create(
          {
            model,
            temperature,
            messages: chatMessages(messages, inPrompt ? prepared.schemaText() : null),
            ...(inPrompt ? {} : { response_format: prepared.responseFormat }),
          },
          { signal: signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, signal]) },
        )
        .withResponse();
      return withFacts(readCompletion(data, prepared.schema, inPrompt), readUsage(data), response.headers);
    } catch (error) {
      if (!inPrompt && error instanceof APIError && refusesJsonSchema(error.status, error.error)) return 'no json_schema';
      return withFacts(readError(error), null, error instanceof APIError ? error.headers : undefined);
    } finally {
      clearTimeout(timer);
    }
  }

  async function rate(request: JudgeRequest, signal: AbortSignal | undefined): Promise<JudgeOutcome> {
    const prepared = prepare(request.rubrics);
    const outcome = await ask(request, prepared, schemaGoesIntoPrompt, signal);
    if (outcome !== 'no json_schema') return outcome;
    const second = await ask(request, prepared, true, signal);
    if (second === 'no json_schema') return { outcome: 'unscored', reason: 'failed' };
    if (second.outcome === 'answered') schemaGoesIntoPrompt = true;
    return second;
  }

  return {
    identity: { model, temperature, ...(family === undefined ? {} : { family }) },
    rate: (request, options = {}) =>
      tracer.startActiveSpan('longwatch.judge.call', async (span) => {
        span.setAttribute('gen_ai.operation.name', 'chat');
        span.setAttribute('gen_ai.request.model', model);
        span.setAttribute('longwatch.unit', request.unit);
        span.setAttribute('longwatch.dimensions', request.rubrics.length);
        try {
          const outcome = await rate(request, options.signal);
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

type Prepared = {
  readonly instructions: (request: JudgeRequest) => string;
  readonly responseFormat: OpenAI.ResponseFormatJSONSchema;
  readonly schemaText: () => string;
  readonly schema: ReturnType<typeof judgeAnswerSchema>;
};

/** What depends on the rubrics alone, since thousands of calls ask the same ones. */
function prepareFor(rubrics: readonly Rubric[]): Prepared {
  const schema = judgeJsonSchema(rubrics);
  const byFrame = new WeakMap<Frame, Map<string | undefined, string>>();
  return {
    schema: judgeAnswerSchema(rubrics),
    responseFormat: { type: 'json_schema', json_schema: { name: JUDGE_SCHEMA_NAME, strict: true, schema } },
    schemaText: () => JSON.stringify(schema),
    instructions: ({ frame, policy }) => {
      const byPolicy = byFrame.get(frame) ?? new Map<string | undefined, string>();
      const text = byPolicy.get(policy) ?? renderInstructions(frame, rubrics, policy);
      byFrame.set(frame, byPolicy.set(policy, text));
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

/** The outcome with what the endpoint told beside it. */
function withFacts(outcome: JudgeOutcome, usage: TokenUsage | null, headers: Headers | undefined): JudgeOutcome {
  const limits: RateLimits | null = readRateLimits(headers, Date.now());
  return { ...outcome, ...(usage === null ? {} : { usage }), ...(limits === null ? {} : { limits }) };
}

function readError(error: unknown): JudgeOutcome {
  // A complete body that is not JSON. One that broke off, or a connection that failed, ends up at the bottom.
  if (error instanceof SyntaxError) return { outcome: 'unscored', reason: 'invalid_answer' };
  const status = error instanceof APIError ? error.status : undefined;
  if (!(error instanceof APIError) || status === undefined) return { outcome: 'retry', reason: 'failed', afterMs: null };
  return readRefusal(status, error.headers);
}
