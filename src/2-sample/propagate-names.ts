import { isOrdinaryWord } from './recognisers/gazetteer/ordinary-words.ts';
import type { Span } from './recognisers/span.ts';

/** Beyond this many names a text is a list or a novel; the pattern stays small and the recognisers still do their part. */
const MAX_NAMES = 200;

/**
 * Finds again, anywhere in the conversation, the names that a context gave away once: after "my name is Brisa Okun", a bare
 * "Brisa" in the answer is the same person although nothing around it says so. Adds to `known`, which lives as long as the
 * conversation's redaction.
 */
export function propagateNames(texts: readonly string[], found: readonly (readonly Span[])[], known: Set<string>): Span[][] {
  for (const [i, spans] of found.entries()) {
    for (const { start, end, type } of spans) {
      if (type !== 'NAME' || known.size >= MAX_NAMES) continue;
      for (const part of (texts[i] ?? '').slice(start, end).split(/[^\p{L}\p{M}'’-]+/u)) {
        if (part.length >= 3 && !isOrdinaryWord(part.toLowerCase())) known.add(part);
      }
    }
  }
  if (known.size === 0) return texts.map(() => []);
  // As written and capitalised: "rose" is left alone where only "Rose" was a name.
  const forms = [...known].flatMap((name) => [name, name.charAt(0).toUpperCase() + name.slice(1)]);

  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${forms.join('|')})(?![\\p{L}\\p{N}_])`, 'gu');
  return texts.map((text) =>
    Array.from(text.matchAll(pattern), ({ index, 0: { length } }) => ({
      start: index,
      end: index + length,
      type: 'NAME' as const,
    })),
  );
}
