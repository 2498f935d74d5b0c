import type { JudgeOutcome } from '../../domain/judge.ts';
import type { Timer } from '../../domain/timer.ts';
import type { CircuitBreaker } from './create-circuit-breaker.ts';
import type { RateLimiter } from './create-rate-limiter.ts';

export type DispatcherOptions = {
  readonly limiter: RateLimiter;
  readonly breaker: CircuitBreaker;
  /** For one call, from its start. A little longer than the client's own time-out, which ends a call more gently. */
  readonly deadlineMs: number;
  readonly timer: Timer;
};

/** Nobody was asked and nothing was spent: this is no attempt. */
export type NotAsked = { readonly outcome: 'not_asked'; readonly reason: 'circuit_open' | 'paused'; readonly untilMs: number };

export type Dispatcher = {
  /**
   * Makes one call when pace and circuit allow. Always settles within the limiter's patience, the wait for a slot (each is free
   * again after `deadlineMs` at the latest) and `deadlineMs`. `task` is called at most once, with a signal that is aborted at
   * the deadline.
   * @throws what `task` throws, after counting it as a failure.
   */
  run(task: (signal: AbortSignal) => Promise<JudgeOutcome>): Promise<JudgeOutcome | NotAsked>;
  /** Until when calls would come back as not asked; null where they would be made. For who claims work: claim none meanwhile. */
  blocked(): NotAsked | null;
  /** abandoned: calls given up at the deadline; late: those of them that settled afterwards, whose results were dropped. */
  counts(): { readonly asked: number; readonly notAsked: number; readonly abandoned: number; readonly late: number };
};

const tooLate: JudgeOutcome = { outcome: 'retry', reason: 'failed', afterMs: null };

/** What stands between the workers and one endpoint: pace, circuit and deadline, whatever the client does. */
export function createDispatcher({ limiter, breaker, deadlineMs, timer }: DispatcherOptions): Dispatcher {
  const counts = { asked: 0, notAsked: 0, abandoned: 0, late: 0 };

  function blocked(): NotAsked | null {
    const open = breaker.openUntilMs();
    if (open !== null) return { outcome: 'not_asked', reason: 'circuit_open', untilMs: open };
    const paused = limiter.pausedUntilMs();
    return paused === null ? null : { outcome: 'not_asked', reason: 'paused', untilMs: paused };
  }

  function notAsked(reason: NotAsked['reason'], untilMs: number): NotAsked {
    counts.notAsked++;
    return { outcome: 'not_asked', reason, untilMs };
  }

  /** The task's outcome, or the deadline's: whichever comes first. */
  function withDeadline(task: (signal: AbortSignal) => Promise<JudgeOutcome>): Promise<JudgeOutcome> {
    return new Promise((resolve, reject) => {
      const controller = new AbortController();
      let isOver = false;
      const settle = (then: () => void) => {
        if (isOver) {
          counts.late++;
          return;
        }
        isOver = true;
        cancel();
        then();
      };
      const cancel = timer.after(deadlineMs, () => {
        isOver = true;
        counts.abandoned++;
        resolve(tooLate);
        controller.abort();
      });
      // From within a promise, so that a task that throws at once is like one that rejects.
      Promise.resolve(controller.signal)
        .then(task)
        .then(
          (outcome) => settle(() => resolve(outcome)),
          (error: unknown) => settle(() => reject(error)),
        );
    });
  }

  return {
    blocked,
    counts: () => ({ ...counts }),
    async run(task) {
      const open = breaker.openUntilMs();
      if (open !== null) return notAsked('circuit_open', open);
      const permit = await limiter.acquire();
      if ('pausedUntilMs' in permit) return notAsked('paused', permit.pausedUntilMs);
      // The circuit may have opened while this call stood in the queue.
      const passage = breaker.enter();
      if ('openUntilMs' in passage) {
        permit.release({ outcome: 'unused', afterMs: null, limits: null, tokens: null });
        return notAsked('circuit_open', passage.openUntilMs);
      }
      counts.asked++;
      let outcome: JudgeOutcome = tooLate;
      try {
        outcome = await withDeadline(task);
        return outcome;
      } finally {
        const { usage = null, limits = null } = outcome;
        const result = outcome.outcome === 'retry' ? outcome.reason : 'succeeded';
        const afterMs = outcome.outcome === 'retry' ? outcome.afterMs : null;
        passage.close(result);
        permit.release({
          outcome: result,
          afterMs,
          limits,
          tokens: usage === null ? null : usage.inputTokens + usage.outputTokens,
        });
      }
    },
  };
}
