import { ambiguousPlaces, places } from './gazetteer/places.ts';
import { type Reading, read } from './reading.ts';
import type { Span } from './span.ts';
import type { Word } from './words.ts';

const firstWord = /^[\p{L}\p{M}'’-]+/u;

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
const behindPreposition =
  /\b(?:in|to|from|near|of|at|through|around|across|visit|visiting|leave|left|via|en|de|à|nach|aus|em|da|di|uit|naar) $/i;
const goneTo = /\b(?:in|to|from|near|at|visit|visiting|via) $/;

/** Countries, regions and larger cities by name; in small letters only behind a preposition of place. */
export function placesIn(text: string, { words, marks, whole: { isAllSmall } }: Reading = read(text)): Span[] {
  const spans: Span[] = [];
  for (const i of marks.places) {
    const { small, start, end, capital } = words.at(i) as Word;
    if (small.length < 2) continue;
    const before = text.slice(Math.max(0, start - 10), start);
    const name = longest(text, start, known.get(small) ?? []);
    if (name !== undefined && (capital || (small.length > 3 && (isAllSmall || goneTo.test(before))))) {
      spans.push(placeAt(text, start, start + name.length));
    } else if (capital && doubtful.has(small) && behindPreposition.test(before)) spans.push({ start, end, type: 'LOCATION' });
  }
  return spans;
}

const placeAt = (text: string, start: number, end: number): Span => ({
  start,
  end: end + postcodeBehind(text, end),
  type: 'LOCATION',
});

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
