import type { Timer } from '../../domain/timer.ts';
import { type CallReport, endCall, opensAt, type Pace, type PaceDesign, startCall, startPace } from './pace.ts';

export type RateLimiterOptions = {
  readonly maxConcurrency: number;
  /** Default: a sixteenth of the most, at least one. */
  readonly minConcurrency?: number;
  /** A caller who would have to wait longer than this for a pause to end is sent away. Default one minute. */
  readonly patienceMs?: number;
  /**
   * The time between two starts while slots are filled for the first time, or again after a pause. Default 5 ms, more than one
   * call costs to prepare: calls that start together are prepared together, sent only when all of them are, and come back together
   * for ever after, so that each waits for the work of all the others. It is also kinder to the endpoint.
   */
  readonly startSpacingMs?: number;
  /** Default 250 ms. */
  readonly firstPauseMs?: number;
  /** Default ten minutes. */
  readonly longestPauseMs?: number;
  readonly timer: Timer;
};

/** Leave to make one call, to be handed back once with what came of it. */
export type Permit = { release(report: Omit<CallReport, 'call' | 'full'>): void };

export type RateLimiter = {
  /** Waits its turn, first come first served. Sent away with the time to come back where a pause outlasts patience. */
  acquire(): Promise<Permit | { readonly pausedUntilMs: number }>;
  /** When new calls may start, if a pause that outlasts patience holds them back; else null. */
  pausedUntilMs(): number | null;
  state(): { readonly limit: number; readonly nInFlight: number; readonly nWaiting: number; readonly nCalls: number };
};

/**
 * Concurrency and pace for one endpoint, adapted to what it answers (the rules are in `pace.ts`). Make one per endpoint and
 * share it: two of them would each take the endpoint's whole allowance for their own.
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { timer, patienceMs = 60_000, startSpacingMs = 5 } = options;
  const design: PaceDesign = {
    most: options.maxConcurrency,
    least: options.minConcurrency ?? Math.max(1, Math.floor(options.maxConcurrency / 16)),
    firstPauseMs: options.firstPauseMs ?? 250,
    longestPauseMs: options.longestPauseMs ?? 600_000,
  };
  let pace: Pace = startPace(design);
  let nInFlight = 0;
  let waiting: ((answer: Permit | { pausedUntilMs: number }) => void)[] = [];
  let cancelAlarm: (() => void) | null = null;
  /** From when, and from how many in flight, their number grows step by step. */
  let climb = { from: timer.now(), nBefore: 0 };

  const isFull = () => nInFlight >= Math.floor(pace.limit);

  function permit(): Permit {
    pace = startCall(pace, timer.now());
    nInFlight++;
    const call = pace.nStarted;
    let isOut = true;
    return {
      release(report) {
        if (!isOut) throw new RangeError(`the permit of call ${call} was handed back twice`);
        isOut = false;
        const full = isFull();
        nInFlight--;
        pace = endCall(pace, { ...report, call, full }, timer.now(), design);
        grant();
      },
    };
  }

  /** Lets in whoever may start now, and sets the alarm for the rest. */
  function grant(): void {
    cancelAlarm?.();
    cancelAlarm = null;
    while (waiting.length > 0) {
      const now = timer.now();
      const opens = opensAt(pace, now);
      if (opens - now > patienceMs) {
        const sent = waiting;
        waiting = [];
        for (const answer of sent) answer({ pausedUntilMs: opens });
        return;
      }
      if (opens > now) {
        climb = { from: opens, nBefore: nInFlight };
        cancelAlarm = timer.after(opens - now, grant);
        return;
      }
      if (isFull()) return;
      if (nInFlight === 0) climb = { from: now, nBefore: 0 };
      const wait_ms = climb.from + (nInFlight - climb.nBefore) * startSpacingMs - now;
      if (wait_ms > 0) {
        cancelAlarm = timer.after(wait_ms, grant);
        return;
      }
      waiting.shift()?.(permit());
    }
  }

  return {
    acquire: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        grant();
      }),
    pausedUntilMs() {
      const now = timer.now();
      const opens = opensAt(pace, now);
      return opens - now > patienceMs ? opens : null;
    },
    state: () => ({ limit: Math.floor(pace.limit), nInFlight, nWaiting: waiting.length, nCalls: pace.nStarted }),
  };
}
