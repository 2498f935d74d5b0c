import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../../../src/3-rate/calibrate/read-csv.ts';

const read = (text: string) => [...readCsv(text)];
const fields = (text: string) => read(text).map((record) => (record.ok ? record.fields : record.reason));

describe('readCsv', () => {
  it.each<[string, string, string[][]]>([
    [
      'plain',
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'CRLF, and no newline at the end',
      'a,b\r\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['quoted comma, quote and newline', '"a,1","b ""c""","d\r\ne"\n', [['a,1', 'b "c"', 'd\r\ne']]],
    [
      'empty fields',
      'a,,\n,"",b\n',
      [
        ['a', '', ''],
        ['', '', 'b'],
      ],
    ],
    ['blank lines', '\n\na\n\r\n', [['a']]],
    ['a trailing comma at the very end', 'a,', [['a', '']]],
    ['nothing', '', []],
  ])('%s', (_what, text, expected) => {
    expect(fields(text)).toEqual(expected);
  });

  it('says on which line a record begins', () => {
    expect(read('a\n"b\nc"\nd\n').map(({ line }) => line)).toEqual([1, 2, 4]);
  });

  it.each([
    ['a quote in the middle', 'ok\na"b,c\nnext\n', /quote inside a field/],
    ['text after a closing quote', 'ok\n"a"b,c\nnext\n', /between a closing quote/],
  ])('%s is reported, and the next line is read', (_what, text, reason) => {
    const [first, bad, next] = read(text);
    expect(first).toMatchObject({ ok: true });
    expect(bad).toMatchObject({ ok: false, line: 2, reason: expect.stringMatching(reason) });
    expect(next).toMatchObject({ ok: true, line: 3, fields: ['next'] });
  });

  it('a quote that is never closed takes the rest with it, and says so', () => {
    expect(read('a\n"b\nc\n')).toEqual([
      { ok: true, line: 1, fields: ['a'] },
      { ok: false, line: 2, reason: 'a quote is opened and never closed, so nothing after it was read' },
    ]);
  });

  it('reads back whatever is written by the rules', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', '\r\n', 'é') });
    const row = fc.array(cell, { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(row), fc.constantFrom('\n', '\r\n'), (rows, end) => {
        const text = rows.map((cells) => cells.map((each) => `"${each.replaceAll('"', '""')}"`).join(',') + end).join('');
        expect(fields(text)).toEqual(rows);
      }),
    );
  });
});
