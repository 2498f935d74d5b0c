import { monthNames, weekdayNames } from './calendar.ts';
import { type Reading, read } from './reading.ts';
import { type Span, spansOfPattern } from './span.ts';
import type { Word } from './words.ts';

const TIME =
  '(?:(?:T|,? (?:at |um |à |a las )?)\\d{1,2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,6})?)?(?: ?[ap]\\.?m\\b\\.?)?(?:Z|[+-]\\d{2}:?\\d{2})?)?';
const DAY = '(?:0[1-9]|[12]\\d|3[01]|[1-9])';
const MONTH = '(?:0[1-9]|1[0-2]|[1-9])';
const YEAR = '(?:1[89]|20)\\d{2}';
const NAME = `(?:${monthNames.join('|')})`;
const START = '(?<![\\p{L}\\p{N}_.,/-])';
const END = '(?![\\p{L}\\p{N}_]|[./,-]\\d)';

/** `year-month-day`, with a time of day or without. */
export const iso = new RegExp(
  `${START}(?<year>${YEAR})(?<sep>[-/.])(?<month>${MONTH})\\k<sep>(?<day>${DAY})(?<time>${TIME})${END}`,
  'giu',
);
/** `1/2/2003`, `01.02.03`: which is the day can be unclear. */
export const numeric = new RegExp(
  `${START}(?<first>${DAY})(?<sep>[-/.])(?<second>${DAY})\\k<sep>(?<year>${YEAR}|\\d{2})(?<time>${TIME})${END}`,
  'giu',
);
/** `March 3, 2025`, `Mar 3rd`. */
export const monthFirst = new RegExp(
  `${START}(?<name>${NAME})(?<dot>\\.?) (?<day>${DAY})(?<th>st|nd|rd|th)?(?:(?<gap>,? (?:of )?)(?<year>${YEAR}))?(?<time>${TIME})${END}`,
  'giu',
);
/** `3 March 2025`, `the 3rd of March`, `3. März 2025`, `3 de marzo de 2025`, `1er mars`. */
export const dayFirst = new RegExp(
  `${START}(?<day>${DAY})(?<th>st|nd|rd|th|er|º|ª|\\.)?(?<of> (?:of |de |di )?|[-/])(?<name>${NAME})(?<dot>\\.?)(?:(?<gap>,? (?:de |del |of )?|[-/])(?<year>${YEAR}))?(?<time>${TIME})${END}`,
  'giu',
);
/** `March 2025`. */
export const monthYear = new RegExp(
  `${START}(?<name>${NAME})(?<dot>\\.?)(?<gap>,? (?:of |de |del )?)(?<year>${YEAR})${END}`,
  'giu',
);

/** The time of day to the second, as records carry it; in brackets it is the line of a log. */
const clock = /(?<![\p{L}\d:.[T])(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d(?![\d:.\]])/gu;

/** How far from its month the figures of a date can stand. */
const AROUND_CHARS = 40;
const figures = /\d[-/.]\d{1,2}[-/.]\d/;
const beforeMonth = /\d[\p{L}º.]{0,2}[ /-](?:of |de |di )?$/u;
const behindMonth = /^[.,]?[ /-](?:of |de |del )?\d/;
/** A year as the time of something that happened: "in 1987", "a 2017 film", "the Act of 2001". */
const beforeYear =
  /(?:^|[\s(])(?:in|since|until|till|by|from|before|after|around|circa|during|of|to|between|early|late|mid|en|depuis|desde|seit|jahr|dal|nel|em|sinds|a|an|the) $|\b(?:mid|early|late)-$|\($/i;
const behindYear =
  /^(?![\p{L}\p{N}_%]|[.,:/-]\d|[–-]\p{L}| ?[-–—x×*+=] ?\d| to (?!(?:1[89]|20)\d\d)\d| (?:people|words?|characters?|users?|dollars|euros|calories|kcal|mg|ml|kg|km|miles|meters|metres|feet|steps|times|hours|minutes|tokens|bytes|rows|items|points|px)\b)/u;

/** A day of the week in front of a date goes with it: left beside a moved date it would tell by how much that was moved. */
export const weekdayBefore = new RegExp(
  `(?<![\\p{L}\\p{N}])(?<weekday>${weekdayNames.join('|')})(?<gap>\\.?,? (?:the |den |dem |le |el |o |il |de )?)$`,
  'iu',
);

/** Dates with a day or a month, in figures or in words of several languages, with the day of the week. */
export function fullDatesIn(text: string, { words, marks }: Reading = read(text)): Span[] {
  if (words.digits.length === 0) return [];
  const spans: Span[] = [];
  if (figures.test(text)) spans.push(...spansOfPattern(iso, 'DATE', text), ...spansOfPattern(numeric, 'DATE', text, isNoVersion));
  let done = 0;
  for (const i of marks.months) {
    const { start, end } = words.at(i) as Word;
    if (!beforeMonth.test(text.slice(Math.max(0, start - 10), start)) && !behindMonth.test(text.slice(end, end + 10))) continue;
    const from = Math.max(done, start - AROUND_CHARS);
    const part = text.slice(from, end + AROUND_CHARS);
    // A neighbouring month has its own turn, so only what holds this one counts.
    const found = [dayFirst, monthFirst, monthYear]
      .flatMap((pattern) => spansOfPattern(pattern, 'DATE', part))
      .filter((span) => span.start + from <= start && span.end + from >= end && !isVerb(part, span));
    for (const span of found) spans.push({ start: span.start + from, end: span.end + from, type: 'DATE' });
    done = Math.max(done, ...found.map((span) => span.end + from));
  }
  return spans.map((span) => {
    const weekday = weekdayBefore.exec(text.slice(Math.max(0, span.start - 24), span.start))?.[0].length ?? 0;
    return { ...span, start: span.start - weekday };
  });
}

/** All dates that are to go, years included. */
export function recogniseDates(text: string, reading: Reading = read(text)): Span[] {
  const spans = fullDatesIn(text, reading);
  if (/\d:\d\d:\d/.test(text)) spans.push(...spansOfPattern(clock, 'DATE', text));
  const { digits } = reading.words;
  for (let i = 0; i < digits.length; i += 2) {
    const start = digits[i] as number;
    const end = digits[i + 1] as number;
    if (end - start !== 4 || !/^(?:1[89]|20)/.test(text.slice(start, start + 2))) continue;
    if (beforeYear.test(text.slice(Math.max(0, start - 8), start)) && behindYear.test(text.slice(end, end + 12)))
      spans.push({ start, end, type: 'DATE' });
  }
  return spans;
}

/** "you may 3 times", "march 5 abreast": in small letters, without an ordinal, a year or a preposition it is no date. */
function isVerb(part: string, { start, end }: Span): boolean {
  return (
    /^(?:may|march) \d{1,2}$/.test(part.slice(start, end)) && !/\b(?:on|by|until|of|from|to|for) $/i.test(part.slice(0, start))
  );
}

/** "1.2.34" is a version rather than a day, unless every part has two figures. */
function isNoVersion(value: string): boolean {
  return !/^\d{1,2}[.-]\d{1,2}[.-]\d{1,2}$/.test(value) || /^\d\d[.-]\d\d[.-]\d\d$/.test(value);
}
