export type BreakerDesign = {
  /** This many failures without a success between them open the circuit. */
  readonly maxInARow: number;
  /** Or this share of the last `window` results, once there are as many. */
  readonly maxShare: number;
  readonly window: number;
  readonly firstOpenMs: number;
  /** The time it stays open doubles with each probe that fails, up to this. */
  readonly longestOpenMs: number;
};

/**
 * - closed: calls pass. `failed`: the last results, oldest first.
 * - open: none passes before `untilMs`; then one may, the probe.
 * - half_open: the probe is out, and the others wait for what it brings.
 */
export type BreakerState =
  | { readonly name: 'closed'; readonly nInARow: number; readonly failed: readonly boolean[] }
  | { readonly name: 'open'; readonly nOpened: number; readonly untilMs: number }
  | { readonly name: 'half_open'; readonly nOpened: number };

/**
 * `asked`: a call is about to start. The rest is what came of one. A throttled call is no failure: the endpoint lives and says
 * so, and pace is the rate limiter's matter. `probe`: whether it was the one let through a half-open circuit.
 */
export type BreakerEvent =
  | { readonly name: 'asked' }
  | { readonly name: 'succeeded' | 'failed' | 'throttled'; readonly probe: boolean };

export const closedBreaker: BreakerState = { name: 'closed', nInARow: 0, failed: [] };

/** Whether a call may start now; in an open circuit whose time is up it is the probe. */
export function isPassable(state: BreakerState, nowMs: number): boolean {
  return state.name === 'closed' || (state.name === 'open' && nowMs >= state.untilMs);
}

/**
 * The circuit after one event. What calls report that started before the circuit opened changes nothing any more: only the
 * probe, which asked later, can close it.
 */
export function stepBreaker(state: BreakerState, event: BreakerEvent, nowMs: number, design: BreakerDesign): BreakerState {
  switch (state.name) {
    case 'closed': {
      if (event.name === 'asked' || event.name === 'throttled') return state;
      const didFail = event.name === 'failed';
      const failed = [...state.failed, didFail].slice(-design.window);
      const nInARow = didFail ? state.nInARow + 1 : 0;
      const share = failed.length < design.window ? 0 : failed.filter(Boolean).length / failed.length;
      const opens = didFail && (nInARow >= design.maxInARow || share >= design.maxShare);
      return opens ? open(1, nowMs, design) : { name: 'closed', nInARow, failed };
    }
    case 'open':
      return event.name === 'asked' && nowMs >= state.untilMs ? { name: 'half_open', nOpened: state.nOpened } : state;
    case 'half_open':
      if (event.name === 'asked' || !event.probe) return state;
      return event.name === 'failed' ? open(state.nOpened + 1, nowMs, design) : closedBreaker;
  }
}

function open(nOpened: number, nowMs: number, { firstOpenMs, longestOpenMs }: BreakerDesign): BreakerState {
  return { name: 'open', nOpened, untilMs: nowMs + Math.min(longestOpenMs, firstOpenMs * 2 ** Math.min(30, nOpened - 1)) };
}
