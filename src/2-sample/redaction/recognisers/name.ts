import { givenName, givenNamesInSmallLetters } from './gazetteer/given-names.ts';
import { isOrdinaryWord } from './gazetteer/ordinary-words.ts';
import { isStarter } from './gazetteer/starters.ts';
import { familyName } from './gazetteer/surnames.ts';
import { isVocabulary } from './gazetteer/vocabulary.ts';
import { namesInContext } from './name-context.ts';
import { isJoined, type Reading, read } from './reading.ts';
import type { Span } from './span.ts';
import type { Word, Words } from './words.ts';

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
export function recogniseNames(text: string, reading: Reading = read(text)): Span[] {
  const spans = namesInContext(text, reading);
  const { words } = reading;
  let next = 0;
  for (const i of indicesOfNames(reading)) {
    if (i < next) continue;
    const first = firstOfName(text, words, i);
    if (first === null) continue;
    const last = lastOfName(text, words, i, reading.whole.isAllSmall);
    spans.push({ start: (words.at(first) as Word).start, end: (words.at(last) as Word).end, type: 'NAME' });
    next = last + 1;
  }
  return spans;
}

/** The words with a capital, and the names among the others; in a text typed without capitals, any name that is no word. */
function indicesOfNames({ words, marks, whole: { isAllSmall } }: Reading): readonly number[] {
  if (!isAllSmall) return merged(words.capitals, marks.names);
  const indices: number[] = [];
  for (let i = 0; i < words.length; i++) {
    const { small } = words.at(i) as Word;
    if (givenNamesInSmallLetters.has(small) || (small.length > 2 && givenName(small) === 'sure' && !isVocabulary(small)))
      indices.push(i);
  }
  return indices;
}

/** Two ascending lists as one, without repeats. */
function merged(a: readonly number[], b: readonly number[]): readonly number[] {
  if (b.length === 0) return a;
  const all: number[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const left = a[i] ?? Number.POSITIVE_INFINITY;
    const right = b[j] ?? Number.POSITIVE_INFINITY;
    all.push(Math.min(left, right));
    if (left <= right) i++;
    if (right <= left) j++;
  }
  return all;
}

/** The index of the first word of a name that word i betrays, or null if it betrays none. */
function firstOfName(text: string, words: Words, i: number): number | null {
  const word = words.at(i) as Word;
  if (!word.capital) return i;
  const given = givenName(word.small) ?? (word.small.includes('-') ? givenName(word.small.split('-')[0] ?? '') : null);
  // RAM, ART, IRIS: short words in capitals are abbreviations more often than people.
  const shouted = word.text.length <= 5 && word.text === word.text.toUpperCase();
  if (given === 'sure' && !shouted) return i;
  if (given !== null) {
    const next = words.at(i + 1);
    if (next?.capital && isJoined(text, word, next) && familyName(next.small) !== null) return i;
    return !shouted &&
      insideSentence(text, words, i) &&
      !isOrdinaryWord(word.small) &&
      !/^\.? ?\d/.test(text.slice(word.end, word.end + 3))
      ? i
      : null;
  }
  if (isStarter(word.small)) return null;
  if (looksForeign(text, words, i) || hasMiddleInitial(text, words, i)) return i;
  const family = familyName(word.small);
  if (family === null || family === 'company') return null;
  const before = words.at(i - 1);
  if (before?.capital && isJoined(text, before, word) && !isOrdinaryWord(before.small)) return i - 1;
  return family === 'ending' || insideSentence(text, words, i) ? i : null;
}

/** The index of the last word of a name that word i begins or ends. */
function lastOfName(text: string, words: Words, i: number, allSmall: boolean): number {
  const small = words.at(i)?.capital === false;
  let last = i;
  for (let j = i + 1; j < words.length && j - i < MAX_PARTS; j++) {
    const before = words.at(j - 1) as Word;
    const word = words.at(j) as Word;
    const gap = text.slice(before.end, word.start);
    if (!isJoined(text, before, word) && !(gap === '. ' && before.text.length === 1)) break;
    if (particles.has(word.small) && (words.at(j + 1)?.capital ?? false)) continue;
    if (word.text.length === 1 && (small ? allSmall : word.capital && (words.at(j + 1)?.capital ?? false))) continue;
    if (
      !(small
        ? fitsSmall(word.small, allSmall)
        : word.capital && (familyName(word.small) !== null || !isOrdinaryWord(word.small)))
    )
      break;
    last = j;
  }
  return last;
}

/** Behind a given name in small letters: a family name we know, or in a text without capitals a word we do not. */
function fitsSmall(small: string, allSmall: boolean): boolean {
  const family = familyName(small);
  return family === 'listed' || family === 'ending' || (allSmall && !isVocabulary(small) && !isOrdinaryWord(small));
}

/** Two capitalised words, one of them with a letter that English does not have: hardly ever anything but a person or a place. */
function looksForeign(text: string, words: Words, i: number): boolean {
  const word = words.at(i) as Word;
  const next = words.at(i + 1);
  if (next === undefined || !next.capital || !isJoined(text, word, next)) return false;
  if (!/[^ -~’]/.test(word.text + next.text)) return false;
  return !isOrdinaryWord(word.small) && !isOrdinaryWord(next.small);
}

/** "Hanne I. Kreutz": nothing but a name has a single capital between two capitalised words. */
function hasMiddleInitial(text: string, words: Words, i: number): boolean {
  const initial = words.at(i + 1);
  if (initial === undefined || initial.text.length !== 1 || !initial.capital) return false;
  const word = words.at(i) as Word;
  const next = words.at(i + 2);
  if (next === undefined || !next.capital) return false;
  if (
    !isJoined(text, word, initial) ||
    !isJoined(text, initial, next) ||
    (initial.text === 'I' && text.charAt(initial.end) !== '.')
  )
    return false;
  return word.text.length > 1 && next.text.length > 1 && !isOrdinaryWord(word.small) && !isOrdinaryWord(next.small);
}

/** Behind a small word of the same sentence, where a capital is a decision of the writer. */
function insideSentence(text: string, words: Words, i: number): boolean {
  const word = words.at(i) as Word;
  const before = words.at(i - 1);
  if (before === undefined || before.capital || notBeforeName.has(before.small)) return false;
  return /^,? $/.test(text.slice(before.end, word.start));
}
