import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIsoWeek, parseIsoWeek } from '../../../src/7-report/iso-week.ts';

describe('ISO 8601 weeks', () => {
  // Known dates: ISO 8601 itself and the calendar; each Monday with its week.
  it.each([
    ['1970-01-01T00:00:00Z', '1970-W01'],
    ['2005-01-01T00:00:00Z', '2004-W53'],
    ['2008-12-29T00:00:00Z', '2009-W01'],
    ['2010-01-03T23:59:59.999Z', '2009-W53'],
    ['2018-12-31T00:00:00Z', '2019-W01'],
    ['2020-12-31T12:00:00Z', '2020-W53'],
    ['2021-01-03T23:59:59.999Z', '2020-W53'],
    ['2021-01-04T00:00:00Z', '2021-W01'],
    ['2023-01-01T00:00:00Z', '2022-W52'],
    ['2024-12-29T23:59:59.999Z', '2024-W52'],
    ['2024-12-30T00:00:00Z', '2025-W01'],
    ['2026-04-25T10:00:00Z', '2026-W17'],
    ['2026-12-31T00:00:00Z', '2026-W53'],
    ['2027-01-03T00:00:00Z', '2026-W53'],
    ['2027-01-04T00:00:00Z', '2027-W01'],
  ])('%s lies in %s', (at, week) => {
    expect(formatIsoWeek(new Date(at))).toBe(week);
  });

  it.each([
    ['2020-W53', '2020-12-28T00:00:00Z'],
    ['2025-W01', '2024-12-30T00:00:00Z'],
    ['2026-W17', '2026-04-20T00:00:00Z'],
    ['2026-W53', '2026-12-28T00:00:00Z'],
  ])('%s begins on %s', (week, monday) => {
    expect(parseIsoWeek(week)).toEqual(new Date(monday));
  });

  it.each([
    '',
    '2026',
    '2026-17',
    '2026-W7',
    '2026-W00',
    '2026-W54',
    '2025-W53',
    '2021-W53',
    '26-W17',
    'W17',
    ' 2026-W17',
    '2026-W17-1',
    '2026-w17',
    '0026-W17',
  ])('"%s" is not a week', (text) => {
    expect(parseIsoWeek(text)).toBeNull();
  });

  it('every moment lies in the seven days that its week names', () => {
    const moment = fc.date({ min: new Date('1970-01-05'), max: new Date('2400-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, (at) => {
        const week = formatIsoWeek(at);
        const monday = parseIsoWeek(week);
        expect(monday).not.toBeNull();
        if (monday === null) return;
        expect(formatIsoWeek(monday)).toBe(week);
        expect(monday.getUTCDay()).toBe(1);
        const into_ms = at.getTime() - monday.getTime();
        expect(into_ms).toBeGreaterThanOrEqual(0);
        expect(into_ms).toBeLessThan(7 * 86_400_000);
      }),
    );
  });
});
