import type { Timer } from '../domain/timer.ts';

/** Longer waits overflow setTimeout, which then fires at once. */
const longest_ms = 2 ** 31 - 1;

/** The machine's timer. A pending alarm keeps the process alive. */
export const systemTimer: Timer = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, then) {
    if (ms <= 0) {
      const next = setImmediate(then);
      return () => clearImmediate(next);
    }
    const handle = setTimeout(then, Math.min(longest_ms, ms));
    return () => clearTimeout(handle);
  },
};
