import { getCountrySpecifications, isValidIBAN } from 'ibantools';
import { isNear, type Span } from './span.ts';

const start = /(?<![A-Z0-9])[A-Z]{2}\d{2}(?=[ -]?[A-Z0-9]{2})/gi;
const context = /\b(?:iban|account|bank|transfer|konto|compte|cuenta|rekening)\b/i;
const lengths = new Map(Object.entries(getCountrySpecifications()).map(([country, { chars }]) => [country, chars]));

/**
 * International bank account numbers: exactly as long as the country's are, and either with right check digits or in the
 * company of a word such as account, since people mistype the numbers they paste.
 */
export function recogniseIbans(text: string): Span[] {
  const spans: Span[] = [];
  for (const { 0: head, index } of text.matchAll(start)) {
    const length = lengths.get(head.slice(0, 2).toUpperCase());
    if (length === undefined || length === null) continue;
    const end = endOf(text, index, length);
    if (end === null) continue;
    const value = text.slice(index, end).replace(/[ -]/g, '').toUpperCase();
    if (isValidIBAN(value) || isNear(text, context, index, end)) spans.push({ start: index, end, type: 'IBAN' });
  }
  return spans;
}

/** Where `length` letters and digits from `index` end, single blanks and dashes between them allowed; null if they do not. */
function endOf(text: string, index: number, length: number): number | null {
  let seen = 0;
  let at = index;
  for (; seen < length; at++) {
    const c = text.charAt(at);
    if (/[A-Z0-9]/i.test(c)) seen += 1;
    else if ((c !== ' ' && c !== '-') || !/[A-Z0-9]/i.test(text.charAt(at - 1))) return null;
  }
  return /[A-Z0-9]/i.test(text.charAt(at)) ? null : at;
}
