/**
 * JSON with the keys of every object in order, so that equal values have equal text: what is hashed or signed here is read back
 * from places (jsonb, a file somebody formatted) that keep the value and not the order.
 *
 * @param value plain JSON: what else it holds is written as `JSON.stringify` would.
 * @example canonicalJson({ b: 1, a: [true] }) // '{"a":[true],"b":1}'
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
