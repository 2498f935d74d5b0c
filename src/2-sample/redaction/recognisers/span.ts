import type { Reading } from './reading.ts';

/**
 * What can be found in a text, in order of precedence where findings overlap: the more specific and the more dangerous first.
 * The name is what stands in the placeholder, as in `[EMAIL_1]`.
 */
export const spanTypes = [
  'USER_ID',
  'SECRET',
  'EMAIL',
  'URL',
  'IBAN',
  'CARD',
  'GOVERNMENT_ID',
  'IP',
  'DATE_OF_BIRTH',
  'PHONE',
  'HANDLE',
  'NUMBER',
  'LOCATION',
  'ORGANISATION',
  'NAME',
  'TITLE',
  'NATIONALITY',
  'AGE',
  'DATE',
] as const;
export type SpanType = (typeof spanTypes)[number];

/** A stretch of text to be replaced: UTF-16 offsets, end exclusive. */
export type Span = { readonly start: number; readonly end: number; readonly type: SpanType };

/** One kind of identifier. Pure; may throw, in which case nothing of the text is kept. */
export type Recogniser = {
  readonly name: string;
  readonly recognise: (text: string, reading: Reading) => Span[];
  /** It goes by the company a word keeps, so it reads whole conversations only, never a passage cut out of one. */
  readonly contextual?: true;
};

/** One span per match of a global pattern; the capture group named `value` where there is one, else the whole match. */
export function spansOfPattern(
  pattern: RegExp,
  type: SpanType,
  text: string,
  accept?: (value: string, at: number) => boolean,
): Span[] {
  const spans: Span[] = [];
  // Not matchAll, which copies the pattern at every call: there are some fifty patterns for every turn.
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (match[0] === '') pattern.lastIndex += 1;
    const value = match.groups?.value ?? match[0];
    const start = match.index + (value === match[0] ? 0 : match[0].lastIndexOf(value));
    if (value !== '' && (accept === undefined || accept(value, start))) spans.push({ start, end: start + value.length, type });
  }
  return spans;
}

/** Whether any of the words stands within `before` characters ahead of a position, or `after` characters past an end. */
export function isNear(text: string, words: RegExp, start: number, end: number, before = 40, after = 0): boolean {
  if (words.test(text.slice(Math.max(0, start - before), start))) return true;
  return after > 0 && words.test(text.slice(end, end + after));
}
