import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Breach, type ControlTokens, obey, type PlantedCommand } from './obedient-judge.ts';

export type ObedientJudgeServer = {
  /** Base URL for an OpenAI client; ends in /v1. */
  readonly url: string;
  /** Every breach so far, in order of arrival. */
  readonly breaches: readonly Breach[];
  /** Bodies of the requests that were answered, word for word. */
  readonly answered: readonly string[];
  close(): Promise<void>;
};

export type ObedientJudgeOptions = {
  readonly commands: readonly PlantedCommand[];
  readonly controlTokens?: ControlTokens;
  /** `refused`: answers 400 to a `response_format`, so that the schema comes in the prompt. */
  readonly jsonSchema: 'taken' | 'refused';
};

/** The obedient judge behind an OpenAI-compatible endpoint on the loopback interface, for the real client to talk to. */
export async function startObedientJudge({
  commands,
  controlTokens = 'inert',
  jsonSchema,
}: ObedientJudgeOptions): Promise<ObedientJudgeServer> {
  const breaches: Breach[] = [];
  const answered: string[] = [];

  const answer = (response: ServerResponse, text: string) => {
    const body: unknown = JSON.parse(text);
    if (jsonSchema === 'refused' && typeof body === 'object' && body !== null && 'response_format' in body)
      return send(response, 400, { error: { message: 'response_format is not supported', param: 'response_format' } });
    const { content, breaches: found } = obey(body, commands, controlTokens);
    breaches.push(...found);
    answered.push(text);
    send(response, 200, {
      id: `chatcmpl-obedient-${answered.length}`,
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, finish_reason: 'stop' }],
    });
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      try {
        answer(response, Buffer.concat(chunks).toString('utf8'));
      } catch (error) {
        send(response, 500, { error: { message: error instanceof Error ? error.message : String(error) } });
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    breaches,
    answered,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
