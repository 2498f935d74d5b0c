import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Span, spanTypes } from '../../../../src/2-sample/redaction/recognisers/span.ts';
import { mergeSpans, subtractSpans } from '../../../../src/2-sample/redaction/spans.ts';

const anySpan = fc.record({ start: fc.nat(40), length: fc.integer({ min: 1, max: 12 }), type: fc.constantFrom(...spanTypes) });
const spansOf = (drawn: readonly { start: number; length: number; type: Span['type'] }[]): Span[] =>
  drawn.map(({ start, length, type }) => ({ start, end: start + length, type }));
const covered = (spans: readonly { start: number; end: number }[]): number[] =>
  Array.from({ length: 60 }, (_, i) => i).filter((i) => spans.some(({ start, end }) => start <= i && i < end));

test('of overlapping spans the union is kept, under the type of higher precedence', () => {
  const merged = mergeSpans([
    { start: 0, end: 10, type: 'NAME' },
    { start: 5, end: 15, type: 'EMAIL' },
    { start: 15, end: 20, type: 'PHONE' },
  ]);
  expect(merged).toEqual([
    { start: 0, end: 15, type: 'EMAIL' },
    { start: 15, end: 20, type: 'PHONE' },
  ]);
});

test('merging covers exactly what was covered, in order and without overlap', () => {
  fc.assert(
    fc.property(fc.array(anySpan), (drawn) => {
      const spans = spansOf(drawn);
      const merged = mergeSpans(spans);
      expect(covered(merged)).toEqual(covered(spans));
      for (let i = 1; i < merged.length; i++) expect(merged[i]!.start).toBeGreaterThanOrEqual(merged[i - 1]!.end);
    }),
  );
});

test('subtracting leaves the holes alone and drops pieces without a letter or digit', () => {
  const text = 'abc [X] , [Y]';
  const holes = [
    { start: 4, end: 7 },
    { start: 10, end: 13 },
  ];
  expect(subtractSpans([{ start: 0, end: 13, type: 'URL' }], holes, text)).toEqual([{ start: 0, end: 4, type: 'URL' }]);
  expect(subtractSpans([{ start: 5, end: 6, type: 'URL' }], holes, text)).toEqual([]);
  expect(subtractSpans([{ start: 0, end: 3, type: 'URL' }], holes, text)).toEqual([{ start: 0, end: 3, type: 'URL' }]);
});

test('subtracting covers exactly what is in a span and in no hole', () => {
  fc.assert(
    fc.property(fc.array(anySpan), fc.array(anySpan), (drawn, holes) => {
      const [spans, taken] = [mergeSpans(spansOf(drawn)), mergeSpans(spansOf(holes))];
      const inHole = new Set(covered(taken));
      const rest = subtractSpans(spans, taken, 'x'.repeat(60));
      expect(covered(rest)).toEqual(covered(spans).filter((i) => !inHole.has(i)));
    }),
  );
});
