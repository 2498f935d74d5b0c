import { givenName, isGivenNameInSmallLetters } from './gazetteer/given-names.ts';
import { isOrdinaryWord } from './gazetteer/ordinary-words.ts';
import { familyName } from './gazetteer/surnames.ts';
import { namesInContext } from './name-context.ts';
import type { Span } from './span.ts';
import { type Word, type Words, wordsOf } from './words.ts';

const particles = new Set(
  'de da do dos das del della di la le van von der den ter ten zu bin ibn al el abu y e af av mac st'.split(' '),
);
/** Before these words a capitalised month, place or virtue is what it says and not a person. */
const notBeforeName = new Set('a an the in on by of at since until last next this every each our no some more into'.split(' '));
const MAX_PARTS = 4;

/**
 * Names of people: what a context gives away ("my name is ..."), given names of many cultures with the surname behind
 * them, and family names known by list or by ending. Lists instead of a language model: it is fast, it fails in ways that
 * can be read, and a general tagger found no more (ECOSYSTEM, row PII) while it harmed ordinary sentences.
 */
export function recogniseNames(text: string): Span[] {
  const spans = namesInContext(text);
  const words = wordsOf(text);
  for (let i = 0; i < words.length; i++) {
    const plain = words.plainSmall(i);
    if (plain !== null && !isGivenNameInSmallLetters(plain)) continue;
    const word = words.at(i);
    if (word === undefined) continue;
    const first = firstOfName(text, words, i);
    if (first === null) continue;
    const last = lastOfName(text, words, i);
    spans.push({ start: words.at(first)?.start ?? word.start, end: words.at(last)?.end ?? word.end, type: 'NAME' });
    i = last;
  }
  return spans;
}

/** The index of the first word of a name that word i betrays, or null if it betrays none. */
function firstOfName(text: string, words: Words, i: number): number | null {
  const word = words.at(i) as Word;
  if (!word.capital) return isGivenNameInSmallLetters(word.small) ? i : null;
  const given = givenName(word.small) ?? (word.small.includes('-') ? givenName(word.small.split('-')[0] ?? '') : null);
  // RAM, ART, IRIS: short words in capitals are abbreviations more often than people.
  const shouted = word.text.length <= 5 && word.text === word.text.toUpperCase();
  if (given === 'sure' && !shouted) return i;
  if (given !== null) {
    const next = words.at(i + 1);
    if (next?.capital && joined(text, word, next) && familyName(next.small) !== null) return i;
    return !shouted &&
      insideSentence(text, words, i) &&
      !isOrdinaryWord(word.small) &&
      !/^\.? ?\d/.test(text.slice(word.end, word.end + 3))
      ? i
      : null;
  }
  if (looksForeign(text, words, i) || hasMiddleInitial(text, words, i)) return i;
  const family = familyName(word.small);
  if (family === null || family === 'company') return null;
  const before = words.at(i - 1);
  if (before?.capital && joined(text, before, word) && !isOrdinaryWord(before.small)) return i - 1;
  return family === 'ending' || insideSentence(text, words, i) ? i : null;
}

/** The index of the last word of a name that word i begins or ends. */
function lastOfName(text: string, words: Words, i: number): number {
  const small = words.at(i)?.capital === false;
  let last = i;
  for (let j = i + 1; j < words.length && j - i < MAX_PARTS; j++) {
    const before = words.at(j - 1) as Word;
    const word = words.at(j) as Word;
    if (!joined(text, before, word)) break;
    if (particles.has(word.small) && (words.at(j + 1)?.capital ?? false)) continue;
    if (word.capital && word.text.length === 1 && (words.at(j + 1)?.capital ?? false)) continue;
    const family = familyName(word.small);
    const fits = small
      ? family === 'listed' || family === 'ending'
      : word.capital && (family !== null || !isOrdinaryWord(word.small));
    if (!fits) break;
    last = j;
  }
  return last;
}

/** Two capitalised words, one of them with a letter that English does not have: hardly ever anything but a person or a place. */
function looksForeign(text: string, words: Words, i: number): boolean {
  const word = words.at(i) as Word;
  const next = words.at(i + 1);
  if (next === undefined || !next.capital || !joined(text, word, next)) return false;
  if (!/[^ -~’]/.test(word.text + next.text)) return false;
  return !isOrdinaryWord(word.small) && !isOrdinaryWord(next.small);
}

/** "Hanne I. Kreutz": nothing but a name has a single capital between two capitalised words. */
function hasMiddleInitial(text: string, words: Words, i: number): boolean {
  const word = words.at(i) as Word;
  const initial = words.at(i + 1);
  const next = words.at(i + 2);
  if (initial === undefined || next === undefined || !initial.capital || initial.text.length !== 1 || !next.capital) return false;
  if (!joined(text, word, initial) || !joined(text, initial, next) || (initial.text === 'I' && text.charAt(initial.end) !== '.'))
    return false;
  return word.text.length > 1 && next.text.length > 1 && !isOrdinaryWord(word.small) && !isOrdinaryWord(next.small);
}

/** One blank between them, an initial's full stop, or nothing else. */
function joined(text: string, a: Word, b: Word): boolean {
  const gap = text.slice(a.end, b.start);
  return gap === ' ' || gap === '  ' || (gap === '. ' && a.text.length === 1);
}

/** Behind a small word of the same sentence, where a capital is a decision of the writer. */
function insideSentence(text: string, words: Words, i: number): boolean {
  const word = words.at(i) as Word;
  const before = words.at(i - 1);
  if (before === undefined || before.capital || notBeforeName.has(before.small)) return false;
  return /^,? $/.test(text.slice(before.end, word.start));
}
