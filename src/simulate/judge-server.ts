import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { type Asked, askedIn } from './judge-schema.ts';
import { Rng } from './rng.ts';

/**
 * The verdict on one dimension of one unit: one of `choices`, or undefined for a unit nobody knows. The server passes the
 * `model` that the request asks for, so that it can play several judges.
 */
export type Answer = (question: {
  readonly unit: string;
  readonly dimension: string;
  readonly choices: readonly string[];
  readonly model?: string;
}) => string | undefined;

/** Probabilities that a call goes wrong, one of them at most; together at most 1. */
export type Faults = {
  /** 429 with `retry-after-ms`. */
  readonly throttled?: number;
  /** 500. */
  readonly failed?: number;
  /** 200 with a message that is not the JSON asked for. */
  readonly garbage?: number;
  /** No answer until the caller gives up. */
  readonly hang?: number;
};

export type JudgeServer = {
  /** Base URL for an OpenAI client; ends in /v1. */
  readonly url: string;
  /** Requests for a completion so far, faulty ones too. */
  calls(): number;
  /** From the next request on, in place of the faults before: an outage begins, and ends. */
  setFaults(faults: Faults): void;
  /** Drops open connections, hanging ones too. */
  close(): Promise<void>;
};

export type JudgeServerOptions = {
  readonly answer: Answer;
  /** 0: any free port of the loopback interface. */
  readonly port?: number;
  readonly faults?: Faults;
  readonly latencyMs?: number;
  readonly retryAfterMs?: number;
  readonly seed: string;
  /** Is shown the body of every request for a completion, word for word. */
  readonly onRequest?: (body: string) => void;
};

const Request = z.object({
  model: z.string(),
  messages: z.array(
    z.object({ role: z.string(), content: z.union([z.string(), z.array(z.object({ text: z.string().optional() }))]) }),
  ),
  response_format: z.object({ json_schema: z.object({ schema: z.unknown() }) }),
});
const Envelope = z.object({
  unit: z.string(),
  turns: z.array(z.object({ turn: z.number(), role: z.string(), content: z.string() })),
});
type Envelope = z.infer<typeof Envelope>;

type Reply = { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

/**
 * A judge without a model: an OpenAI-compatible server that reads the request as a real endpoint would (DESIGN 4.2) and
 * takes its verdicts from `answer`. Faults depend on (seed, unit, dimensions, attempt), never on the order of arrival, so
 * a run with many workers meets the same ones as a run with one.
 */
export async function startJudgeServer(options: JudgeServerOptions): Promise<JudgeServer> {
  const { answer, port = 0, latencyMs = 0, retryAfterMs = 50, seed } = options;
  const schemas = new Map<string, readonly Asked[]>();
  const attempts = new Map<string, number>();
  let { faults } = options;
  let calls = 0;

  const asked = (schema: unknown): readonly Asked[] => {
    const key = JSON.stringify(schema);
    const known = schemas.get(key);
    if (known !== undefined) return known;
    const parsed = askedIn(schema);
    schemas.set(key, parsed);
    return parsed;
  };

  /** undefined: hang. */
  const complete = (text: string): Reply | undefined => {
    const request = Request.parse(JSON.parse(text));
    const questions = asked(request.response_format.json_schema.schema);
    const envelope = envelopeOf(request.messages);
    const fault = faults === undefined ? 'none' : faultOf(faults, seed, envelope.unit, questions, attempts);
    if (fault === 'hang') return undefined;
    if (fault === 'throttled')
      return failure(429, 'rate_limit_exceeded', 'Rate limit reached.', { 'retry-after-ms': String(retryAfterMs) });
    if (fault === 'failed') return failure(500, 'server_error', 'The server had an error.');
    const content =
      fault === 'garbage'
        ? 'Overall this looks fine to me. {"ratings": ['
        : JSON.stringify(verdicts(envelope, questions, request.model, answer));
    return completion(request.model, calls, text.length, content);
  };

  const handle = (text: string): Reply | undefined => {
    try {
      return complete(text);
    } catch (error) {
      const wrong = error instanceof SyntaxError || error instanceof z.ZodError || error instanceof RangeError;
      return failure(wrong ? 400 : 500, 'invalid_request_error', error instanceof Error ? error.message : String(error));
    }
  };

  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (request.method === 'GET' && path === '/healthz') return send(response, { status: 200, body: { status: 'ok' } });
    if (request.method !== 'POST' || path !== '/v1/chat/completions')
      return send(response, failure(404, 'not_found', `No ${request.method} ${path} here.`));
    readText(request, (text) => {
      calls++;
      options.onRequest?.(text);
      const reply = handle(text);
      if (reply === undefined) return;
      if (latencyMs > 0) setTimeout(() => send(response, reply), latencyMs);
      else send(response, reply);
    });
  });
  // A client that reuses a connection must not meet one that is just being closed.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls: () => calls,
    setFaults: (given) => {
      faults = given;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function faultOf(
  faults: Faults,
  seed: string,
  unit: string,
  questions: readonly Asked[],
  attempts: Map<string, number>,
): keyof Faults | 'none' {
  const call = `${unit}|${questions.map((q) => q.dimension).join(',')}`;
  const attempt = attempts.get(call) ?? 0;
  attempts.set(call, attempt + 1);
  let left = new Rng(`${seed}|fault|${call}|${attempt}`).uniform();
  for (const kind of ['throttled', 'failed', 'garbage', 'hang'] as const) {
    left -= faults[kind] ?? 0;
    if (left < 0) return kind;
  }
  return 'none';
}

/** The conversation, between the two delimiter lines of the last user message. */
function envelopeOf(messages: z.infer<typeof Request>['messages']): Envelope {
  const content = messages.findLast((message) => message.role === 'user')?.content ?? '';
  const text = typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('');
  const found = /^<<<LONGWATCH-DATA (\S+)>>>\r?\n(.*)\r?\n<<<END \1>>>\s*$/m.exec(text);
  if (found === null) throw new RangeError('the last user message has no line of data between LONGWATCH-DATA and END');
  return Envelope.parse(JSON.parse(found[2] ?? ''));
}

/** The body of DESIGN 4.2. Evidence is the opening of the assistant's last turn, word for word. */
function verdicts({ unit, turns }: Envelope, questions: readonly Asked[], model: string, answer: Answer): unknown {
  const last = turns.findLast((turn) => turn.role === 'assistant');
  // By code points, so that no character is cut in two.
  const evidence = last === undefined ? [] : [{ turn: last.turn, quote: [...last.content.slice(0, 80)].slice(0, 78).join('') }];
  const ratings = questions.map(({ dimension, choices }) => {
    const choice = answer({ unit, dimension, choices, model }) ?? 'cannot_tell';
    if (!choices.includes(choice))
      throw new RangeError(`"${choice}" is not among the choices of ${dimension}: ${choices.join(', ')}`);
    return { dimension, choice, confidence: choice === 'cannot_tell' ? 0.2 : 0.9, evidence, rationale: 'A simulated verdict.' };
  });
  return { ratings };
}

function completion(model: string, call: number, promptLength: number, content: string): Reply {
  const [prompt_tokens, completion_tokens] = [Math.ceil(promptLength / 4), Math.ceil(content.length / 4)];
  return {
    status: 200,
    body: {
      id: `chatcmpl-simulated-${call}`,
      object: 'chat.completion',
      created: 0,
      model,
      choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' }],
      usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
    },
  };
}

function failure(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, body: { error: { message, type: code, param: null, code } }, headers };
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers });
  response.end(text);
}

function readText(request: IncomingMessage, done: (text: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
}
