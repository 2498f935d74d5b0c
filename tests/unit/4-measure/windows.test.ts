import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floorHour, floorWeek, hoursBetween, windowsCompleted } from '../../../src/4-measure/windows.ts';

const hour_ms = 3_600_000;
const at = (text: string) => new Date(text);
const hour = fc.integer({ min: 0, max: 700_000 }).map((n) => new Date(n * hour_ms));
const shown = (from: string, to: string) =>
  windowsCompleted(at(from), at(to)).map((window) => `${window.grain} ${window.from.toISOString()} ${window.to.toISOString()}`);

describe('windows', () => {
  it.each([
    ['2026-04-25T10:59:59.999Z', '2026-04-25T10:00:00Z'],
    ['2026-04-25T10:00:00Z', '2026-04-25T10:00:00Z'],
  ])('%s lies in the hour from %s', (moment, start) => {
    expect(floorHour(at(moment))).toEqual(at(start));
  });

  it.each([
    ['2026-04-27T00:00:00Z', '2026-04-27T00:00:00Z'],
    ['2026-04-26T23:59:59.999Z', '2026-04-20T00:00:00Z'],
    ['2021-01-03T12:00:00Z', '2020-12-28T00:00:00Z'],
    ['2025-01-01T00:00:00Z', '2024-12-30T00:00:00Z'],
    ['1970-01-05T00:00:00Z', '1970-01-05T00:00:00Z'],
  ])('%s lies in the week from Monday %s', (moment, monday) => {
    expect(floorWeek(at(moment))).toEqual(at(monday));
  });

  it('the hours of [from, to) are those that start in it', () => {
    expect(hoursBetween(at('2026-04-25T22:00:00Z'), at('2026-04-26T01:00:00Z')).map((each) => each.toISOString())).toEqual([
      '2026-04-25T22:00:00.000Z',
      '2026-04-25T23:00:00.000Z',
      '2026-04-26T00:00:00.000Z',
    ]);
    expect(hoursBetween(at('2026-04-25T22:00:00Z'), at('2026-04-25T22:00:00Z'))).toEqual([]);
  });

  it.each<[string, string, string[]]>([
    ['2026-04-25T00:00:00Z', '2026-04-25T23:00:00Z', []],
    ['2026-04-25T23:00:00Z', '2026-04-26T00:00:00Z', ['day 2026-04-25T00:00:00.000Z 2026-04-26T00:00:00.000Z']],
    ['2026-04-26T00:00:00Z', '2026-04-26T01:00:00Z', []],
    [
      '2026-04-26T20:00:00Z',
      '2026-04-27T02:00:00Z',
      ['day 2026-04-26T00:00:00.000Z 2026-04-27T00:00:00.000Z', 'week 2026-04-20T00:00:00.000Z 2026-04-27T00:00:00.000Z'],
    ],
    [
      '2020-12-31T12:00:00Z',
      '2021-01-02T00:00:00Z',
      ['day 2020-12-31T00:00:00.000Z 2021-01-01T00:00:00.000Z', 'day 2021-01-01T00:00:00.000Z 2021-01-02T00:00:00.000Z'],
    ],
  ])('closing the hours from %s to %s completes %j', (from, to, windows) => {
    expect(shown(from, to)).toEqual(windows);
  });

  it('however the hours are closed, in one go or in two, the same windows are completed, once each', () => {
    fc.assert(
      fc.property(hour, fc.nat(500), fc.nat(500), (from, first, second) => {
        const middle = new Date(from.getTime() + first * hour_ms);
        const to = new Date(middle.getTime() + second * hour_ms);
        expect([...windowsCompleted(from, middle), ...windowsCompleted(middle, to)]).toEqual(windowsCompleted(from, to));
      }),
    );
  });

  it('a day has 24 hours, and a week seven days from a Monday', () => {
    fc.assert(
      fc.property(hour, fc.nat(1_000), (from, hours) => {
        for (const window of windowsCompleted(from, new Date(from.getTime() + hours * hour_ms))) {
          expect(hoursBetween(window.from, window.to)).toHaveLength(window.grain === 'day' ? 24 : 168);
          if (window.grain === 'week') expect(window.from.getUTCDay()).toBe(1);
        }
      }),
    );
  });
});
