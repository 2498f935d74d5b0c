import { APIError } from 'openai';
import { retryAfterMs } from './read-completion.ts';

/** What is kept of an error: nothing in it is text. */
export type Failure = {
  /** Undefined when there was no HTTP answer, or none that could be read. */
  readonly status: number | undefined;
  readonly code: string | null;
  readonly param: string | null;
  /** When the server said to come back. */
  readonly afterMs: number | null;
};
export type Attempt<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: Failure };

export type CallOptions = { readonly maxRetries: 0; readonly timeout: number; readonly signal: AbortSignal };

/** One call within a hard time-out, headers and body. Never throws. */
export async function attempt<Value>(timeoutMs: number, call: (options: CallOptions) => Promise<Value>): Promise<Attempt<Value>> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  try {
    return { ok: true, value: await call({ maxRetries: 0, timeout: timeoutMs, signal: deadline.signal }) };
  } catch (error) {
    return { ok: false, failure: readFailure(error) };
  } finally {
    clearTimeout(timer);
  }
}

function readFailure(error: unknown): Failure {
  if (!(error instanceof APIError)) return { status: undefined, code: null, param: null, afterMs: null };
  const { status, code, param, headers } = error;
  return { status, code: plainCode(code), param: plainCode(param), afterMs: retryAfterMs(headers) };
}

/** A code as it is, or null for anything that could be a sentence. */
export function plainCode(code: unknown): string | null {
  return typeof code === 'string' && /^[a-z][a-z0-9_]{0,63}$/.test(code) ? code : null;
}
