import { walkBack } from './address-walk.ts';
import { isVocabulary } from './gazetteer/vocabulary.ts';
import { isCommon } from './proper-noun.ts';
import { type Reading, read } from './reading.ts';
import type { Span } from './span.ts';
import { wordsOf } from './words.ts';

const MAX_DIGITS = 5;
/** What is counted or measured behind a number makes it no house. */
const counted =
  /^(?:[.,:/]\d|%|°|\p{L}{2}|[-–]\p{L}| ?[x×=+*]| (?:percent|years?|people|times|hours|minutes|days|weeks|months|points|million|billion|and \d|to \d|of |seconds|pages|dollars))/iu;

/**
 * House numbers behind streets that no pattern knows: "Wiesengrund 14", "214 Pavlou Melá", "Kossuth Lajos utca 3". The words
 * in front say so: at least one is capitalised and not English.
 */
export function recogniseNumberedStreets(text: string, reading: Reading = read(text)): Span[] {
  if (!reading.whole.isEnglish) return [];
  const {
    words,
    whole: { isAllSmall },
  } = reading;
  const spans: Span[] = [];
  for (let i = 0; i < words.digits.length; i += 2) {
    const start = words.digits[i] as number;
    const end = words.digits[i + 1] as number;
    if (end - start > MAX_DIGITS || text.charAt(start - 1) !== ' ') continue;
    const isYear = end - start === 4 && /^(?:1[89]|20)/.test(text.slice(start, start + 2));
    if (isYear || counted.test(text.slice(end, end + 12))) continue;
    if (!isAllSmall && !/\p{Lu}/u.test(text.slice(Math.max(0, start - 40), start))) continue;
    const walk = walkBack(text, start, reading.whole);
    if (walk.names === 0 || (isAllSmall && walk.numbers === 0)) continue;
    if (hasUnknown(text.slice(walk.start, start), isAllSmall))
      spans.push({
        start: walk.start,
        end: end + (/^[A-Za-z]\b/.exec(text.slice(end, end + 2))?.[0].length ?? 0),
        type: 'LOCATION',
      });
  }
  return [
    ...spans,
    ...reading.runs.flatMap(({ first, last, start, end }) => {
      if (text.charAt(start - 1) !== ' ' || !/\d/.test(text.slice(Math.max(0, start - 24), start))) return [];
      const walk = walkBack(text, start, reading.whole);
      if (walk.numbers === 0 || walk.start === start || !/^\d/.test(text.slice(walk.start))) return [];
      for (let i = first; i <= last; i++) {
        const word = words.at(i);
        if (word?.capital && !isCommon(word, reading.whole)) return [{ start: walk.start, end, type: 'LOCATION' as const }];
      }
      return [];
    }),
  ];
}

function hasUnknown(part: string, allSmall: boolean): boolean {
  const words = wordsOf(part);
  for (let i = 0; i < words.length; i++) {
    const word = words.at(i);
    if (word === undefined || word.small.length < 3) continue;
    if (word.capital ? !isCommon(word, null) : allSmall && !isVocabulary(word.small)) return true;
  }
  return false;
}
