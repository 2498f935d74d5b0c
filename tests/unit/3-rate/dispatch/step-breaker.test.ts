import { describe, expect, it } from 'vitest';
import {
  type BreakerEvent,
  type BreakerState,
  closedBreaker,
  isPassable,
  stepBreaker,
} from '../../../../src/3-rate/dispatch/step-breaker.ts';

const design = { maxInARow: 3, maxShare: 0.5, window: 10, firstOpenMs: 1_000, longestOpenMs: 5_000 };
const step = (state: BreakerState, event: BreakerEvent, now = 0) => stepBreaker(state, event, now, design);
const afterAllOf = (names: readonly ('succeeded' | 'failed' | 'throttled')[], state = closedBreaker) =>
  names.reduce((next, name) => step(next, { name, probe: false }), state);

const open: BreakerState = { name: 'open', nOpened: 1, untilMs: 1_000 };
const halfOpen: BreakerState = { name: 'half_open', nOpened: 1 };

describe('a closed circuit', () => {
  it('opens after so many failures in a row', () => {
    expect(afterAllOf(['failed', 'failed']).name).toBe('closed');
    expect(afterAllOf(['failed', 'failed', 'failed'])).toEqual(open);
    expect(afterAllOf(['failed', 'failed', 'succeeded', 'failed', 'failed']).name).toBe('closed');
  });

  it('opens at a share of failures over a full window, and not before it is full', () => {
    const mixed = [
      'failed',
      'succeeded',
      'failed',
      'succeeded',
      'failed',
      'succeeded',
      'failed',
      'succeeded',
      'succeeded',
    ] as const;
    expect(afterAllOf(mixed).name).toBe('closed');
    expect(afterAllOf([...mixed, 'succeeded', 'succeeded', 'failed']).name).toBe('closed');
    expect(afterAllOf([...mixed, 'failed']).name).toBe('open');
  });

  it('takes no throttled call for a failure, nor for a success', () => {
    expect(afterAllOf(Array.from({ length: 50 }, () => 'throttled' as const))).toEqual(closedBreaker);
    expect(afterAllOf(['failed', 'failed', 'throttled', 'failed']).name).toBe('open');
  });
});

describe.each<[from: BreakerState, event: BreakerEvent, now: number, to: BreakerState]>([
  [open, { name: 'asked' }, 999, open],
  [open, { name: 'asked' }, 1_000, halfOpen],
  [open, { name: 'succeeded', probe: false }, 500, open],
  [open, { name: 'failed', probe: false }, 500, open],
  [halfOpen, { name: 'asked' }, 9_000, halfOpen],
  [halfOpen, { name: 'succeeded', probe: false }, 1_500, halfOpen],
  [halfOpen, { name: 'failed', probe: false }, 1_500, halfOpen],
  [halfOpen, { name: 'succeeded', probe: true }, 1_500, closedBreaker],
  [halfOpen, { name: 'throttled', probe: true }, 1_500, closedBreaker],
  [halfOpen, { name: 'failed', probe: true }, 1_500, { name: 'open', nOpened: 2, untilMs: 3_500 }],
  [{ name: 'half_open', nOpened: 9 }, { name: 'failed', probe: true }, 0, { name: 'open', nOpened: 10, untilMs: 5_000 }],
])('from %j', (from, event, now, to) => {
  it(`${JSON.stringify(event)} at ${now} leads to ${JSON.stringify(to)}`, () => {
    expect(step(from, event, now)).toEqual(to);
  });
});

it('lets calls pass while closed, none while open or while the probe is out, and one when the time is up', () => {
  expect(isPassable(closedBreaker, 0)).toBe(true);
  expect(isPassable(open, 999)).toBe(false);
  expect(isPassable(open, 1_000)).toBe(true);
  expect(isPassable(halfOpen, 1_000_000)).toBe(false);
});
