import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../../../src/2-sample/redaction/redact.ts';
import { shiftDate } from '../../../../src/2-sample/redaction/shift-date.ts';
import { RedactionError } from '../../../../src/domain/errors.ts';

test.each([
  ['2021-02-27', 3, '2021-03-02'],
  ['2020-12-30T23:05:00Z', 5, '2021-01-04T23:05:00Z'],
  ['2019-04-13 12:20:39', -13, '2019-03-31 12:20:39'],
  ['3/4/2021', 30, '4/3/2021'],
  ['03/04/2021', 30, '04/03/2021'],
  ['27.2.2021', 3, '2.3.2021'],
  ['27-02-99', 3, '02-03-99'],
  ['31/12/2021', 1, '01/01/2022'],
  ['March 3, 2025 at 10:30', 30, 'April 2, 2025 at 10:30'],
  ['Dec 31st', 2, 'Jan 2nd'],
  ['the', 2, null],
  ['3rd of March 1990', 9, '12th of March 1990'],
  ['11 march 2020', 1, '12 march 2020'],
  ['12 MAY 2020', 30, '11 JUNE 2020'],
  ['3. März 2021', 30, '2. April 2021'],
  ['Montag, 1. März 2021', 30, 'Mittwoch, 31. März 2021'],
  ['Monday, March 3, 2025', -1, 'Sunday, March 2, 2025'],
  ['5 de mayo de 2018', 30, '4 de junio de 2018'],
  ['1er mars 2019', 1, '2 mars 2019'],
  ['28 février 2019', 1, '1 mars 2019'],
  ['3 de março de 2020', 31, '3 de abril de 2020'],
  ['14 giugno 2024', 30, '14 luglio 2024'],
  ['3 april 2024', 30, '3 mei 2024'],
  ['March 2019', 31, 'April 2019'],
  ['1987', 400, null],
  ['February 30, 2020', 4, null],
  ['2021-02-29', 1, null],
  ['tomorrow', 1, null],
])('%s moved by %d days is %s', (surface, days, moved) => expect(shiftDate(surface, days)).toBe(moved));

test('the days between two dates stay, whatever they are moved by', () => {
  const day = fc.date({ min: new Date('1950-01-01'), max: new Date('2049-12-31'), noInvalidDate: true });
  const iso = (at: Date) => at.toISOString().slice(0, 10);
  fc.assert(
    fc.property(day, day, fc.integer({ min: -3650, max: 3650 }), (a, b, days) => {
      const [first, second] = [shiftDate(iso(a), days)!, shiftDate(iso(b), days)!];
      expect(Date.parse(first) - Date.parse(second)).toBe(Date.parse(iso(a)) - Date.parse(iso(b)));
      expect(shiftDate(first, -days)).toBe(iso(a));
    }),
  );
});

describe('in a conversation', () => {
  const redactor = createRedactor();
  const redact = (contents: readonly string[], shiftDays?: number): string[] =>
    redactor
      .redactTurns(
        contents.map((content) => ({ role: 'user', content })),
        { user: 'acct-55120', ...(shiftDays === undefined ? {} : { shiftDays }) },
      )
      .map(({ content }) => content);

  test('full dates move in place, in every turn by as much', () => {
    expect(redact(['we met on 2021-03-01', 'that was March 1, 2021, nine days before 10 March 2021'], 7)).toEqual([
      'we met on 2021-03-08',
      'that was March 8, 2021, nine days before 17 March 2021',
    ]);
  });
  test('without a shift they are placeholders', () => {
    expect(redact(['we met on 2021-03-01 and on 2021-03-05'])).toEqual(['we met on [DATE_1] and on [DATE_2]']);
  });
  test('a year is a placeholder, a birth date is one of its own, a weekday stays', () => {
    expect(redact(['in 1987, last Tuesday', 'I was born on 3 May 1987'], 7)).toEqual([
      'in [DATE_1], last Tuesday',
      'I was born on [DATE_OF_BIRTH_1]',
    ]);
  });
  test('a placeholder that the text came with stays', () => {
    expect(redact(['[DATE_4] and 2021-03-01'], 7)).toEqual(['[DATE_4] and 2021-03-08']);
  });
  test('a moved date stands when a passage with it is redacted by itself', () => {
    for (const passage of redact(['on 2021-03-01 at noon, 3/4/2021, Monday, March 1, 2021, le 3 mars 2021.'], 7)) {
      expect(redactor.redactText(passage)).toBe(passage);
    }
  });
  test.each([0, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('a shift by %d days costs the sample', (shiftDays) => {
    expect(() => redact(['2021-03-01'], shiftDays)).toThrow(RedactionError);
  });
});
