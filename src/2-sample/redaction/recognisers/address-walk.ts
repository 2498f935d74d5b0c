import { isStarter } from './gazetteer/starters.ts';
import { isVocabulary } from './gazetteer/vocabulary.ts';
import type { Facts } from './reading.ts';

/** Small words inside streets and towns of many countries. */
const inside = new Set(
  'de da do dos das del della delle dei di du des la le les al el d l van von der den dem het op am an im auf und u ul os al pl av rue avenue chemin via viale calle rua út útja utca tér krt köz tee pst mnt puiestee terrasse sokak trg ulica nad pod u na pri sur sous aux upon le st str gate vei veg plads och og i y e r c bis ter nan'.split(
    ' ',
  ),
);
const number = /^#?\d{1,6}(?:[-/]\d{1,4})?[A-Za-z]?\.?$/;
const MAX_STEPS = 9;
const TOKEN_CHARS = 40;

type Walk = { readonly start: number; readonly numbers: number; readonly names: number };

/**
 * Walks back from a position over what can be part of an address: numbers, capitalised words, the small words of street
 * names, and words that are not English in a text that is. Returns where the address may begin and what was
 * passed.
 */
export function walkBack(text: string, from: number, { isAllSmall, isEnglish }: Facts): Walk {
  let start = from;
  let numbers = 0;
  let names = 0;
  let at = from;
  for (let step = 0; step < MAX_STEPS; step++) {
    const match = /([^\s(]+)(\s*)$/.exec(text.slice(Math.max(0, at - TOKEN_CHARS), at));
    const token = match?.[1] ?? '';
    if (match === null || (match[2] ?? '').length > 3) break;
    const place = at - (match[2] ?? '').length - token.length;
    // What ends a sentence or a label ends the address.
    if (step > 0 && /[!?:;)\]]$/.test(token)) break;
    const word = token.replace(/[.,]+$/, '');
    if (number.test(word)) {
      numbers += 1;
      start = place;
    } else if (
      /^(?:[dl]['’])?\p{Lu}/u.test(word) &&
      !isStarter(word.toLowerCase()) &&
      !(step > 0 && /\p{L}{4}\.$/u.test(token))
    ) {
      names += 1;
      start = place;
    } else if (isAllSmall && /^\p{L}/u.test(word) && !isVocabulary(word)) {
      names += 1;
      start = place;
    } else if (!inside.has(word.toLowerCase()) && !(isEnglish && /^\p{Ll}{3,}$/u.test(word) && !isVocabulary(word))) break;
    else if (/^(?:rue|avenue|av|chemin|via|viale|calle|rua|ul|ulica)$/.test(word)) start = place;
    at = place;
  }
  return { start, numbers, names };
}

const piece =
  /^(?:\s*[,\n]\s*|\s+(?=\d{4,6}\b|Apt|Suite|Ste\b|Unit|[A-Z]{2} \d{4,5}\b))[>?\s]{0,8}((?:(?:\p{Lu}\p{L}{0,2}\.(?=[ ,]|$)|\p{Lu}[\p{L}\p{M}'’∆-]*|\d[\dA-Z-]*|\(\p{L}[\p{L}∆ ]{1,24}\)|nan|de|la|del|of|nad|pod|am|an der|der|sur|u|do|da|di|\p{Ll}{1,3})[ ]?){1,5})(?=[,\n.;)?!]|$| {2,}|\s)/u;
const behindName = /^ (?=\p{Lu}|\()((?:(?:\p{Lu}[\p{L}\p{M}'’-]*|\(\p{L}{2,20}\)|\d{4,6}|de|la|del)(?: |(?=[.,\n?!]|$))){1,5})/u;
const MAX_PIECES = 6;

/**
 * The rest of an address behind a part of it: up to six short pieces (town, region, postcode, country), parted by commas or
 * line breaks, each of capitalised words and numbers only. Returns where it ends.
 */
export function walkOn(text: string, from: number, endsSentence: (word: string) => boolean): number {
  let last = from;
  for (let n = 0; n < MAX_PIECES; n++) {
    const rest = text.slice(last, last + 80);
    const match = piece.exec(rest) ?? (n === 0 ? behindName.exec(rest) : null);
    const words = match?.[1]?.trim() ?? '';
    if (match === null || words === '') break;
    const first = /^[\p{L}\p{M}]+/u.exec(words)?.[0] ?? '';
    if (first !== '' && (/^\p{Ll}{4}/u.test(first) || isStarter(first.toLowerCase()) || endsSentence(first.toLowerCase()))) break;
    if (/^(?:Phone|Tel|Mobile|E-?mail|Fax|Office|Desk|Website)\b/.test(words)) break;
    last += match[0].trimEnd().length;
  }
  return last;
}
