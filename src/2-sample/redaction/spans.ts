import { type Span, spanTypes } from './recognisers/span.ts';

const rank = new Map(spanTypes.map((type, i) => [type, i]));

/**
 * Merges overlapping spans: the result covers everything that any of them covered, in order and without overlap, and each
 * stretch takes the type of the highest precedence in it. Covering the union, where dropping the weaker span would be
 * neater, is the safe side: no tail of a half-recognised address is left standing.
 */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) {
      merged.push(span);
      continue;
    }
    const stronger = (rank.get(span.type) ?? 0) < (rank.get(last.type) ?? 0) ? span.type : last.type;
    merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end), type: stronger };
  }
  return merged;
}

/**
 * What remains of the spans outside the given stretches (placeholders already in the text), without pieces that hold no
 * letter or digit. Both lists are in order and free of overlap.
 */
export function subtractSpans(spans: readonly Span[], taken: readonly { start: number; end: number }[], text: string): Span[] {
  if (taken.length === 0) return [...spans];
  const rest: Span[] = [];
  let next = 0;
  for (const span of spans) {
    let start = span.start;
    while (next < taken.length && (taken[next]?.end ?? 0) <= start) next++;
    for (let i = next; i < taken.length; i++) {
      const hole = taken[i] as { start: number; end: number };
      if (hole.start >= span.end) break;
      if (hole.start > start) rest.push({ start, end: hole.start, type: span.type });
      start = hole.end;
    }
    if (start < span.end) rest.push({ start, end: span.end, type: span.type });
  }
  return rest.filter(({ start, end }) => /[\p{L}\p{N}]/u.test(text.slice(start, end)));
}
