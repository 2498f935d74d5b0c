import { createHmac, timingSafeEqual } from 'node:crypto';
import { DeliveryError } from '../domain/errors.ts';
import type { Webhook } from '../domain/webhook.ts';

/**
 * Posts JSON with two headers: `longwatch-delivery` (the id to act on once) and `longwatch-signature`
 * (`t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">`), so that a receiver can tell who sent it and that it is fresh.
 */
export function createSignedWebhook(options: { url: string; secret: string; timeoutMs: number; now: () => Date }): Webhook {
  return {
    async post({ id, kind, body }) {
      const text = JSON.stringify({ ...(body as object), id, kind });
      const seconds = Math.floor(options.now().getTime() / 1_000);
      let response: Response;
      try {
        response = await fetch(options.url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'longwatch-delivery': id,
            'longwatch-signature': `t=${seconds},v1=${sign(options.secret, seconds, text)}`,
          },
          body: text,
          redirect: 'error',
          signal: AbortSignal.timeout(options.timeoutMs),
        });
        await response.body?.cancel();
      } catch (cause) {
        throw new DeliveryError(
          `The ${kind} webhook could not be reached in ${options.timeoutMs} ms: check its address and that it runs.`,
          {
            cause,
          },
        );
      }
      if (!response.ok) {
        throw new DeliveryError(`The ${kind} webhook answered ${response.status}: check its log for delivery ${id}.`);
      }
    },
  };
}

function sign(secret: string, seconds: number, body: string): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
}

/** For receivers: whether a body carries a signature made with `secret` at most `maxAgeSeconds` ago. */
export function verifySignature(
  header: string | undefined,
  body: string,
  { secret, now, maxAgeSeconds }: { secret: string; now: Date; maxAgeSeconds: number },
): boolean {
  const match = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header ?? '');
  if (match === null) return false;
  const seconds = Number(match[1]);
  if (Math.abs(now.getTime() / 1_000 - seconds) > maxAgeSeconds) return false;
  return timingSafeEqual(Buffer.from(match[2] ?? '', 'hex'), Buffer.from(sign(secret, seconds, body), 'hex'));
}
