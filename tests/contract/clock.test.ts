import { describe, expect, it } from 'vitest';
import { createManualClock, systemClock } from '../../src/clients/system-clock.ts';
import type { Clock } from '../../src/domain/clock.ts';

const start = new Date('2026-04-25T10:00:00Z');

describe.each<[string, () => Clock]>([
  ['the system clock', () => systemClock],
  ['the manual clock', () => createManualClock(new Date(start))],
])('%s', (_name, create) => {
  it('gives a real time, and never an earlier one', () => {
    const clock = create();
    let last = clock.now();
    expect(Number.isFinite(last.getTime())).toBe(true);
    for (let i = 0; i < 1_000; i += 1) {
      const next = clock.now();
      expect(next.getTime()).toBeGreaterThanOrEqual(last.getTime());
      last = next;
    }
  });

  it('cannot be moved through the time it gave', () => {
    const clock = create();
    clock.now().setUTCFullYear(1999);
    expect(clock.now().getUTCFullYear()).toBeGreaterThan(2_000);
  });
});

describe('the system clock alone', () => {
  it('is the machine’s', () => {
    const before = Date.now();
    const now = systemClock.now().getTime();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });
});

describe('the manual clock alone', () => {
  it('stands where it is put', () => {
    const clock = createManualClock(start);
    expect(clock.now()).toEqual(start);
    const later = new Date(start.getTime() + 3_600_000);
    clock.set(later);
    expect(clock.now()).toEqual(later);
    clock.set(later);
    expect(clock.now()).toEqual(later);
  });

  it('cannot go back', () => {
    const clock = createManualClock(start);
    expect(() => clock.set(new Date(start.getTime() - 1))).toThrow(RangeError);
    expect(clock.now()).toEqual(start);
  });
});
