import { givenName } from './recognisers/gazetteer/given-names.ts';
import { isOrdinaryWord } from './recognisers/gazetteer/ordinary-words.ts';
import { isVocabulary } from './recognisers/gazetteer/vocabulary.ts';
import { isWellKnown } from './recognisers/gazetteer/well-known.ts';
import type { Span, SpanType } from './recognisers/span.ts';

/** Beyond this many a text is a list or a novel, and the recognisers still do their part. */
const MAX_KNOWN = 200;
/** What a context may give away once and then nothing: a handle, a number. The rest is known by its form wherever it stands. */
const givenAway: ReadonlySet<SpanType> = new Set(['HANDLE', 'PHONE', 'GOVERNMENT_ID', 'NUMBER', 'SECRET']);
/** Shorter ones are found in what they are no part of. */
const SHORTEST = 5;
const partOfWord = /[\p{L}\p{N}_]/u;

/**
 * Finds again, anywhere in the conversation, what a context gave away once: after "my name is Brisa Okun", a bare "Brisa" in
 * the answer is the same person although nothing around it says so, and so with a handle or an account number. Adds to `known`,
 * which lives as long as the conversation's redaction; what was known before has been looked for already.
 */
export function findAgain(texts: readonly string[], found: readonly (readonly Span[])[], known: Set<string>): Span[][] {
  const fresh = new Map<string, SpanType>();
  const learn = (surface: string, type: SpanType): boolean => {
    if (known.size >= MAX_KNOWN || known.has(surface)) return false;
    known.add(surface);
    fresh.set(surface, type);
    return true;
  };
  for (const [i, spans] of found.entries()) {
    for (const { start, end, type } of spans) {
      const surface = (texts[i] ?? '').slice(start, end);
      if (givenAway.has(type) && surface.length >= SHORTEST) learn(surface, type);
      if (type !== 'NAME') continue;
      for (const part of surface.split(/[^\p{L}\p{M}'’-]+/u)) {
        if (part.length < 3 || !isTelling(part.toLowerCase()) || !learn(part, type)) continue;
        // As written and capitalised: "rose" is left alone where only "Rose" was a name.
        fresh.set(part.charAt(0).toUpperCase() + part.slice(1), type);
      }
    }
  }
  return texts.map((text) => [...fresh].flatMap(([surface, type]) => occurrencesOf(surface, type, text)));
}

function occurrencesOf(surface: string, type: SpanType, text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(surface); at >= 0; at = text.indexOf(surface, at + surface.length)) {
    const end = at + surface.length;
    if (!partOfWord.test(text.charAt(at - 1)) && !partOfWord.test(text.charAt(end))) spans.push({ start: at, end, type });
  }
  return spans;
}

/** Whether a part of a name is so rarely anything else that it may be looked for everywhere. */
function isTelling(small: string): boolean {
  return !isOrdinaryWord(small) && !isWellKnown(small) && (givenName(small) === 'sure' || !isVocabulary(small));
}
