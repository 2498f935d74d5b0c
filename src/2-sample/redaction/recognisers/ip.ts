import { isIP } from 'node:net';
import { type Span, spansOfPattern } from './span.ts';

const v4 = /(?<![\d.]|\bv(?:ersion)?\s?)\d{1,3}(?:\.\d{1,3}){3}(?![\d]|\.\d)/gi;
const v6 = /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:%\w{1,10})?(?![\w:])/gi;
// Everybody's addresses name nobody.
const shared = /^(?:0\.0\.0\.0|127\.|255\.|1\.1\.1\.1$|8\.8\.[48]\.[48]$)/;

/** IP addresses, version 4 and 6, except loopback, masks and public resolvers. */
export function recogniseIps(text: string): Span[] {
  const spans = spansOfPattern(v4, 'IP', text, (value) => isIP(value) === 4 && !shared.test(value));
  if (/:[0-9a-f]{0,4}:/i.test(text)) {
    // `::` and `a::b` are valid, and code is full of them: ask for three groups.
    spans.push(...spansOfPattern(v6, 'IP', text, (value) => isIP(value) === 6 && (value.match(/[0-9a-f]+/gi) ?? []).length >= 3));
  }
  return spans;
}
