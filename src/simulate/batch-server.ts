import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { type BatchFlow, type BatchFlowOptions, createBatchFlow, type SimulatedBatch } from './batch-flow.ts';

/**
 * What happens to a request instead of its answer. lost: it is carried out, and the connection breaks before the answer.
 * hang: no answer until the caller gives up. stall, cut: half of the answer's body, and then nothing more or a broken connection.
 */
export type RequestFault =
  | 'lost'
  | 'hang'
  | 'stall'
  | 'cut'
  | { readonly status: number; readonly code?: string; readonly headers?: Record<string, string> };

export type BatchServerOptions = BatchFlowOptions & {
  /** When given, requests without this key get a 401. */
  readonly apiKey?: string;
  /** Whether looking at a batch moves it one step on first; otherwise `advance` is the only clock. */
  readonly advanceOnPoll?: boolean;
  /** Asked before each request, as in `{ call: 'POST /v1/batches' }` (ids are written as `:id`). */
  readonly fault?: (request: { readonly call: string; readonly n: number }) => RequestFault | undefined;
  /** Whether the list of batches leaves metadata out, as some compatible endpoints do. */
  readonly listWithoutMetadata?: boolean;
  /** Whether the list always shows its first page, as others do. */
  readonly listWithoutPages?: boolean;
};

export type BatchServer = {
  /** Base URL for an OpenAI client; ends in /v1. */
  readonly url: string;
  readonly flow: BatchFlow;
  /** Every request so far, as in `POST /v1/files`. */
  readonly calls: readonly string[];
  close(): Promise<void>;
};

type Reply = { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

const Expiry = z.strictObject({ anchor: z.literal('created_at'), seconds: z.int().min(3600).max(2_592_000) });
const Creation = z.strictObject({
  input_file_id: z.string(),
  endpoint: z.literal('/v1/chat/completions'),
  completion_window: z.literal('24h'),
  metadata: z
    .record(z.string().max(64), z.string().max(512))
    .refine((metadata) => Object.keys(metadata).length <= 16)
    .nullish(),
  output_expires_after: Expiry.optional(),
});

/**
 * The Batch and Files endpoints of an OpenAI-compatible server, strict about what it takes and in the shapes that those
 * endpoints answer with. What becomes of a batch is in `flow`.
 */
export async function startBatchServer(options: BatchServerOptions): Promise<BatchServer> {
  const { apiKey, advanceOnPoll = false, fault, listWithoutMetadata = false, listWithoutPages = false } = options;
  const flow = createBatchFlow(options);
  const calls: string[] = [];

  async function answer(request: IncomingMessage, body: Buffer): Promise<Reply> {
    if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`)
      return failure(401, 'Incorrect API key provided.', { code: 'invalid_api_key' });
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const [, , , id, verb] = pathname.split('/');
    const call = callOf(request);
    switch (call) {
      case 'POST /v1/files':
        return upload(request, body);
      case 'GET /v1/files/:id':
      case 'GET /v1/files/:id/content':
      case 'DELETE /v1/files/:id': {
        const file = flow.file(id ?? '');
        if (file === undefined) return failure(404, `No such File object: ${id}`, { param: 'id' });
        if (verb === 'content') return { status: 200, body: file.text };
        if (request.method === 'GET') return { status: 200, body: file.object };
        flow.deleteFile(file.object.id);
        return { status: 200, body: { object: 'file', id, deleted: true } };
      }
      case 'POST /v1/batches':
        return createBatch(body);
      case 'GET /v1/batches':
        return list(searchParams);
      case 'GET /v1/batches/:id':
      case 'POST /v1/batches/:id/cancel': {
        if (flow.batch(id ?? '') === undefined) return failure(404, `No batch found with id '${id}'.`);
        if (verb === 'cancel' && !flow.cancel(id ?? '')) return failure(409, 'Cannot cancel a batch that has ended.');
        if (verb === undefined && advanceOnPoll) await flow.advance(id);
        return { status: 200, body: flow.batch(id ?? '') };
      }
      default:
        return failure(404, `Invalid URL (${request.method} ${pathname})`);
    }
  }

  async function upload(request: IncomingMessage, body: Buffer): Promise<Reply> {
    const type = request.headers['content-type'] ?? '';
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData().catch(() => null);
    if (form === null) return failure(400, 'Could not parse multipart form.');
    const file = form.get('file');
    if (form.get('purpose') !== 'batch') return failure(400, "'purpose' must be batch here.", { param: 'purpose' });
    if (!(file instanceof File)) return failure(400, "'file' is a required property", { param: 'file' });
    if (!file.name.endsWith('.jsonl'))
      return failure(400, 'Invalid file format for Batch API. Must be .jsonl', { param: 'file' });
    const known = ['file', 'purpose', 'expires_after[anchor]', 'expires_after[seconds]'];
    const unknown = [...form.keys()].find((key) => !known.includes(key));
    if (unknown !== undefined)
      return failure(400, `Unknown parameter: '${unknown}'.`, { code: 'unknown_parameter', param: unknown });
    const seconds = form.get('expires_after[seconds]');
    const expiry = { anchor: form.get('expires_after[anchor]'), seconds: Number(seconds) };
    if (seconds !== null && !Expiry.safeParse(expiry).success)
      return failure(400, 'Invalid expiry.', { param: 'expires_after', code: 'invalid_value' });
    const object = flow.addFile(await file.text(), file.name, 'batch', seconds === null ? null : Number(seconds));
    return { status: 200, body: object };
  }

  function createBatch(body: Buffer): Reply {
    const parsed = Creation.safeParse(parseJson(body.toString('utf8')));
    if (!parsed.success) {
      const param = parsed.error.issues[0]?.path.join('.') ?? null;
      return failure(400, `Invalid value for '${param}'.`, { code: 'invalid_value', param });
    }
    const { input_file_id, metadata } = parsed.data;
    if (flow.file(input_file_id)?.object.purpose !== 'batch')
      return failure(400, `Cannot find file ${input_file_id}, or it is not yours.`, { param: 'file_id' });
    return { status: 200, body: flow.createBatch(input_file_id, metadata ?? null) };
  }

  function list(query: URLSearchParams): Reply {
    const all = flow.batches();
    const limit = Number(query.get('limit') ?? 20);
    if (!(limit >= 1 && limit <= 100)) return failure(400, "Invalid 'limit'.", { param: 'limit' });
    const after = listWithoutPages ? null : query.get('after');
    const from = after === null ? 0 : all.findIndex((batch) => batch.id === after) + 1;
    if (after !== null && from === 0) return failure(400, `No batch found with id '${after}'.`, { param: 'after' });
    const page = all.slice(from, from + limit);
    const shown = page.map(({ metadata, ...rest }: SimulatedBatch) => (listWithoutMetadata ? rest : { ...rest, metadata }));
    const ends = { first_id: page[0]?.id ?? null, last_id: page.at(-1)?.id ?? null };
    return { status: 200, body: { object: 'list', data: shown, ...ends, has_more: from + limit < all.length } };
  }

  const server = createServer(async (request, response) => {
    const body = await readBytes(request);
    const call = callOf(request);
    calls.push(call);
    const wrong = fault?.({ call, n: calls.filter((each) => each === call).length });
    if (wrong === 'hang') return;
    if (typeof wrong === 'object') return send(response, failure(wrong.status, 'Simulated.', wrong, wrong.headers));
    const reply = await answer(request, body);
    if (wrong === undefined) return send(response, reply);
    if (wrong !== 'lost') await sendHalf(response, reply);
    if (wrong !== 'stall') response.destroy();
  });
  // A client that reuses a connection must not meet one that is just being closed.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    flow,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function callOf(request: IncomingMessage): string {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  return `${request.method} ${pathname.replace(/^(\/v1\/(?:files|batches)\/)[^/]+/, '$1:id')}`;
}

function failure(
  status: number,
  message: string,
  { code = null, param = null }: { code?: string | null; param?: string | null } = {},
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, body: { error: { message, type: 'invalid_request_error', param, code } }, headers };
}

function send(response: ServerResponse, reply: Reply): void {
  response.end(begin(response, reply));
}

function sendHalf(response: ServerResponse, reply: Reply): Promise<void> {
  const bytes = begin(response, reply);
  return new Promise((resolve) => response.write(bytes.subarray(0, bytes.length / 2), () => resolve()));
}

/** Writes the headers and gives the body: a file's text as it is, all else as JSON. */
function begin(response: ServerResponse, { status, body, headers }: Reply): Buffer {
  const isFile = typeof body === 'string';
  const bytes = Buffer.from(isFile ? body : JSON.stringify(body));
  const type = isFile ? 'application/octet-stream' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length, ...headers });
  return bytes;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
