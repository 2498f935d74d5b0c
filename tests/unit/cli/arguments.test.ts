import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { positive, problemOf, readUser } from '../../../src/cli/arguments.ts';
import { InputError } from '../../../src/domain/errors.ts';

const stdin = (text: string) => Readable.from([Buffer.from(text)]);

test('a user id is taken as it is given', async () => {
  expect(await readUser(' u-9 ', stdin(''))).toBe(' u-9 ');
});

test.each([
  ['u-9', 'u-9'],
  ['u-9\n', 'u-9'],
  ['u-9\r\n', 'u-9'],
  ['-', '-'],
])('a single - reads it from standard input: %j', async (text, user) => {
  expect(await readUser('-', stdin(text))).toBe(user);
});

test.each([
  ['nothing', ''],
  ['an empty line', '\n'],
  ['two lines', 'secret\nsecret\n'],
  ['more than an id may have', 'secret'.repeat(100)],
  ['a whole file', 'secret'.repeat(10_000)],
])('%s on standard input is refused, and not repeated', async (_name, text) => {
  const refused = readUser('-', stdin(text));
  await expect(refused).rejects.toThrow(InputError);
  await expect(refused).rejects.toThrow(/^--user/);
  await expect(refused).rejects.not.toThrow(/secret/);
});

test('what is no user id is told from what is one', () => {
  expect(problemOf('u')).toBeNull();
  expect(problemOf('')).toMatch(/not a user id/);
  expect(problemOf('x'.repeat(513))).toMatch(/not a user id/);
});

test('a number of things is whole and above zero', () => {
  expect(positive('20')).toBe(20);
  for (const text of ['0', '-1', '1.5', 'ten', '']) expect(() => positive(text)).toThrow(/whole number/);
});
