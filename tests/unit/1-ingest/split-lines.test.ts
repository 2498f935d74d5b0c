import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, splitLines } from '../../../src/1-ingest/split-lines.ts';

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** Cuts bytes at the given places, wherever they fall. */
function cut(bytes: Buffer, at: readonly number[]): Uint8Array[] {
  const places = [0, ...at.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((place, i) => bytes.subarray(places[i], place));
}

async function linesOf(chunks: readonly (string | Uint8Array)[], maxBytes = 1_000): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of splitLines(stream(chunks.map((chunk) => Buffer.from(chunk))), maxBytes)) lines.push(line);
  return lines;
}

describe('splitting bytes into lines', () => {
  it.each<[string, string[], Line[]]>([
    ['nothing is no line', [], []],
    ['an empty chunk is no line', [''], []],
    ['a line', ['a\n'], [{ number: 1, text: 'a' }]],
    [
      'no final newline',
      ['a\nb'],
      [
        { number: 1, text: 'a' },
        { number: 2, text: 'b' },
      ],
    ],
    [
      'CRLF',
      ['a\r\nb\r\n'],
      [
        { number: 1, text: 'a' },
        { number: 2, text: 'b' },
      ],
    ],
    [
      'CRLF cut in two',
      ['a\r', '\nb'],
      [
        { number: 1, text: 'a' },
        { number: 2, text: 'b' },
      ],
    ],
    ['blank lines are counted and passed over', ['\n\r\n  \na\n\n'], [{ number: 4, text: 'a' }]],
    ['a byte order mark is not content', ['\uFEFF{}\n'], [{ number: 1, text: '{}' }]],
    ['separators that are not newlines stay inside', ['a\u2028b\u0085c\n'], [{ number: 1, text: 'a\u2028b\u0085c' }]],
  ])('%s', async (_fact, chunks, lines) => {
    expect(await linesOf(chunks)).toEqual(lines);
  });

  it('any chunking of the same bytes gives the same lines, through the middle of a character too', async () => {
    const text = fc
      .array(fc.constantFrom('a', 'é', '語', '👩‍👩‍👧', '"', ' ', '\n', '\r\n', '\n\n'), { maxLength: 60 })
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.array(fc.nat(300), { maxLength: 20 }),
        fc.integer({ min: 4, max: 40 }),
        async (given, at, max) => {
          const bytes = Buffer.from(given);
          const whole = await linesOf([bytes], max);
          expect(await linesOf(cut(bytes, at), max)).toEqual(whole);
          const expected = given
            .split('\n')
            .map((line, i) => ({ number: i + 1, text: Buffer.byteLength(line) > max ? null : line.trim() }))
            .filter((line) => line.text !== '');
          expect(whole).toEqual(expected);
        },
      ),
    );
  });

  it.each([
    ['in one chunk', ['x'.repeat(11), '\nb\n']],
    ['in many', [...'x'.repeat(50), '\n', 'b']],
  ])('a line over the limit %s has no text, and the next is read as if it had not been', async (_name, chunks) => {
    expect(await linesOf(chunks, 10)).toEqual([
      { number: 1, text: null },
      { number: 2, text: 'b' },
    ]);
  });

  it('a line at the limit is kept', async () => {
    expect(await linesOf(['x'.repeat(10)], 10)).toEqual([{ number: 1, text: 'x'.repeat(10) }]);
  });

  it('of a line without end nothing is held in memory', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    let most = 0;
    async function* endless() {
      const before = process.memoryUsage().arrayBuffers;
      for (let i = 0; i < 200; i += 1) {
        yield chunk;
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }
      yield Buffer.from('\nb');
    }
    const lines: Line[] = [];
    for await (const line of splitLines(endless(), 1_000)) lines.push(line);
    expect(lines).toEqual([
      { number: 1, text: null },
      { number: 2, text: 'b' },
    ]);
    // 200 MB went through; a copy of it all would show.
    expect(most).toBeLessThan(100 * 1024 * 1024);
  });
});
