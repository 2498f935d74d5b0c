/** A stretch of text that both sides have, or only one of them. */
export type WordChange = { readonly kind: 'same' | 'removed' | 'added'; readonly text: string };

/**
 * How one text became another, word by word: the fewest words removed and added. White space within a line does not count, line
 * breaks do. Takes time and room in the product of the two lengths in words, which is right for prose of some pages.
 * @example diffWords('praise is earned', 'praise was earned') // same "praise", removed "is", added "was", same "earned"
 */
export function diffWords(before: string, after: string): WordChange[] {
  const a = wordsOf(before);
  const b = wordsOf(after);
  const common = commonLengths(a, b);
  const changes: { kind: WordChange['kind']; words: string[] }[] = [];
  const push = (kind: WordChange['kind'], word: string | undefined) => {
    const last = changes.at(-1);
    if (last?.kind === kind) last.words.push(word ?? '');
    else changes.push({ kind, words: [word ?? ''] });
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push('same', a[i]);
      i += 1;
      j += 1;
    } else if (i < a.length && (j === b.length || at(common, i + 1, j) >= at(common, i, j + 1))) {
      push('removed', a[i]);
      i += 1;
    } else {
      push('added', b[j]);
      j += 1;
    }
  }
  return changes.map(({ kind, words }) => ({ kind, text: words.join(' ').replace(/ ?\n ?/g, '\n') }));
}

function wordsOf(text: string): string[] {
  return text.match(/\S+|\n/g) ?? [];
}

/** Length of the longest common subsequence of what follows each pair of places. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const best = a[i] === b[j] ? at(lengths, i + 1, j + 1) + 1 : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
      (lengths[i] as Uint32Array)[j] = best;
    }
  }
  return lengths;
}

function at(lengths: readonly Uint32Array[], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}
