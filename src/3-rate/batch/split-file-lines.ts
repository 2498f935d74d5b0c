const lineFeed = 0x0a;

/**
 * The lines of a UTF-8 file that arrives in chunks, blank ones left out; null for a line of more than `maxLineBytes`, of which
 * no more than that is ever held.
 */
export async function* splitFileLines(
  chunks: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
): AsyncGenerator<string | null, void, undefined> {
  // Whole lines are decoded, so that no character is cut by the end of a chunk.
  const decoder = new TextDecoder();
  let parts: Uint8Array[] = [];
  let held = 0;
  let tooLong = false;

  const add = (part: Uint8Array) => {
    tooLong ||= held + part.length > maxLineBytes;
    if (tooLong) parts = [];
    else parts.push(part);
    held += part.length;
  };
  const take = (): string | null => {
    const line = tooLong ? null : decoder.decode(Buffer.concat(parts));
    parts = [];
    [held, tooLong] = [0, false];
    return line;
  };
  const isBlank = (line: string | null) => line !== null && line.trim() === '';

  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      add(chunk.subarray(from, at));
      from = at + 1;
      const line = take();
      if (!isBlank(line)) yield line;
    }
    add(chunk.subarray(from));
  }
  const last = take();
  if (!isBlank(last)) yield last;
}
