import { DeliveryError } from '../domain/errors.ts';
import type { Webhook } from '../domain/webhook.ts';

export type FakeWebhook = Webhook & {
  readonly received: { id: string; kind: string; body: unknown }[];
  /** While true, nothing is taken. */
  down: boolean;
};

/** The webhook port without a network: keeps what it was given, or fails as a receiver that is down would. */
export function createFakeWebhook(): FakeWebhook {
  const received: FakeWebhook['received'] = [];
  return {
    received,
    down: false,
    async post(delivery) {
      if (this.down)
        throw new DeliveryError(`The ${delivery.kind} webhook answered 503: check its log for delivery ${delivery.id}.`);
      received.push({ ...delivery });
    },
  };
}
