import type { Alert } from '../domain/alert.ts';
import { StateError } from '../domain/errors.ts';

/** Somebody has seen it and is on it. Acknowledging twice keeps the first name. */
export function acknowledge(alert: Alert, by: string, now: Date): Alert {
  if (alert.state === 'resolved') throw new StateError(`Alert ${alert.id} is resolved already; there is nothing to acknowledge.`);
  if (alert.state === 'acknowledged') return alert;
  return { ...alert, state: 'acknowledged', acknowledged_at: now.toISOString(), acknowledged_by: by };
}

/** It is over: dismissed by a person, or the rate was shown to have recovered. */
export function resolve(alert: Alert, now: Date): Alert {
  if (alert.state === 'resolved') throw new StateError(`Alert ${alert.id} is resolved already, since ${alert.resolved_at}.`);
  return { ...alert, state: 'resolved', resolved_at: now.toISOString() };
}
