/** A word with its place in the text. `small` is its lower-case form without a possessive ending. */
export type Word = {
  readonly text: string;
  readonly small: string;
  readonly start: number;
  readonly end: number;
  readonly capital: boolean;
};

/** The words of a text, made when asked for: most are looked at once and dropped. */
export type Words = {
  readonly length: number;
  at(i: number): Word | undefined;
  /** Word i as it stands if it begins with a small a to z and has no apostrophe, else null: cheaper than making a word. */
  plainSmall(i: number): string | null;
};

const letter = /[\p{L}\p{M}]/u;

/**
 * Splits a text into words: letters, with apostrophes and hyphens inside. A possessive ending is cut off, so that "Ilse's"
 * is Ilse. By hand because it runs over every character of every sample: a pattern with \p{L} takes several times as long.
 */
export function wordsOf(text: string): Words {
  const starts: number[] = [];
  const ends: number[] = [];
  let start = -1;
  for (let i = 0; i <= text.length; i++) {
    const c = text.charCodeAt(i);
    if (isLetter(c, text, i)) {
      if (start < 0) start = i;
    } else if (start >= 0 && !((c === 39 || c === 0x2019 || c === 45) && isLetter(text.charCodeAt(i + 1), text, i + 1))) {
      starts.push(start);
      ends.push(i);
      start = -1;
    }
  }
  const made: (Word | undefined)[] = [];
  return {
    length: starts.length,
    at(i) {
      if (i < 0 || i >= starts.length) return undefined;
      made[i] ??= wordAt(text, starts[i] ?? 0, ends[i] ?? 0);
      return made[i];
    },
    plainSmall(i) {
      const start = starts[i] ?? 0;
      const end = ends[i] ?? 0;
      const c = text.charCodeAt(start);
      const mark = text.charCodeAt(end - 2);
      return c >= 97 && c <= 122 && mark !== 39 && mark !== 0x2019 ? text.slice(start, end) : null;
    },
  };
}

function wordAt(text: string, start: number, until: number): Word {
  const second = text.charCodeAt(until - 2);
  const possessive = (second === 39 || second === 0x2019) && /s/i.test(text.charAt(until - 1)) && until - start > 2;
  const end = possessive ? until - 2 : until;
  const word = text.slice(start, end);
  const small = word.toLowerCase();
  return { text: word, small, start, end, capital: word.charCodeAt(0) !== small.charCodeAt(0) };
}

function isLetter(c: number, text: string, i: number): boolean {
  if (c < 128) return (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
  return c >= 0xaa && letter.test(text.charAt(i));
}
