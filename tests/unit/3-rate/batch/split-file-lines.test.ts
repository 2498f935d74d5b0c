import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitFileLines } from '../../../../src/3-rate/batch/split-file-lines.ts';

async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function linesOf(text: string, { size = 3, max = 100 } = {}): Promise<(string | null)[]> {
  const lines: (string | null)[] = [];
  for await (const line of splitFileLines(inChunks(text, size), max)) lines.push(line);
  return lines;
}

describe('splitFileLines', () => {
  it.each([
    ['no bytes', '', []],
    ['a last line without a line break', 'one\ntwo', ['one', 'two']],
    ['blank lines', '\n one\n\n \r\ntwo\n\n', [' one', 'two']],
    ['a carriage return stays for JSON to ignore', '{}\r\n', ['{}\r']],
    ['characters cut by the end of a chunk', 'é漢😀\n😀', ['é漢😀', '😀']],
  ])('%s', async (_fact, text, lines) => {
    expect(await linesOf(text, { size: 1 })).toEqual(lines);
    expect(await linesOf(text, { size: 1000 })).toEqual(lines);
  });

  it.each([1, 4, 1000])('a line over the bound is null and costs only itself, in chunks of %s', async (size) => {
    expect(await linesOf('12345\n123456\nab\n1234567', { size, max: 5 })).toEqual(['12345', null, 'ab', null]);
  });

  it('gives back any lines, however they are cut into chunks', async () => {
    const line = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\n\uFEFF]/.test(text) && text.trim() !== '');
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), fc.integer({ min: 1, max: 9 }), async (lines, size) => {
        expect(await linesOf(lines.join('\n'), { size, max: 10_000 })).toEqual(lines);
      }),
    );
  });
});
