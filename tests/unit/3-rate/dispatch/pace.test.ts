import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallReport, endCall, opensAt, type Pace, startCall, startPace } from '../../../../src/3-rate/dispatch/pace.ts';

const design = { most: 64, least: 4, firstPauseMs: 250, longestPauseMs: 600_000 };
const now = 1_000_000;
const fresh = startPace(design);

function started(pace: Pace, n: number, at = now): Pace {
  let next = pace;
  for (let i = 0; i < n; i++) next = startCall(next, at);
  return next;
}

function ended(pace: Pace, over: Partial<CallReport>, at = now): Pace {
  const report = { call: pace.nStarted, outcome: 'succeeded', afterMs: null, limits: null, tokens: null, full: true } as const;
  return endCall(pace, { ...report, ...over }, at, design);
}

const quotaOf = (remaining: number, resetMs: number) => ({ limit: 100, remaining, resetMs });

describe('the limit', () => {
  it('starts at the most, and is halved once for all calls that were under way', () => {
    let pace = started(fresh, 64);
    for (let call = 1; call <= 64; call++) pace = ended(pace, { call, outcome: 'throttled', afterMs: 100 });
    expect(pace.limit).toBe(32);
    pace = ended(started(pace, 1), { outcome: 'throttled', afterMs: 100 });
    expect(pace.limit).toBe(16);
  });

  it('does not fall below the least', () => {
    let pace = fresh;
    for (let i = 0; i < 20; i++) pace = ended(started(pace, 1), { outcome: 'throttled', afterMs: 0 });
    expect(pace.limit).toBe(4);
  });

  it('grows by about one for each round of successes, up to the most', () => {
    let pace = ended(started(fresh, 1), { outcome: 'throttled', afterMs: 0 });
    for (let i = 0; i < 32; i++) pace = ended(started(pace, 1), {});
    expect(pace.limit).toBeGreaterThan(32.9);
    expect(pace.limit).toBeLessThanOrEqual(33);
    for (let i = 0; i < 5_000; i++) pace = ended(started(pace, 1), {});
    expect(pace.limit).toBe(64);
  });

  it('does not grow while it is not what holds calls back, nor by calls from before the cut', () => {
    const cut = ended(started(fresh, 10), { outcome: 'throttled', afterMs: 0 });
    expect(ended(started(cut, 1), { full: false }).limit).toBe(32);
    expect(ended(cut, { call: 3 }).limit).toBe(32);
  });

  it('is left alone by failures and by calls that were never made', () => {
    expect(ended(started(fresh, 1), { outcome: 'failed' }).limit).toBe(64);
    expect(ended(started(fresh, 1), { outcome: 'unused' })).toEqual(started(fresh, 1));
  });
});

describe('pauses', () => {
  it('last as long as the endpoint says, for a 429 and for a 503', () => {
    expect(opensAt(ended(started(fresh, 1), { outcome: 'throttled', afterMs: 3_000 }), now)).toBe(now + 3_000);
    expect(opensAt(ended(started(fresh, 1), { outcome: 'failed', afterMs: 2_000 }), now)).toBe(now + 2_000);
    expect(opensAt(ended(started(fresh, 1), { outcome: 'failed' }), now)).toBe(now);
  });

  it('are not shortened by a shorter one, nor longer than the longest', () => {
    const long = ended(started(fresh, 1), { outcome: 'throttled', afterMs: 9_000 });
    expect(opensAt(ended(started(long, 1), { outcome: 'throttled', afterMs: 10 }), now)).toBe(now + 9_000);
    expect(opensAt(ended(started(fresh, 1), { outcome: 'throttled', afterMs: 1e12 }), now)).toBe(now + 600_000);
  });

  it('double with each round where the endpoint names no time, and begin anew after a success', () => {
    let pace = fresh;
    const pauses: number[] = [];
    for (let i = 0; i < 4; i++) {
      pace = ended(started(pace, 2), { outcome: 'throttled' });
      pace = ended(pace, { call: pace.nStarted - 1, outcome: 'throttled' });
      pauses.push(pace.pausedUntilMs - now);
    }
    expect(pauses).toEqual([250, 500, 1_000, 2_000]);
    const later = now + 10_000;
    pace = ended(started(pace, 1, later), {}, later);
    expect(ended(started(pace, 1, later), { outcome: 'throttled' }, later).pausedUntilMs).toBe(later + 250);
  });
});

describe('allowances', () => {
  it('a spent one is waited for, one with something left is not', () => {
    const withLeft = (remaining: number) =>
      ended(started(fresh, 1), { limits: { requests: quotaOf(remaining, 6_000), tokens: null } });
    expect(opensAt(withLeft(0), now)).toBe(now + 6_000);
    expect(opensAt(withLeft(1), now)).toBe(now);
    expect(opensAt(startCall(withLeft(1), now), now)).toBe(now + 6_000);
  });

  it('the calls that started since are taken off what an answer says is left', () => {
    const pace = ended(started(fresh, 11), { call: 1, limits: { requests: quotaOf(10, 6_000), tokens: null } });
    expect(opensAt(pace, now)).toBe(now + 6_000);
    expect(opensAt(ended(started(fresh, 11), { call: 2, limits: { requests: quotaOf(10, 6_000), tokens: null } }), now)).toBe(
      now,
    );
  });

  it('the answer to the latest call counts, whatever comes in later', () => {
    const limits = (remaining: number) => ({ requests: quotaOf(remaining, 6_000), tokens: null });
    const latest = ended(started(fresh, 5), { call: 5, limits: limits(50) });
    expect(opensAt(ended(latest, { call: 2, limits: limits(0) }), now)).toBe(now);
    expect(opensAt(ended(latest, { call: 5, limits: limits(0) }), now)).toBe(now + 6_000);
  });

  it('tokens are counted by what a call has cost so far', () => {
    const limits = { requests: null, tokens: quotaOf(2_500, 4_000) };
    const pace = ended(started(fresh, 1), { tokens: 1_000, limits });
    expect(opensAt(startCall(pace, now), now)).toBe(now);
    expect(opensAt(started(pace, 2), now)).toBe(now + 4_000);
  });

  it('one that says -1 or nothing holds nobody back, and one that is whole again is forgotten', () => {
    const limits = { requests: { limit: null, remaining: null, resetMs: 0 }, tokens: { limit: 5, remaining: 0, resetMs: null } };
    expect(opensAt(ended(started(fresh, 1), { limits }), now)).toBe(now);
    const spent = ended(started(fresh, 1), { limits: { requests: quotaOf(0, 6_000), tokens: null } });
    expect(opensAt(spent, now + 6_000)).toBe(now + 6_000);
    expect(startCall(spent, now + 6_000).requests).toBeNull();
  });
});

it('whatever is reported, the limit stays within its bounds and no pause is longer than the longest', () => {
  const quota = fc.option(
    fc.record({
      limit: fc.constant(null),
      remaining: fc.integer({ min: 0, max: 50 }),
      resetMs: fc.integer({ min: 0, max: 1e9 }),
    }),
  );
  const step = fc.record({
    outcome: fc.constantFrom('succeeded' as const, 'throttled' as const, 'failed' as const, 'unused' as const),
    age: fc.nat(70),
    afterMs: fc.option(fc.integer({ min: 0, max: 1e9 })),
    limits: fc.option(fc.record({ requests: quota, tokens: quota })),
    tokens: fc.option(fc.integer({ min: 0, max: 5_000 })),
    full: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let pace = fresh;
      for (const [i, { age, ...report }] of steps.entries()) {
        pace = startCall(pace, now + i);
        pace = ended(pace, { ...report, call: Math.max(1, pace.nStarted - age) }, now + i);
        expect(pace.limit).toBeGreaterThanOrEqual(4);
        expect(pace.limit).toBeLessThanOrEqual(64);
        expect(opensAt(pace, now + i)).toBeLessThanOrEqual(now + i + 600_000);
      }
    }),
  );
});

it.each([[{ most: 0 }], [{ most: 3 }], [{ least: 0 }], [{ most: 6.5 }], [{ firstPauseMs: 0 }], [{ longestPauseMs: 100 }]])(
  'refuses a design with %j',
  (over) => {
    expect(() => startPace({ ...design, ...over })).toThrow(RangeError);
  },
);
