import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../../src/domain/canonical-json.ts';

test('keys are in order at every depth, and lists stay as they are', () => {
  expect(canonicalJson({ b: 1, a: [true] })).toBe('{"a":[true],"b":1}');
  expect(canonicalJson({ z: { y: 1, x: null }, a: [{ d: 'é', c: 2 }, 3] })).toBe(
    '{"a":[{"c":2,"d":"é"},3],"z":{"x":null,"y":1}}',
  );
});

const reversed = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, reversed(part)]),
  );
};

test('the same value has the same text in whatever order its keys were written, and keeps its value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
