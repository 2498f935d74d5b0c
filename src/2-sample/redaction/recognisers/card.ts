import { type Reading, read } from './reading.ts';
import { isNear, type Span, spansOfPattern } from './span.ts';

const candidate = /(?<![\d.])\d(?:[ -]?\d){11,18}(?![\d])/g;
const context = /\b(?:card|visa|mastercard|amex|credit|debit|maestro|tarjeta|carte|karte)\b/i;

/**
 * Payment card numbers: 12 to 19 digits that begin as cards do and pass the Luhn check, or any of that length right after
 * the word card, since people mistype the numbers they paste.
 */
export function recogniseCards(text: string, reading: Reading = read(text)): Span[] {
  if (!reading.hasLongNumber) return [];
  return spansOfPattern(candidate, 'CARD', text, (value, at) => {
    const digits = value.replace(/\D/g, '');
    if (/^[1-6]/.test(digits) && digits.length >= 13 && passesLuhn(digits)) return true;
    return isNear(text, context, at, at + value.length, 30);
  });
}

/** The check digit of ISO/IEC 7812-1, annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
