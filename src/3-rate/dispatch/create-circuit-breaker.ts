import type { Timer } from '../../domain/timer.ts';
import {
  type BreakerDesign,
  type BreakerEvent,
  type BreakerState,
  closedBreaker,
  isPassable,
  stepBreaker,
} from './step-breaker.ts';

/** Twelve in a row is out of reach for an endpoint that fails now and then (5 %: once in 10^15 calls); half of forty is an outage. */
export const defaultBreakerDesign: BreakerDesign = {
  maxInARow: 12,
  maxShare: 0.5,
  window: 40,
  firstOpenMs: 5_000,
  longestOpenMs: 300_000,
};

/** A call let through, to be closed once with what came of it. */
export type Passage = { close(result: 'succeeded' | 'failed' | 'throttled'): void };

export type CircuitBreaker = {
  /** A passage for one call, or until when there is none. */
  enter(): Passage | { readonly openUntilMs: number };
  /** Until when no call passes; null where one would. Takes nothing: asking is free. */
  openUntilMs(): number | null;
  state(): BreakerState['name'];
};

/** The circuit breaker of one endpoint: `stepBreaker` with the time and the present state. */
export function createCircuitBreaker(options: Partial<BreakerDesign> & { readonly timer: Timer }): CircuitBreaker {
  const { timer, ...over } = options;
  const design = { ...defaultBreakerDesign, ...over };
  let state: BreakerState = closedBreaker;
  const step = (event: BreakerEvent) => {
    state = stepBreaker(state, event, timer.now(), design);
  };
  const openUntilMs = () => {
    const now = timer.now();
    if (isPassable(state, now)) return null;
    // Nobody knows when the probe comes back; what it finds is known soon after.
    return state.name === 'open' ? state.untilMs : now + design.firstOpenMs;
  };
  return {
    enter() {
      const until = openUntilMs();
      if (until !== null) return { openUntilMs: until };
      step({ name: 'asked' });
      const probe = state.name === 'half_open';
      return { close: (result) => step({ name: result, probe }) };
    },
    openUntilMs,
    state: () => state.name,
  };
}
