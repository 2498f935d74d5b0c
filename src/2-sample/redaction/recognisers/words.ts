/** A word with its place in the text. `small` is its lower-case form without a possessive ending. */
export type Word = {
  readonly text: string;
  readonly small: string;
  readonly start: number;
  readonly end: number;
  readonly capital: boolean;
};

/** The words and numbers of a text; words are made when asked for, as most are looked at once and dropped. */
export type Words = {
  readonly length: number;
  /** The indices of the words that begin with a capital. */
  readonly capitals: readonly number[];
  /** The indices of the words with a capital inside, such as apiKey and PASSWORD. */
  readonly mixed: readonly number[];
  /** Runs of digits: where each starts and ends, one after the other. */
  readonly digits: readonly number[];
  /**
   * Three numbers a word: where it starts and ends, and its hash, which is alike for alike words in any case, and 0 where
   * letters beyond a to z or an apostrophe are in it.
   */
  readonly table: Uint32Array;
  startOf(i: number): number;
  endOf(i: number): number;
  at(i: number): Word | undefined;
  /** Word i as it stands if it begins with a small letter and has no apostrophe at its end, else null: cheaper than a word. */
  plainSmall(i: number): string | null;
};

const OTHER = 0;
const SMALL = 1;
const CAPITAL = 2;
const JOINT = 3;
const DIGIT = 4;

const letter = /[\p{L}\p{M}\u2206]/u; // U+2206, the increment sign, stands for the Greek letter in many old files.
const upper = /[\p{Lu}\u2206]/u;

/** What a UTF-16 unit is to a word. A table, for speed. */
const kinds = new Uint8Array(65_536);
for (let c = 0; c < kinds.length; c++) {
  const char = String.fromCharCode(c);
  if (letter.test(char)) kinds[c] = upper.test(char) ? CAPITAL : SMALL;
}
for (const joint of "'’-") kinds[joint.charCodeAt(0)] = JOINT;
for (const digit of '0123456789') kinds[digit.charCodeAt(0)] = DIGIT;

/** Filled anew for every text with the start, the end and the hash of each word, and copied from. */
let scratch = new Uint32Array(3072);

/**
 * Splits a text into words: letters, with apostrophes and hyphens inside. A possessive ending is cut off, so that "Ilse's"
 * is Ilse. By hand because it runs over every character of every sample: a pattern with \p{L} takes several times as long.
 */
export function wordsOf(text: string): Words {
  const { length } = text;
  // A word takes two units at least, itself and what parts it from the next.
  const most = 3 * ((length >> 1) + 1);
  if (scratch.length < most) scratch = new Uint32Array(most * 2);
  let count = 0;
  const capitals: number[] = [];
  const mixed: number[] = [];
  const digits: number[] = [];
  let i = 0;
  while (i < length) {
    const first = text.charCodeAt(i);
    const kind = kinds[first] as number;
    const start = i++;
    if (kind === OTHER || kind === JOINT) continue;
    if (kind === DIGIT) {
      while (i < length && kinds[text.charCodeAt(i)] === DIGIT) i++;
      digits.push(start, i);
      continue;
    }
    if (kind === CAPITAL) capitals.push(count);
    let isMixed = false;
    let isPlain = first < 128;
    let hash = nextHash(0, first);
    for (; i < length; i++) {
      const c = text.charCodeAt(i);
      const next = kinds[c] as number;
      if (next === SMALL || next === CAPITAL) {
        if (next === CAPITAL) isMixed = true;
      } else {
        if (next !== JOINT || i + 1 === length) break;
        const behind = kinds[text.charCodeAt(i + 1)];
        if (behind !== SMALL && behind !== CAPITAL) break;
      }
      if (c > 127 || c === 39) isPlain = false;
      hash = nextHash(hash, c);
    }
    if (isMixed) mixed.push(count);
    const at = 3 * count++;
    scratch[at] = start;
    scratch[at + 1] = i;
    scratch[at + 2] = isPlain ? hash : 0;
  }
  const words = scratch.slice(0, 3 * count);
  const made = new Array<Word | undefined>(count);
  return {
    length: count,
    capitals,
    mixed,
    digits,
    table: words,
    startOf: (index) => words[3 * index] as number,
    endOf: (index) => words[3 * index + 1] as number,
    at(index) {
      if (index < 0 || index >= count) return undefined;
      made[index] ??= wordAt(text, words[3 * index] as number, words[3 * index + 1] as number);
      return made[index];
    },
    plainSmall(index) {
      if (index >= count) return null;
      const start = words[3 * index] as number;
      const end = words[3 * index + 1] as number;
      if (kinds[text.charCodeAt(start)] !== SMALL) return null;
      const mark = text.charCodeAt(end - 2);
      return mark !== 39 && mark !== 0x2019 ? text.slice(start, end) : null;
    },
  };
}

/** Wide enough that few words share a hash with one that is looked for. */
export const MAX_HASH = 0x7ffff;

/** The same for small letters and capitals from a to z; never 0. */
function nextHash(hash: number, c: number): number {
  return ((hash * 31 + (c | 32)) & (MAX_HASH >> 1)) | ((MAX_HASH + 1) >> 1);
}

/** What `Words.table` holds for a word in small letters: 0 if it has other letters than a to z. */
export function hashOf(word: string): number {
  let hash = 0;
  for (let i = 0; i < word.length; i++) {
    const c = word.charCodeAt(i);
    if (c > 127 || c === 39) return 0;
    hash = nextHash(hash, c);
  }
  return hash;
}

function wordAt(text: string, start: number, until: number): Word {
  const second = text.charCodeAt(until - 2);
  const possessive = (second === 39 || second === 0x2019) && /s/i.test(text.charAt(until - 1)) && until - start > 2;
  const end = possessive ? until - 2 : until;
  const word = text.slice(start, end);
  const small = word.toLowerCase();
  return { text: word, small, start, end, capital: kinds[word.charCodeAt(0)] === CAPITAL };
}
