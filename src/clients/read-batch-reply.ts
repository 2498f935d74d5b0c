import { z } from 'zod';
import type { JudgeOutcome } from '../domain/judge.ts';
import { type AnswerSchema, readCompletion, readRefusal, readUsage, refusesJsonSchema } from './read-completion.ts';

const Refusal = z.object({ error: z.unknown() });

/** Codes of an endpoint that had no room, as against one that failed. */
const throttledCodes = ['rate_limit_exceeded', 'token_limit_exceeded'];

/** An HTTP answer, or the code of an error that stands for none. */
type Reply = { readonly response: { readonly status: number; readonly body: unknown } | null; readonly error: string | null };

/** What one line of a batch's files means: the same as the same answer to a single call would. */
export function readBatchReply({ response, error }: Reply, schema: AnswerSchema): JudgeOutcome {
  const isSuccess = response !== null && response.status >= 200 && response.status < 300;
  if (isSuccess && error === null) {
    const usage = readUsage(response.body);
    return { ...readCompletion(response.body, schema, false), ...(usage === null ? {} : { usage }) };
  }
  if (response === null || isSuccess) {
    const reason = error !== null && throttledCodes.includes(error) ? 'throttled' : 'failed';
    return { outcome: 'retry', reason, afterMs: null };
  }
  // Nothing of the text's doing, and a single call can ask again with the schema in the prompt.
  const refusal = Refusal.safeParse(response.body).data?.error;
  if (refusesJsonSchema(response.status, refusal)) return { outcome: 'retry', reason: 'failed', afterMs: null };
  return readRefusal(response.status);
}
