/** A line, or the note that it was too long to be held in memory. Numbers count from 1. */
export type Line = { readonly number: number; readonly text: string | null };

/**
 * Bytes to lines in constant memory: never holds more than one line, and of a line longer than `maxBytes` nothing.
 * Blank lines are passed over but counted.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Line> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let tooLong = false;
  let number = 0;

  const finish = (): Line | null => {
    number += 1;
    const text = tooLong ? null : Buffer.concat(held).toString('utf8').trim();
    held = [];
    heldBytes = 0;
    tooLong = false;
    return text === '' ? null : { number, text };
  };
  const hold = (piece: Uint8Array) => {
    heldBytes += piece.length;
    if (heldBytes > maxBytes) {
      tooLong = true;
      held = [];
    } else {
      held.push(Buffer.from(piece));
    }
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10, start); end !== -1; end = chunk.indexOf(10, start)) {
      hold(chunk.subarray(start, end));
      start = end + 1;
      const line = finish();
      if (line !== null) yield line;
    }
    if (start < chunk.length) hold(chunk.subarray(start));
  }
  if (heldBytes > 0) {
    const line = finish();
    if (line !== null) yield line;
  }
}
