import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFakeWebhook } from '../../src/clients/fake-webhook.ts';
import { createSignedWebhook, verifySignature } from '../../src/clients/signed-webhook.ts';
import { DeliveryError } from '../../src/domain/errors.ts';
import type { Webhook } from '../../src/domain/webhook.ts';

const secret = 'a secret of a good length';
const secretText = 'what the body holds and no message may';
const now = new Date('2026-04-25T10:00:00Z');
const timeoutMs = 300;
const delivery = { id: 'al-1-firing', kind: 'alert', body: { message: secretText } } as const;

type Received = { readonly method: string; readonly headers: IncomingMessage['headers']; readonly body: string };
type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

let received: Received[] = [];
let behave: Behaviour;
let baseUrl: string;
const answer =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    response.writeHead(status, headers).end(`${status}: ${secretText}`);

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  received.push({ method: request.method ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
  behave(response, request);
});

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  received = [];
  behave = answer(200);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const signed = (over: { url?: string; secret?: string; now?: () => Date } = {}) =>
  createSignedWebhook({ url: `${baseUrl}/hook`, secret, timeoutMs, now: () => now, ...over });

/** What a receiver got, in the same words for both, and a way to put it out of order. */
type Harness = { readonly port: Webhook; readonly ids: () => string[]; breakDown(): void; repair(): void };
const implementations: readonly (readonly [string, () => Harness])[] = [
  [
    'the fake webhook',
    () => {
      const port = createFakeWebhook();
      const put = (down: boolean) => () => {
        port.down = down;
      };
      return { port, ids: () => port.received.map(({ id }) => id), breakDown: put(true), repair: put(false) };
    },
  ],
  [
    'the signed webhook',
    () => ({
      port: signed(),
      ids: () => received.map(({ headers }) => String(headers['longwatch-delivery'])),
      breakDown: () => {
        behave = answer(503);
      },
      repair: () => {
        received = [];
        behave = answer(200);
      },
    }),
  ],
];

async function failureOf(posting: Promise<void>): Promise<DeliveryError> {
  const failure = await posting.then(
    () => new Error('it was taken'),
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(DeliveryError);
  return failure as DeliveryError;
}

describe.each(implementations)('%s', (_name, create) => {
  it('takes a delivery', async () => {
    const { port, ids } = create();
    await expect(port.post(delivery)).resolves.toBeUndefined();
    expect(ids()).toEqual(['al-1-firing']);
  });

  it('may be given one twice, and hands both on under the same id', async () => {
    const { port, ids } = create();
    await port.post(delivery);
    await port.post(delivery);
    expect(ids()).toEqual(['al-1-firing', 'al-1-firing']);
  });

  it('that is down fails with what can be tried later, and a message without the body', async () => {
    const { port, breakDown, repair, ids } = create();
    breakDown();
    const failure = await failureOf(port.post({ ...delivery, kind: 'rollback' }));
    expect(failure).toMatchObject({ code: 'delivery', retry: 'later' });
    expect(failure.message).toBe('The rollback webhook answered 503: check its log for delivery al-1-firing.');
    repair();
    await port.post(delivery);
    expect(ids()).toEqual(['al-1-firing']);
  });
});

describe('what the signed webhook sends', () => {
  it('is the delivery as JSON, with its id and kind', async () => {
    await signed().post(delivery);
    expect(received).toHaveLength(1);
    expect(received[0]?.method).toBe('POST');
    expect(received[0]?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({ id: 'al-1-firing', kind: 'alert', message: secretText });
  });

  it('is named by the delivery, whatever the body says', async () => {
    await signed().post({ ...delivery, body: { id: 'another', kind: 'other' } });
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ id: 'al-1-firing', kind: 'alert' });
  });

  it('holds the secret nowhere', async () => {
    await signed().post(delivery);
    expect(JSON.stringify(received)).not.toContain(secret);
  });

  const later = (seconds: number) => new Date(now.getTime() + seconds * 1_000);
  const otherBody = (body: string) => body.replace('firing', 'faring');
  const same = (text: string) => text;
  type Given = { header?: (header: string) => string | undefined; body?: (body: string) => string; secret?: string; now?: Date };
  it.each<[string, Given, boolean]>([
    ['as it came', {}, true],
    ['within its time', { now: later(300) }, true],
    ['by a receiver whose clock is behind', { now: later(-300) }, true],
    ['too late', { now: later(301) }, false],
    ['from the future', { now: later(-301) }, false],
    ['with another secret', { secret: 'another secret of a good length' }, false],
    ['with an altered body', { body: otherBody }, false],
    ['with a blank more', { body: (body) => `${body} ` }, false],
    ['without a header', { header: () => undefined }, false],
    ['with an empty header', { header: () => '' }, false],
    [
      'with a newer time put in',
      { header: (header) => header.replace(/t=\d+/, `t=${later(300).getTime() / 1_000}`), now: later(400) },
      false,
    ],
    ['with another signature', { header: (header) => `${header.slice(0, -1)}${header.endsWith('0') ? '1' : '0'}` }, false],
    ['with a short signature', { header: (header) => header.slice(0, -2) }, false],
    ['with something after it', { header: (header) => `${header},v1=0` }, false],
  ])('verifies %s: %3$s', async (_how, { header = same, body = same, secret: by = secret, now: when = now }, valid) => {
    await signed().post(delivery);
    const [got] = received;
    const given = header(String(got?.headers['longwatch-signature']));
    expect(verifySignature(given, body(got?.body ?? ''), { secret: by, now: when, maxAgeSeconds: 300 })).toBe(valid);
  });
});

describe('the signed webhook fails so that it can be tried later', () => {
  it.each([201, 202, 204])('not when the answer is %d', async (status) => {
    behave = (response) => response.writeHead(status).end();
    await expect(signed().post(delivery)).resolves.toBeUndefined();
  });

  it.each([400, 401, 404, 429, 500, 503])('when the answer is %d, which it names', async (status) => {
    behave = answer(status);
    expect((await failureOf(signed().post(delivery))).message).toContain(`answered ${status}`);
  });

  it.each<[string, Behaviour]>([
    ['nothing is answered in time', () => undefined],
    ['the connection breaks', (response) => response.destroy()],
    ['it is sent elsewhere', (response) => response.writeHead(307, { location: `${baseUrl}/elsewhere` }).end()],
  ])('when %s', async (_why, behaviour) => {
    behave = behaviour;
    const began = performance.now();
    const failure = await failureOf(signed().post(delivery));
    expect(failure).toMatchObject({ code: 'delivery', retry: 'later', name: 'DeliveryError' });
    expect(failure.message).toContain('could not be reached');
    expect(failure.message).not.toContain(secretText);
    expect(performance.now() - began).toBeLessThan(timeoutMs + 2_000);
    // One attempt a call: the outbox decides when to try again, and a redirect must not carry a signed body away.
    expect(received).toHaveLength(1);
  });

  it.each([
    ['nobody listens', 'http://127.0.0.1:1/hook'],
    ['the name is unknown', 'http://webhook.invalid/hook'],
  ])('when %s', async (_why, url) => {
    const failure = await failureOf(signed({ url }).post(delivery));
    expect(failure.retry).toBe('later');
    expect(failure.message).not.toContain(secretText);
  });

  it('keeps the body out of what went wrong too', async () => {
    behave = answer(500);
    const failure = await failureOf(signed().post(delivery));
    expect(`${failure.message} ${failure.stack} ${String(failure.cause)}`).not.toContain(secretText);
  });
});
