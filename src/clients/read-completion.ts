import { z } from 'zod';
import type { JudgeAnswer, JudgeOutcome, TokenUsage } from '../domain/judge.ts';

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

/** What an answer must fit: `judgeAnswerSchema` of the rubrics asked. */
export type AnswerSchema = z.ZodType<{ ratings: readonly JudgeAnswer[] }>;

/**
 * What a chat completion says.
 *
 * @param body the parsed JSON body
 * @param mayBeFenced whether the schema was in the prompt, so that nothing held the model to bare JSON
 */
export function readCompletion(body: unknown, schema: AnswerSchema, mayBeFenced: boolean): JudgeOutcome {
  const choice = Completion.safeParse(body).data?.choices[0];
  if (choice === undefined) return { outcome: 'unscored', reason: 'invalid_answer' };
  const { finish_reason, message } = choice;
  if (finish_reason === 'length') return { outcome: 'unscored', reason: 'truncated' };
  if (finish_reason === 'content_filter' || message.refusal) return { outcome: 'unscored', reason: 'refused' };
  const answer = schema.safeParse(parseJson(message.content ?? '', mayBeFenced));
  if (!answer.success) return { outcome: 'unscored', reason: 'invalid_answer' };
  return { outcome: 'answered', answers: answer.data.ratings };
}

const Usage = z.object({
  usage: z.object({ prompt_tokens: z.int().nonnegative(), completion_tokens: z.int().nonnegative() }),
});

/** Read for every complete body: an answer that cannot be used costs as much as one that can. */
export function readUsage(body: unknown): TokenUsage | null {
  const usage = Usage.safeParse(body).data?.usage;
  return usage === undefined ? null : { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens };
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

/** What an HTTP status other than success means for one request. */
export function readRefusal(status: number, headers?: Headers): JudgeOutcome {
  if (status === 429) return { outcome: 'retry', reason: 'throttled', afterMs: retryAfterMs(headers) };
  if (status === 400 || status === 413 || status === 422) {
    // It will not take this text: too long, or filtered. That may depend on what the text says.
    return { outcome: 'unscored', reason: 'refused' };
  }
  // 5xx passes by itself. 401, 403, 404 and the like need a person to correct the configuration; until then the work stays due.
  return { outcome: 'retry', reason: 'failed', afterMs: status >= 500 ? retryAfterMs(headers) : null };
}

/**
 * Whether a refusal is about the response format. Servers have no common code for it, so their words must be searched.
 *
 * @param error the `error` member of the body
 */
export function refusesJsonSchema(status: number | undefined, error: unknown): boolean {
  if (status !== 400 && status !== 422) return false;
  // Where a body has no `error` member, nothing says that it is not about the format.
  if (error === undefined) return true;
  return /response_?format|json_?schema/i.test(JSON.stringify(error));
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date of the server's, which only the real clock can be compared with. */
export function retryAfterMs(headers: Headers | undefined): number | null {
  const exact = headers?.get('retry-after-ms');
  const plain = headers?.get('retry-after');
  const ms = [
    exact ? Number(exact) : Number.NaN,
    plain ? Number(plain) * 1000 : Number.NaN,
    plain ? Date.parse(plain) - Date.now() : Number.NaN,
  ].find(Number.isFinite);
  return ms === undefined ? null : Math.max(0, Math.round(ms));
}
