import { KeyError } from '../domain/errors.ts';

/**
 * Master keys as a file or a command gives them: 64 hexadecimal digits a line, the current key first. Blank lines and lines
 * that begin with # say nothing.
 *
 * @param source what the text came from, as an error calls it.
 * @throws KeyError naming source and line, never what stands there.
 */
export function parseKeys(text: string, source: string): Buffer[] {
  const lineOf = new Map<string, number>();
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const line = whole.trim().toLowerCase();
    if (line === '' || line.startsWith('#')) continue;
    if (!/^[0-9a-f]{64}$/.test(line)) {
      throw new KeyError(
        `Line ${index + 1} of ${source} is not a key: a key is 64 hexadecimal digits on a line of its own, and a comment begins with #.`,
      );
    }
    const before = lineOf.get(line);
    if (before !== undefined) throw new KeyError(`Line ${index + 1} of ${source} repeats line ${before}: remove one of them.`);
    lineOf.set(line, index + 1);
  }
  if (lineOf.size === 0) throw new KeyError(`There is no key in ${source}: it must hold 64 hexadecimal digits on a line.`);
  return [...lineOf.keys()].map((line) => Buffer.from(line, 'hex'));
}
