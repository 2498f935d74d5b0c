import { createHash } from 'node:crypto';

/**
 * The anchors of a day, `total` of them: taken in turn from the dimensions, so that each gets its share and what a small set
 * leaves goes to the others; within a dimension a simple random draw without replacement. Decided by the hash of the day and the
 * item alone, so that every worker draws the same, a first part of the list is such a draw too, and nothing that raters said
 * can move it.
 *
 * @param sets the anchors of each dimension, by item.
 * @param day `YYYY-MM-DD`.
 * @returns in the order in which they should be asked.
 */
export function drawAnchors(
  sets: ReadonlyMap<string, readonly string[]>,
  total: number,
  day: string,
): { dimension: string; item: string }[] {
  const queues = byHash([...sets.keys()], day).map((dimension) => ({
    dimension,
    items: byHash(sets.get(dimension) ?? [], `${day} ${dimension}`),
  }));
  const drawn: { dimension: string; item: string }[] = [];
  const longest = Math.max(0, ...queues.map(({ items }) => items.length));
  for (let round = 0; round < longest; round++) {
    for (const { dimension, items } of queues) {
      const item = items[round];
      if (item !== undefined && drawn.length < total) drawn.push({ dimension, item });
    }
  }
  return drawn;
}

function byHash(names: readonly string[], salt: string): string[] {
  const rank = new Map(names.map((name) => [name, createHash('sha256').update(`${salt}\u001f${name}`).digest('hex')]));
  return [...rank].sort(([, a], [, b]) => (a < b ? -1 : 1)).map(([name]) => name);
}
