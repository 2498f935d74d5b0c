import type { Clock } from '../domain/clock.ts';

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands where it is put: backtests, the demo, and `job run --until`. Moving it back throws RangeError. */
export function createManualClock(start: Date): Clock & { set(at: Date): void } {
  let at = start;
  return {
    now: () => new Date(at),
    set(next) {
      if (next < at) throw new RangeError(`the clock stands at ${at.toISOString()} and cannot go back to ${next.toISOString()}`);
      at = next;
    },
  };
}
