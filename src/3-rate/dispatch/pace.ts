import type { Quota, RateLimits } from '../../domain/judge.ts';

export type PaceDesign = {
  /** Calls in flight at most, and at first. */
  readonly most: number;
  /** Calls in flight that throttling never takes away: pauses hold the pace below it. */
  readonly least: number;
  /** The pause after a 429 that names none; doubles with each round of them. */
  readonly firstPauseMs: number;
  /** No header makes a pause longer than this: after it one more answer shows whether the endpoint meant it. */
  readonly longestPauseMs: number;
};

/** What is left of an allowance, in its own unit, until it is whole again. `asOf`: the call whose answer said so. */
type Allowance = { readonly left: number; readonly wholeAtMs: number; readonly asOf: number };

/** How fast an endpoint may be asked, from what it has answered so far. Calls are numbered from 1 in the order they start. */
export type Pace = {
  readonly limit: number;
  readonly nStarted: number;
  /** The last call started when the limit was last cut: what it and those before it report belongs to that cut. */
  readonly cutAfter: number;
  readonly nCutsInARow: number;
  readonly pausedUntilMs: number;
  readonly requests: Allowance | null;
  readonly tokens: Allowance | null;
  /** Moving average; 0 until a call has told. */
  readonly tokensPerCall: number;
};

export type CallReport = {
  /** The number of the call. */
  readonly call: number;
  /** unused: it was never made. */
  readonly outcome: 'succeeded' | 'throttled' | 'failed' | 'unused';
  readonly afterMs: number | null;
  readonly limits: RateLimits | null;
  readonly tokens: number | null;
  /** Whether the limit was what kept more calls from starting. */
  readonly full: boolean;
};

export function startPace(design: PaceDesign): Pace {
  const { most, least, firstPauseMs, longestPauseMs } = design;
  if (!Number.isSafeInteger(most) || !Number.isSafeInteger(least) || least < 1 || most < least)
    throw new RangeError(`calls in flight must be whole numbers with 1 <= least <= most, not ${least} and ${most}`);
  if (!(firstPauseMs > 0 && longestPauseMs >= firstPauseMs))
    throw new RangeError(`pauses must have 0 < first <= longest, not ${firstPauseMs} and ${longestPauseMs}`);
  return {
    limit: most,
    nStarted: 0,
    cutAfter: 0,
    nCutsInARow: 0,
    pausedUntilMs: 0,
    requests: null,
    tokens: null,
    tokensPerCall: 0,
  };
}

/** When the next call may start: now, or when the pause ends or a spent allowance is whole again. Slots are another matter. */
export function opensAt(pace: Pace, nowMs: number): number {
  const spent = [
    pace.requests !== null && pace.requests.left < 1 ? pace.requests.wholeAtMs : 0,
    pace.tokens !== null && pace.tokens.left < Math.max(1, pace.tokensPerCall) ? pace.tokens.wholeAtMs : 0,
  ];
  return Math.max(nowMs, pace.pausedUntilMs, ...spent);
}

/** A call starts: it takes its part of what is left. An allowance that is whole again by now is unknown until the next answer. */
export function startCall(pace: Pace, nowMs: number): Pace {
  const take = (allowance: Allowance | null, cost: number): Allowance | null =>
    allowance === null || allowance.wholeAtMs <= nowMs ? null : { ...allowance, left: allowance.left - cost };
  return {
    ...pace,
    nStarted: pace.nStarted + 1,
    requests: take(pace.requests, 1),
    tokens: take(pace.tokens, pace.tokensPerCall),
  };
}

/**
 * A call ended. Additive increase, multiplicative decrease: the limit is halved by a 429, once for all calls that were under
 * way, and grows by one for each round of successes while it is what holds calls back.
 *
 * An allowance that is spent is waited for until it is whole, even where it fills up bit by bit (a token bucket): what fills
 * up meanwhile can then be used at once, so that the average pace is the same, and where it comes back in one piece (a fixed
 * window) nothing else would help.
 */
export function endCall(pace: Pace, report: CallReport, nowMs: number, design: PaceDesign): Pace {
  const tokensPerCall =
    report.tokens === null
      ? pace.tokensPerCall
      : pace.tokensPerCall === 0
        ? report.tokens
        : pace.tokensPerCall * 0.9 + report.tokens * 0.1;
  const told: Pace = {
    ...pace,
    tokensPerCall,
    requests: read(pace.requests, report.limits?.requests ?? null, 1, pace, report.call, nowMs, design),
    tokens: read(pace.tokens, report.limits?.tokens ?? null, tokensPerCall, pace, report.call, nowMs, design),
  };
  const isOfThisRound = report.call > pace.cutAfter;
  switch (report.outcome) {
    case 'unused':
      return told;
    case 'failed':
      return pauseFor(told, report.afterMs ?? 0, nowMs, design);
    case 'succeeded':
      if (!isOfThisRound) return told;
      return { ...told, nCutsInARow: 0, limit: report.full ? Math.min(design.most, told.limit + 1 / told.limit) : told.limit };
    case 'throttled': {
      const nCutsInARow = pace.nCutsInARow + (isOfThisRound ? 1 : 0);
      const pause_ms = report.afterMs ?? (isOfThisRound ? design.firstPauseMs * 2 ** Math.min(30, pace.nCutsInARow) : 0);
      const cut = { nCutsInARow, limit: Math.max(design.least, told.limit / 2), cutAfter: pace.nStarted };
      return pauseFor(isOfThisRound ? { ...told, ...cut } : told, pause_ms, nowMs, design);
    }
  }
}

function pauseFor(pace: Pace, ms: number, nowMs: number, { longestPauseMs }: PaceDesign): Pace {
  return { ...pace, pausedUntilMs: Math.max(pace.pausedUntilMs, nowMs + Math.min(longestPauseMs, ms)) };
}

/** An answer speaks of the moment its call arrived, so the calls started since are taken off. The latest call's word counts. */
function read(
  known: Allowance | null,
  quota: Quota | null,
  cost: number,
  { nStarted }: Pace,
  call: number,
  nowMs: number,
  { longestPauseMs }: PaceDesign,
): Allowance | null {
  if (quota === null || quota.remaining === null || quota.resetMs === null || (known !== null && known.asOf > call)) return known;
  const left = quota.remaining - cost * (nStarted - call);
  return { left, wholeAtMs: nowMs + Math.min(longestPauseMs, quota.resetMs), asOf: call };
}
