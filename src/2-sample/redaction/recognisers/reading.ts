import { isStarter } from './gazetteer/starters.ts';
import { isEnglish } from './language.ts';
import { type Marks, marksOf } from './marks.ts';
import { type Word, type Words, wordsOf } from './words.ts';

/** Capitalised words in a row, by the indices of the first and the last. */
export type Run = {
  readonly first: number;
  readonly last: number;
  readonly start: number;
  readonly end: number;
  /** Whether it stands where any word has a capital: at the start of a sentence, a line or a list item. */
  readonly opens: boolean;
};

/** What is said of a whole text and holds for any passage of it. */
export type Facts = {
  /** Whether a word stands in it in small letters, which a name rarely does. Takes it so. */
  readonly hasSmall: (word: string) => boolean;
  readonly isEnglish: boolean;
  /** Nothing in it is written with a capital: people do type whole messages so, and names in them look like words. */
  readonly isAllSmall: boolean;
};

/** A text, or a passage of one in whole lines, as the recognisers share it, so that each of its parts is worked out once. */
export type Reading = {
  readonly text: string;
  readonly whole: Facts;
  readonly words: Words;
  readonly runs: readonly Run[];
  readonly marks: Marks;
  /** Seven digits or more stand close together somewhere, as in a phone number, a card or an account. */
  readonly hasLongNumber: boolean;
};

/** Small words that stand inside names. */
const particles = new Set(
  'de da do dos das del della di la le les du des van von der den ter ten zu bin ibn al el abu y e af av of and the upon'.split(
    ' ',
  ),
);
const MAX_PARTS = 6;
const MIN_DIGITS = 7;
const beforeWord = /^$|[\s(“"'*]/;
const behindPart = /^(?:[\p{L}\p{M}\p{N}_/@'’-]|[.:]\p{L})/u;

/** Above so many questions about one text it pays to make an index of its words. */
const FEW_QUESTIONS = 16;

function factsOf(text: string, words: Words): Facts {
  // Placeholders count: what was written without capitals is not searched as such a second time, for it has been.
  const isAllSmall = words.capitals.length === 0;
  let asked = 0;
  let index: ReadonlySet<string> | undefined;
  const hasSmall = (word: string) => {
    if (index === undefined && ++asked <= FEW_QUESTIONS) return occursIn(text, word);
    index ??= smallWordsOf(text);
    return index.has(word);
  };
  return { hasSmall, isEnglish: isEnglish(text, words), isAllSmall };
}

function occursIn(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (standsAlone(text, at, at + word.length)) return true;
  }
  return false;
}

function smallWordsOf(text: string): ReadonlySet<string> {
  const words = wordsOf(text); // Read again, for whoever asks that much is rare and would else keep the words of every turn alive.
  const index = new Set<string>();
  for (let i = 0; i < words.length; i++) {
    const small = words.plainSmall(i);
    if (small !== null && standsAlone(text, words.startOf(i), words.endOf(i))) index.add(small);
  }
  return index;
}

/** As a word of a sentence, not in an address: what is in one is taken out, and then it would be gone. */
function standsAlone(text: string, start: number, end: number): boolean {
  return beforeWord.test(text.charAt(start - 1)) && !behindPart.test(text.slice(end, end + 2));
}

export function read(text: string, whole?: Facts): Reading {
  const words = wordsOf(text);
  let runs: readonly Run[] | undefined;
  let marks: Marks | undefined;
  let long: boolean | undefined;
  return {
    text,
    whole: whole ?? factsOf(text, words),
    words,
    get runs() {
      runs ??= runsOf(text, words);
      return runs;
    },
    get marks() {
      marks ??= marksOf(words);
      return marks;
    },
    get hasLongNumber() {
      long ??= hasLongNumber(words.digits);
      return long;
    },
  };
}

function hasLongNumber(digits: readonly number[]): boolean {
  let sum = 0;
  let end = -9;
  for (let i = 0; i < digits.length; i += 2) {
    const from = digits[i] as number;
    const to = digits[i + 1] as number;
    sum = from - end > 4 ? to - from : sum + to - from;
    if (sum >= MIN_DIGITS) return true;
    end = to;
  }
  return false;
}

function runsOf(text: string, words: Words): Run[] {
  const runs: Run[] = [];
  let next = 0;
  for (const i of words.capitals) {
    const word = words.at(i) as Word;
    if (i < next || isStarter(word.small)) continue;
    let last = i;
    for (let j = i + 1; j < words.length && j - i < MAX_PARTS; j++) {
      const word = words.at(j) as Word;
      if (!isJoined(text, words.at(j - 1) as Word, word)) break;
      if (word.capital) {
        if (!isStarter(word.small)) last = j;
        else if (!particles.has(word.small)) break;
      } else if (!particles.has(word.small)) break;
    }
    runs.push({ first: i, last, start: word.start, end: (words.at(last) as Word).end, opens: opensSentence(text, word.start) });
    next = last + 1;
  }
  return runs;
}

/** One or two blanks between them, an initial's full stop, an ampersand, or nothing else. */
export function isJoined(text: string, a: Word, b: Word): boolean {
  const gap = b.start - a.end;
  if (gap === 1) return text.charCodeAt(a.end) === 32;
  if (gap > 3) return false;
  const between = text.slice(a.end, b.start);
  return between === '  ' || between === ' & ' || (between === '. ' && a.text.length === 1);
}

function opensSentence(text: string, start: number): boolean {
  let at = start - 1;
  while (at >= 0 && ' \t"“”\'‘(*_#>[]`-?'.includes(text.charAt(at))) {
    if (text.charAt(at) === '?') return true;
    at--;
  }
  return at < 0 || '.!:;\n\r|/•–—…0123456789)'.includes(text.charAt(at));
}
