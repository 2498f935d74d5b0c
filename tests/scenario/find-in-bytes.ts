const window = 6;

/**
 * Looks for many strings in heaps of bytes: one pass over each, comparing only where six bytes begin one of them.
 * @param wanted what to look for, and what to call it when found; shorter ones than six bytes are not allowed.
 */
export function createSearch(wanted: ReadonlyMap<string, string>): (bytes: Buffer) => Set<string> {
  const starts = new Map<number, { pattern: Buffer; name: string }[]>();
  for (const [text, name] of wanted) {
    const pattern = Buffer.from(text);
    if (pattern.length < window) throw new RangeError(`"${text}" is too short to look for`);
    const start = pattern.readUIntBE(0, window);
    const same = starts.get(start);
    if (same === undefined) starts.set(start, [{ pattern, name }]);
    else same.push({ pattern, name });
  }
  return (bytes) => {
    const found = new Set<string>();
    let value = 0;
    for (let i = 0; i < bytes.length; i++) {
      // The last six bytes as one number: the oldest falls off the front.
      value = (value % 2 ** 40) * 256 + (bytes[i] ?? 0);
      if (i < window - 1 || value === 0) continue;
      for (const { pattern, name } of starts.get(value) ?? []) {
        const at = i - window + 1;
        if (bytes.compare(pattern, 0, pattern.length, at, Math.min(bytes.length, at + pattern.length)) === 0) found.add(name);
      }
    }
    return found;
  };
}
