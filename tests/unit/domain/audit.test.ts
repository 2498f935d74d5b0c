import { expect, test } from 'vitest';
import { AuditEvent, auditKinds } from '../../../src/domain/audit.ts';

const event = { at: new Date(0), kind: 'read sample', who: 'Robin', subject: 'c-1', detail: { because: 'an alert' } };

test('names, ids and numbers pass, in lists and one level down', () => {
  const detail = { because: 'an alert', n: 3, dimensions: ['a', 'b'], removed: { sample: 2 }, hash: null, known: true };
  expect(AuditEvent.parse({ ...event, detail }).detail).toEqual(detail);
  expect(AuditEvent.parse({ ...event, detail: undefined }).detail).toEqual({});
});

test.each([
  ['a text longer than a reason', { detail: { text: 'x'.repeat(201) } }],
  ['a conversation', { detail: { turns: [{ role: 'user', content: 'Hello' }] } }],
  ['a value two levels down', { detail: { a: { b: { c: 1 } } } }],
  ['half a character', { detail: { because: '\ud83d' } }],
  ['what PostgreSQL cannot hold', { subject: 'a\u0000b' }],
  ['a number that JSON cannot hold', { detail: { n: Number.NaN } }],
  ['nobody', { who: '' }],
  ['a kind that is not in the list', { kind: 'look around' }],
  ['a field of somebody’s own', { note: 'x' }],
])('%s is refused', (_name, given) => {
  expect(AuditEvent.safeParse({ ...event, ...given }).success).toBe(false);
});

test('no kind is listed twice', () => {
  expect(new Set(auditKinds).size).toBe(auditKinds.length);
});
