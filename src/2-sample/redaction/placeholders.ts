import { type SpanType, spanTypes } from './recognisers/span.ts';

const written = new RegExp(`\\[(?:USER_ID|(${spanTypes.join('|')})_(\\d{1,6}))\\]`, 'g');

/** Where placeholders already stand: redacting a redacted text must leave them alone. */
export function findPlaceholders(text: string): { start: number; end: number }[] {
  if (!text.includes('[')) return [];
  return Array.from(text.matchAll(written), ({ index, 0: { length } }) => ({ start: index, end: index + length }));
}

/** Gives each surface form its placeholder: the same one for the same form, whatever its case, throughout a conversation. */
export type Placeholders = {
  placeholderFor(type: SpanType, surface: string): string;
  /** What a placeholder first stood for; undefined for one that was in the text already. */
  surfaceOf(placeholder: string): string | undefined;
};

/**
 * Numbers run per type in order of appearance, so a rater can tell two people apart and follow one across turns.
 * They go on after any that the texts already hold, so that one number never stands for two people.
 */
export function createPlaceholders(texts: readonly string[]): Placeholders {
  const counts = new Map<string, number>();
  const given = new Map<string, string>();
  const surfaces = new Map<string, string>();
  for (const text of texts) {
    if (!text.includes('[')) continue;
    for (const [, type, n] of text.matchAll(written)) {
      if (type !== undefined) counts.set(type, Math.max(counts.get(type) ?? 0, Number(n)));
    }
  }
  return {
    placeholderFor(type, surface) {
      if (type === 'USER_ID') return '[USER_ID]';
      const form = `${type} ${surface.trim().replace(/\s+/g, ' ').toLowerCase()}`;
      const known = given.get(form);
      if (known !== undefined) return known;
      const n = (counts.get(type) ?? 0) + 1;
      counts.set(type, n);
      const placeholder = `[${type}_${n}]`;
      given.set(form, placeholder);
      surfaces.set(placeholder, surface);
      return placeholder;
    },
    surfaceOf: (placeholder) => surfaces.get(placeholder),
  };
}
