import { phrases } from './phrases.ts';
import type { InjectionSignName } from './signs.ts';

/** `third`: the code of its third character, null where it has but two. Compared first, because it is nearly always another. */
type Anchored = { readonly anchor: string; readonly third: number | null; readonly phrase: number };

/**
 * Anchors by their first two characters, hashed to 16 bits: one pass over a text finds every phrase that could match, where
 * a search for each anchor would be more than a hundred passes.
 */
const buckets = new Array<Anchored[] | null>(65_536).fill(null);
for (const [phrase, { anchors }] of phrases.entries()) {
  for (const anchor of anchors) {
    const hash = hashOf(anchor.charCodeAt(0), anchor.charCodeAt(1));
    const third = anchor.length > 2 ? anchor.charCodeAt(2) : null;
    buckets[hash] = [...(buckets[hash] ?? []), { anchor, third, phrase }];
  }
}

function hashOf(first: number, second: number): number {
  return ((first * 251) ^ second) & 0xffff;
}

// Every phrase fits in this many characters around its anchor; to search the whole text for each would cost ten times as much.
const before = 150;
const after = 250;

/** The phrases that occur in text in lower case, each sign with the offset of a place where it does. */
export function findPhrases(lower: string): ReadonlyMap<InjectionSignName, number> {
  const found = new Map<InjectionSignName, number>();
  const searchedTo = new Float64Array(phrases.length);
  // A line end first, so that patterns need not know a text's beginning from a line's.
  const text = `\n${lower}`;
  let second = text.charCodeAt(0);
  for (let i = 0; i < text.length - 1; i++) {
    const first = second;
    second = text.charCodeAt(i + 1);
    const bucket = buckets[hashOf(first, second)];
    if (bucket === null || bucket === undefined) continue;
    const third = text.charCodeAt(i + 2);
    for (const { anchor, third: wanted, phrase } of bucket) {
      if (wanted !== null && wanted !== third) continue;
      const { sign, pattern } = phrases[phrase] ?? {};
      if (sign === undefined || pattern === undefined || found.has(sign)) continue;
      if (i < (searchedTo[phrase] ?? 0) || !text.startsWith(anchor, i)) continue;
      const from = startOfWord(text, i - before);
      const at = text.slice(from, i + before + after).search(pattern);
      if (at >= 0) found.set(sign, Math.max(0, from + at - 1));
      else searchedTo[phrase] = i + before;
    }
  }
  return found;
}

/** At `offset` or a little before it, so that a cut makes no word of the end of one. Some scripts have no spaces. */
function startOfWord(text: string, offset: number): number {
  if (offset <= 0) return 0;
  for (let i = offset; i > Math.max(0, offset - 40); i--) if (text[i] === ' ' || text[i] === '\n') return i;
  return offset;
}
