import { describe, expect, test } from 'vitest';
import type { Span } from '../../../../src/2-sample/redaction/recognisers/span.ts';
import { createRedactor } from '../../../../src/2-sample/redaction/redact.ts';
import { RedactionError } from '../../../../src/domain/errors.ts';

const redactor = createRedactor();
const redact = (contents: readonly string[], extra: readonly (readonly Span[])[]): string[] =>
  redactor
    .redactTurns(
      contents.map((content) => ({ role: 'user', content })),
      { user: 'acct-55120' },
      extra,
    )
    .map(({ content }) => content);

describe('spans found by another service', () => {
  test('are replaced like our own and numbered with them', () => {
    const text = 'the baker of our lane wrote to a@fern.org';
    expect(redact([text], [[{ start: 4, end: 21, type: 'NAME' }]])).toEqual(['the [NAME_1] wrote to [EMAIL_1]']);
  });
  test('spread: a name found in one turn is gone from the others', () => {
    expect(redact(['the zorbelin knows', 'ask zorbelin'], [[{ start: 4, end: 12, type: 'NAME' }]])).toEqual([
      'the [NAME_1] knows',
      'ask [NAME_1]',
    ]);
  });
  test('count in the text as given, invisible characters and all', () => {
    const text = 'the\u200B bak\u00ADer left';
    expect(redact([text], [[{ start: 5, end: 11, type: 'NAME' }]])).toEqual(['the [NAME_1] left']);
  });
  test('of invisible characters only are nothing', () => {
    expect(redact(['the\u200B baker'], [[{ start: 3, end: 4, type: 'NAME' }]])).toEqual(['the baker']);
  });
  test('may stand around a pair of surrogates', () => {
    expect(redact(['so 😀 it'], [[{ start: 3, end: 5, type: 'HANDLE' }]])).toEqual(['so [HANDLE_1] it']);
    expect(redact(['so x😀 it'], [[{ start: 3, end: 6, type: 'HANDLE' }]])).toEqual(['so [HANDLE_1] it']);
  });
  test.each<[string, Span]>([
    ['behind the end', { start: 2, end: 99, type: 'NAME' }],
    ['before the start', { start: -1, end: 2, type: 'NAME' }],
    ['empty', { start: 2, end: 2, type: 'NAME' }],
    ['turned round', { start: 4, end: 2, type: 'NAME' }],
    ['at a fraction', { start: 0.5, end: 2, type: 'NAME' }],
    ['not a number', { start: Number.NaN, end: 2, type: 'NAME' }],
    ['beginning inside a character', { start: 4, end: 6, type: 'NAME' }],
    ['ending inside a character', { start: 0, end: 4, type: 'NAME' }],
    ['of no type of ours', { start: 0, end: 2, type: 'PERSON' as 'NAME' }],
  ])('a span %s costs the sample', (_, span) => {
    expect(() => redact(['so 😀 it'], [[span]])).toThrow(RedactionError);
  });
  test('spans for more turns than there are cost the sample', () => {
    expect(() => redact(['one'], [[], []])).toThrow(RedactionError);
  });
});
