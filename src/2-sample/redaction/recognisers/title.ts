import { honorifics, occupations } from './gazetteer/occupations.ts';
import { type Reading, read } from './reading.ts';
import type { Span } from './span.ts';
import type { Word, Words } from './words.ts';

/** Those that are titles even in small letters; "miss" and "don" are verbs. */
const abbreviated = new Set('mr mrs ms mx dr prof mme mlle'.split(' '));
const stated =
  /(?:^|[^\p{L}])(?:i['’]?m|i am|he['’]?s|she['’]?s|who is|he is|she is|he was|she was|i was|works? as|worked as|working as|job as|job is|employed as|hired as|promoted to|role (?:as|of)|position (?:as|of)|job title(?: is|:)|occupation(?: is|:)|profession(?: is|:)|career as|trained as|retired|become|became|to be|(?:husband|wife|mother|father|mom|mum|dad|son|daughter|brother|sister|partner|boyfriend|girlfriend) is|soy|je suis|ich bin|sono|sou|ik ben|trabajo como|travaille comme|arbeite als|lavoro come|trabalho como|werk als) (?:an? |the |our |their |une? |eine? |uma? |een |un['’])?(?<title>(?:[\p{L}/'’-]+ |and |& ){0,5})$/iu;
/** Words that no title has inside: behind one of them it is another matter. */
const notInside =
  /\b(?:who|that|which|because|but|when|with|at|for|from|so|not|if|where|while|than|to|in|on|is|was|are|the|very|going|trying|seeing|afraid|tired|sure|sorry|glad|happy)\b/i;

/** Forms of address, which say sex, standing or trade, and job titles where somebody is said to have one. */
export function recogniseTitles(text: string, reading: Reading = read(text)): Span[] {
  const { words } = reading;
  return reading.marks.trades.flatMap((i) => {
    const word = words.at(i) as Word;
    if (honorifics.has(word.small) && (word.capital || abbreviated.has(word.small))) return honorificAt(text, words, i);
    return occupations.has(word.small) ? titleEndingAt(text, word) : [];
  });
}

function honorificAt(text: string, words: Words, i: number): Span[] {
  const { start, end, capital } = words.at(i) as Word;
  const dot = text.charAt(end) === '.' ? 1 : 0;
  const next = words.at(i + 1);
  const behind = text.slice(end + dot, end + dot + 8);
  const named = /^\s{1,2}(?:\p{Lu}|\[NAME_)/u.test(behind) || (!capital && dot === 1 && /^ \p{L}/u.test(behind));
  return named && next !== undefined ? [{ start, end: end + dot, type: 'TITLE' }] : [];
}

/** The title that ends with this word, if what stands in front says that somebody is one. */
function titleEndingAt(text: string, { start, end }: Word): Span[] {
  const inner = stated.exec(text.slice(Math.max(0, start - 80), start))?.groups?.title;
  if (inner === undefined) return apposedTitle(text, start, end);
  return notInside.test(inner) ? [] : [{ start: start - inner.length, end, type: 'TITLE' }];
}

/** "Ina Okun, Packager at": on cards and in bylines a title stands behind the name without an article, with a capital. */
const behindName = /\p{Lu}[\p{L}.'’-]+, (?<title>\p{Lu}\p{L}*(?: [\p{L}&'’-]+){0,4} )?$/u;
/** "Ina Okun, the packager, said": with an article the title is put between commas. */
const put = /\p{Lu}[\p{L}.'’-]+, (?:the|an?|our|my) (?<title>(?:[\p{L}&'’-]+ ){0,5})$/u;

function apposedTitle(text: string, start: number, end: number): Span[] {
  const before = text.slice(Math.max(0, start - 80), start);
  const after = text.slice(end, end + 6);
  const between = put.exec(before)?.groups?.title;
  if (between !== undefined) {
    return /^[,.)]|^$/.test(after) && !notInside.test(between) ? [{ start: start - between.length, end, type: 'TITLE' }] : [];
  }
  const match = behindName.exec(before);
  const inner = match?.groups?.title ?? '';
  const isCapital = /^\p{Lu}/u.test(inner === '' ? text.slice(start, end) : inner);
  if (match === null || !isCapital || notInside.test(inner) || !/^(?: (?:at|of|for|in|with|from)\b|,|\.|\n|$)/.test(after))
    return [];
  return [{ start: start - inner.length, end, type: 'TITLE' }];
}
