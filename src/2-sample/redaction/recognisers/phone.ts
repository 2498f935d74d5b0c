import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { type Reading, read } from './reading.ts';
import { isNear, type Span } from './span.ts';

// Cheap first look: something with at least seven digits and phone-like joints. The library is asked about few.
const candidate =
  /(?<![\w.,/:=#-])(?:\+ ?|\()?\d(?:[ .\-/]{0,2}[()]?[ .-]?\d){5,16}\)?(?:\s?(?:x|ext\.?|extension|#)\s?\d{1,6})?(?![\d]|[.,:/-]\d|%)/gi;
const context =
  /\b(?:phone|call|calls|called|calling|tel|telephone|mobile|cell|fax|text me|whats ?app|number|numbers|registered|messages? to|reach|reached|contact|desk|office|ring|dial|sms|hotline|landline|answering at|m|t|p|tlf|telefon|telefono|teléfono|handy)\b[^\d\n]{0,30}\n?\s*$/i;
const contextAfter = /^\W{0,3}(?:fax|mobile|office|cell|phone|home|desk|work)\b/i;
const looksLikeDate = /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})(?![\d./-])/;
const yearRange = /^(?:1[5-9]|20)\d{2} ?[-/ ] ?(?:1[5-9]|20)\d{2}$/;

const northAmerican = /^(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])\d{3}[ .-]?\d{4}$/;
const bareNorthAmerican = /^[2-9]\d{2}[2-9]\d{6}$/;
const trunk = /^\(?0\d{1,4}\)?(?:[ .\-/]\(?\d{2,8}\)?){1,5}$/;
const bareTrunk = /^0[1-9]\d{8,9}$/;
const grouped = /^(?:\d{3}[ -]\d{4}|\(\d{2,4}\) ?\d{3,4}[ .-]?\d{3,5}|[6-9]\d{2} \d{3} \d{3}|\d{2}(?:-\d{2}){3,4})$/;

/**
 * Phone numbers: written internationally, in the national forms that nothing else uses, or beside a word such as call.
 * A bare run of digits without either is left: it is as likely an order number or a time stamp.
 */
export function recognisePhones(text: string, reading: Reading = read(text)): Span[] {
  if (!reading.hasLongNumber) return [];
  const spans: Span[] = [];
  for (const { 0: match, index } of text.matchAll(candidate)) {
    const value = match.replace(/\s?(?:x|ext\.?|extension|#)\s?\d{1,6}$/i, '');
    const digits = value.replace(/\D/g, '');
    if (digits.length < 7 || digits.length > 15) continue;
    if (looksLikeDate.test(value) || yearRange.test(value)) continue;
    const start = index;
    if (isNumber(value, digits) || isSpokenOf(text, start, start + match.length)) {
      spans.push({ start, end: start + match.length, type: 'PHONE' });
    }
  }
  return spans;
}

function isNumber(value: string, digits: string): boolean {
  if (northAmerican.test(value) || bareNorthAmerican.test(value) || trunk.test(value) || bareTrunk.test(value)) return true;
  if (grouped.test(value)) return true;
  const international = value.startsWith('+') ? `+${digits}` : /^00[1-9]/.test(digits) ? `+${digits.slice(2)}` : null;
  return international !== null && (parsePhoneNumberFromString(international)?.isPossible() ?? digits.length >= 9);
}

function isSpokenOf(text: string, start: number, end: number): boolean {
  return isNear(text, context, start, end, 50) || contextAfter.test(text.slice(end, end + 12));
}
