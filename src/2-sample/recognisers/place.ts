import { ambiguousPlaces, places } from './gazetteer/places.ts';
import type { Span } from './span.ts';

const firstWord = /^[\p{L}\p{M}-]+/u;

/** Names by their first word in small letters, longest first, so that New York City wins over New York. */
function byFirstWord(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  for (const name of names) {
    const key = (firstWord.exec(name)?.[0] ?? name).toLowerCase();
    const list = index.get(key) ?? [];
    list.push(name.toLowerCase());
    index.set(
      key,
      list.sort((a, b) => b.length - a.length),
    );
  }
  return index;
}

const known = byFirstWord(places);
const doubtful = byFirstWord(ambiguousPlaces);
// Capitals that the lists begin with; \p{Lu} would take several times as long.
const capitalised = /(?:\b[A-Z]|(?<![\p{L}\p{N}_])[À-ÞŁŚŻ])[\p{L}\p{M}-]*/gu;
const behindPreposition = /\b(?:in|to|from|near|of|at|through|around|across|visit|visiting|leave|left|via) $/i;

/** Countries, regions and larger cities by name, in capitals or capitalised. */
export function placesIn(text: string): Span[] {
  const spans: Span[] = [];
  for (const { 0: word, index } of text.matchAll(capitalised)) {
    if (word.length < 2) continue;
    const small = word.toLowerCase();
    const names = known.get(small);
    const name = names === undefined ? undefined : longest(text, index, names);
    if (name !== undefined)
      spans.push({ start: index, end: index + name.length + postcodeBehind(text, index + name.length), type: 'LOCATION' });
    const unsure = doubtful.has(small) && behindPreposition.test(text.slice(Math.max(0, index - 10), index));
    if (unsure) spans.push({ start: index, end: index + word.length, type: 'LOCATION' });
  }
  return spans;
}

/** The length of a postcode right behind a town, as in "Bergen 5003"; a year is not one. */
function postcodeBehind(text: string, end: number): number {
  return (
    /^,? (?!(?:19|20)\d{2}\b)(?:\d{4,6}|\d{3} \d{2}|\d{4} [A-Z]{2}|\d{4,5}-\d{3})(?![\d%,])/.exec(text.slice(end, end + 12))?.[0]
      .length ?? 0
  );
}

function longest(text: string, index: number, names: readonly string[]): string | undefined {
  return names.find((name) => {
    const end = index + name.length;
    return text.slice(index, end).toLowerCase() === name && !/[\p{L}\p{M}\p{N}_-]/u.test(text.charAt(end));
  });
}
