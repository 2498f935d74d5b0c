import { describe, expect, it } from 'vitest';
import { createCircuitBreaker } from '../../../../src/3-rate/dispatch/create-circuit-breaker.ts';
import { createDispatcher } from '../../../../src/3-rate/dispatch/create-dispatcher.ts';
import { createRateLimiter, type RateLimiterOptions } from '../../../../src/3-rate/dispatch/create-rate-limiter.ts';
import type { JudgeOutcome } from '../../../../src/domain/judge.ts';
import { createVirtualTimer } from './virtual-timer.ts';

const answered: JudgeOutcome = { outcome: 'answered', answers: [] };
const failed: JudgeOutcome = { outcome: 'retry', reason: 'failed', afterMs: null };
const throttled = (afterMs: number | null): JudgeOutcome => ({ outcome: 'retry', reason: 'throttled', afterMs });

function worldOf(over: Partial<RateLimiterOptions> = {}) {
  const timer = createVirtualTimer(0);
  const limiter = createRateLimiter({ maxConcurrency: 4, startSpacingMs: 0, timer, ...over });
  const breaker = createCircuitBreaker({ timer, maxInARow: 5, firstOpenMs: 1_000, longestOpenMs: 4_000 });
  const dispatcher = createDispatcher({ limiter, breaker, deadlineMs: 2_000, timer });
  /** A call that takes 100 ms. */
  const call = (outcome: JudgeOutcome) => dispatcher.run(() => timer.sleep(100).then(() => outcome));
  const calls = (n: number, outcome: JudgeOutcome) => timer.play(Promise.all(Array.from({ length: n }, () => call(outcome))));
  return { timer, limiter, breaker, dispatcher, call, calls };
}

describe('slots', () => {
  it('are never more than allowed, given in order, and all used', async () => {
    const { timer, dispatcher } = worldOf();
    const order: number[] = [];
    let [running, most] = [0, 0];
    const task = (i: number) => async () => {
      order.push(i);
      most = Math.max(most, ++running);
      await timer.sleep(100);
      running--;
      return answered;
    };
    await timer.play(Promise.all(Array.from({ length: 40 }, (_, i) => dispatcher.run(task(i)))));
    expect(most).toBe(4);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(timer.now()).toBe(1_000);
    expect(dispatcher.counts()).toEqual({ asked: 40, notAsked: 0, abandoned: 0, late: 0 });
  });

  it('are filled one by one, at first and after a pause, and refilled at once', async () => {
    const { timer, dispatcher } = worldOf({ startSpacingMs: 5 });
    const starts: number[] = [];
    const task = (outcome: JudgeOutcome) => async () => {
      starts.push(timer.now());
      await timer.sleep(100);
      return outcome;
    };
    const outcomes = [
      ...Array.from({ length: 8 }, () => answered),
      throttled(1_000),
      ...Array.from({ length: 6 }, () => answered),
    ];
    await timer.play(Promise.all(outcomes.map((outcome) => dispatcher.run(task(outcome)))));
    expect(starts.slice(0, 12)).toEqual([0, 5, 10, 15, 100, 105, 110, 115, 200, 205, 210, 215]);
    // A 429 at 300 ms: two slots are left, filled one by one when the pause ends.
    expect(starts.slice(12)).toEqual([1_300, 1_305, 1_400]);
  });

  it('come back after a task that throws, whether at once or later, and the error reaches the caller', async () => {
    const { timer, dispatcher, limiter } = worldOf({ maxConcurrency: 1 });
    const atOnce = () => {
      throw new Error('at once');
    };
    await expect(timer.play(dispatcher.run(atOnce))).rejects.toThrow('at once');
    await expect(timer.play(dispatcher.run(() => Promise.reject(new Error('later'))))).rejects.toThrow('later');
    expect(await timer.play(dispatcher.run(async () => answered))).toEqual(answered);
    expect(limiter.state()).toMatchObject({ nInFlight: 0, nWaiting: 0, nCalls: 3 });
  });

  it('a permit can be handed back once only', async () => {
    const permit = await worldOf().limiter.acquire();
    if (!('release' in permit)) throw new Error('no permit');
    const report = { outcome: 'succeeded', afterMs: null, limits: null, tokens: null } as const;
    permit.release(report);
    expect(() => permit.release(report)).toThrow(RangeError);
  });
});

describe('the deadline', () => {
  it('ends a call that never settles, aborts it and frees its slot', async () => {
    const { timer, dispatcher } = worldOf({ maxConcurrency: 1 });
    let signal: AbortSignal | undefined;
    const hanging = dispatcher.run((given) => {
      signal = given;
      return new Promise(() => {});
    });
    const next = dispatcher.run(async () => answered);
    expect(await timer.play(hanging)).toEqual(failed);
    expect(timer.now()).toBe(2_000);
    expect(signal?.aborted).toBe(true);
    expect(await timer.play(next)).toEqual(answered);
    expect(dispatcher.counts()).toMatchObject({ asked: 2, abandoned: 1, late: 0 });
  });

  it('drops and counts what comes too late, an error too', async () => {
    const { timer, dispatcher } = worldOf();
    const late = dispatcher.run(() => timer.sleep(3_000).then(() => answered));
    const broken = dispatcher.run(() => timer.sleep(3_000).then(() => Promise.reject(new Error('late'))));
    expect(await timer.play(Promise.all([late, broken]))).toEqual([failed, failed]);
    await timer.pass(5_000);
    expect(dispatcher.counts()).toMatchObject({ abandoned: 2, late: 2 });
  });

  it('is over once a call has settled', async () => {
    const { timer, dispatcher, call } = worldOf();
    await timer.play(call(answered));
    await timer.pass(10_000);
    expect(dispatcher.counts()).toEqual({ asked: 1, notAsked: 0, abandoned: 0, late: 0 });
  });
});

describe('pauses', () => {
  it('hold new calls for as long as a 429 says, and no call is lost', async () => {
    const { timer, call } = worldOf();
    await timer.play(call(throttled(5_000)));
    expect(timer.now()).toBe(100);
    expect(await timer.play(call(answered))).toEqual(answered);
    expect(timer.now()).toBe(5_200);
  });

  it('that outlast patience send callers away with the time to come back, those who wait too', async () => {
    const { timer, dispatcher, call } = worldOf({ maxConcurrency: 1, patienceMs: 10_000 });
    const [first, waiting] = [call(throttled(60_000)), call(answered)];
    const away = { outcome: 'not_asked', reason: 'paused', untilMs: 60_100 };
    expect(await timer.play(Promise.all([first, waiting]))).toEqual([throttled(60_000), away]);
    expect(dispatcher.blocked()).toEqual(away);
    expect(await timer.play(call(answered))).toEqual(away);
    expect(dispatcher.counts()).toMatchObject({ asked: 1, notAsked: 2 });
    await timer.pass(60_000);
    expect(dispatcher.blocked()).toBeNull();
    expect(await timer.play(call(answered))).toEqual(answered);
  });

  it('follow the allowances that successful answers tell of', async () => {
    const { timer, call } = worldOf();
    const limits = { requests: { limit: 10, remaining: 0, resetMs: 7_000 }, tokens: null };
    await timer.play(call({ ...answered, limits }));
    await timer.play(call(answered));
    expect(timer.now()).toBe(7_200);
  });

  it('keep within the allowance of a server that counts in fixed windows, and use nearly all of it', async () => {
    const { timer, dispatcher } = worldOf({ maxConcurrency: 16 });
    const seen = { refused: 0, answered: 0 };
    const perWindow = 50;
    let [window, used] = [0, 0];
    const endpoint = async (): Promise<JudgeOutcome> => {
      const [at, current] = [timer.now(), Math.floor(timer.now() / 10_000)];
      if (current !== window) [window, used] = [current, 0];
      used++;
      const limits = {
        requests: { limit: perWindow, remaining: Math.max(0, perWindow - used), resetMs: 10_000 - (at % 10_000) },
        tokens: null,
      };
      const refused = used > perWindow;
      await timer.sleep(100);
      // The answer is on its way for a while, so what it says of the time left is old when it arrives.
      if (refused) seen.refused++;
      else seen.answered++;
      return refused ? { ...throttled(limits.requests.resetMs), limits } : { ...answered, limits };
    };
    await timer.play(Promise.all(Array.from({ length: 500 }, () => dispatcher.run(endpoint))));
    expect(seen.refused).toBeLessThanOrEqual(16);
    // Ten windows hold all of it; one more is what caution may cost.
    expect(timer.now()).toBeLessThan(11 * 10_000 + 2_000);
  });
});

describe('the circuit', () => {
  it('opens when the endpoint is down: what waits comes back unasked, and one probe tries again', async () => {
    const { timer, dispatcher, breaker, calls } = worldOf();
    const outcomes = await calls(30, failed);
    expect(breaker.state()).toBe('open');
    // Five in a row open it; the three others of their round were under way.
    expect(outcomes.filter(({ outcome }) => outcome === 'retry')).toHaveLength(8);
    expect(outcomes.at(-1)).toEqual({ outcome: 'not_asked', reason: 'circuit_open', untilMs: 1_200 });
    expect(dispatcher.blocked()).toEqual({ outcome: 'not_asked', reason: 'circuit_open', untilMs: 1_200 });

    await timer.pass(1_000);
    expect(dispatcher.blocked()).toBeNull();
    const tried = await calls(3, failed);
    expect(tried.map(({ outcome }) => outcome)).toEqual(['retry', 'not_asked', 'not_asked']);
    expect(dispatcher.blocked()).toMatchObject({ untilMs: timer.now() + 2_000 });

    await timer.pass(2_000);
    expect((await calls(1, answered))[0]).toEqual(answered);
    expect(breaker.state()).toBe('closed');
    expect(dispatcher.blocked()).toBeNull();
  });

  it('stays closed under throttling, refusals and answers that make no sense', async () => {
    const { breaker, calls } = worldOf();
    await calls(20, throttled(10));
    await calls(20, { outcome: 'unscored', reason: 'invalid_answer' });
    expect(breaker.state()).toBe('closed');
  });

  it('opens on calls that never settle', async () => {
    const { timer, breaker, dispatcher } = worldOf();
    await timer.play(Promise.all(Array.from({ length: 8 }, () => dispatcher.run(() => new Promise(() => {})))));
    expect(breaker.state()).toBe('open');
  });
});
