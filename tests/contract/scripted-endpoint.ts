import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type SeenRequest = {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly model: string;
    readonly temperature: number;
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly response_format?: { type: string; json_schema: { name: string; strict: boolean; schema: unknown } };
  };
};

export type Script = (response: ServerResponse, request: SeenRequest) => void;

/** A local chat.completions endpoint that answers each request by a script and remembers what it was asked. */
export async function startScriptedEndpoint() {
  const seen: SeenRequest[] = [];
  let script: Script = (response) => json(response, 500, {});
  const server = createServer((incoming, response) => {
    let text = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (chunk: string) => {
      text += chunk;
    });
    incoming.on('end', () => {
      const request = { url: incoming.url ?? '', headers: incoming.headers, body: JSON.parse(text) };
      seen.push(request);
      script(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    seen,
    play(next: Script) {
      seen.length = 0;
      script = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** A chat completion whose message holds `content`. */
export function completion(
  content: string | null,
  over: { finish_reason?: string; refusal?: string; usage?: Readonly<Record<string, unknown>> } = {},
) {
  const { finish_reason = 'stop', refusal = null, usage } = over;
  return {
    id: 'c-1',
    object: 'chat.completion',
    choices: [{ index: 0, finish_reason, message: { role: 'assistant', content, refusal } }],
    ...(usage === undefined ? {} : { usage }),
  };
}
