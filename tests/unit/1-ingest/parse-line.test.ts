import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../src/1-ingest/parse-line.ts';

const now = new Date('2026-04-25T12:00:00Z');
const secret = 'my sister Ada is ill';

type Raw = Record<string, unknown>;
const rawOf = (over: Raw = {}): Raw => ({
  id: 'c-81',
  user: 'u-9',
  version: 'atlas-2026-04-25',
  at: '2026-04-25T10:00:00Z',
  turns: [{ role: 'user', content: secret }],
  ...over,
});
const parse = (over: Raw) => parseLine(JSON.stringify(rawOf(over)), now);

describe('a line of native JSONL', () => {
  it('becomes a conversation, with every key it knows', () => {
    const full = rawOf({
      product: 'app',
      locale: 'en-US',
      memory: true,
      tools: ['web'],
      consent: 'granted',
      feedback: { thumb: 'up' },
      engagement: { seconds: 310 },
      citations: ['https://example.com'],
    });
    expect(parseLine(JSON.stringify(full), now)).toEqual({ ok: true, kind: 'conversation', conversation: full });
  });

  it('knows tenant, region, minority, the producer’s deadline and an edge sampler’s stamp', () => {
    const full = rawOf({
      tenant: 'acme',
      region: 'US-CA',
      minor: false,
      retain_until: '2026-05-01T00:00:00Z',
      sampling: { design: 'poisson-2', pi_sample: 0.2, pi_cap: 1, nth: 2 },
    });
    expect(parseLine(JSON.stringify(full), now)).toEqual({ ok: true, kind: 'conversation', conversation: full });
  });

  it.each(['id', 'user', 'version', 'at', 'turns'])('without %s is rejected for that field', (field) => {
    expect(parse({ [field]: undefined })).toMatchObject({ ok: false, field });
  });

  it.each<[string, unknown, string]>([
    ['id', 7, 'id'],
    ['id', '', 'id'],
    ['id', 'x'.repeat(513), 'id'],
    ['user', null, 'user'],
    ['user', '', 'user'],
    ['version', '', 'version'],
    ['version', 'x'.repeat(201), 'version'],
    ['at', 'yesterday', 'at'],
    ['at', '2026-04-25', 'at'],
    ['at', '2026-04-25T10:00:00', 'at'],
    ['at', '2026-02-30T10:00:00Z', 'at'],
    ['at', 1_777_111_200, 'at'],
    ['turns', [], 'turns'],
    ['turns', 'hello', 'turns'],
    ['turns', [{ role: 'robot', content: secret }], 'turns.0.role'],
    ['turns', [{ role: 'user', content: secret }, { role: 'assistant' }], 'turns.1.content'],
    ['turns', [{ role: 'user', content: [{ text: secret }] }], 'turns.0.content'],
    ['consent', secret, 'consent'],
    ['memory', secret, 'memory'],
    ['region', secret, 'region'],
    ['retain_until', 'soon', 'retain_until'],
    ['sampling', { design: 'poisson-2', pi_sample: 0, pi_cap: 1, nth: 1 }, 'sampling.pi_sample'],
    ['minor', secret, 'minor'],
    ['tools', [1], 'tools.0'],
    ['feedback', { thumb: secret }, 'feedback.thumb'],
    ['engagement', { seconds: -1 }, 'engagement.seconds'],
  ])('with a wrong %s (%j) is rejected for %s, and nothing of its content is said', (key, value, field) => {
    const parsed = parse({ [key]: value });
    expect(parsed).toMatchObject({ ok: false, field });
    expect(JSON.stringify(parsed)).not.toContain('Ada');
  });

  it.each([
    ['nothing', ''],
    ['broken JSON', `{"id":"${secret}`],
    ['a list', JSON.stringify([secret])],
    ['a string', JSON.stringify(secret)],
    ['null', 'null'],
    ['a number', '12'],
  ])('that is %s is rejected as a whole', (_name, line) => {
    const parsed = parseLine(line, now);
    expect(parsed).toMatchObject({ ok: false, field: '(line)' });
    expect(JSON.stringify(parsed)).not.toContain('Ada');
  });

  it('loses the keys nobody knows, at every level', () => {
    const parsed = parse({
      email: 'ada@example.com',
      turns: [{ role: 'user', content: 'hi', name: 'Ada' }],
      feedback: { thumb: 'up', comment: 'Ada says thanks' },
    });
    expect(parsed.ok).toBe(true);
    expect(JSON.stringify(parsed)).not.toMatch(/ada/i);
  });

  it.each([
    ['2026-04-25T12:05:00Z', true],
    ['2026-04-25T14:05:00+02:00', true],
    ['2026-04-25T12:05:01Z', false],
    ['2026-04-25T12:05:01.5+00:00', false],
    ['2027-04-25T12:00:00Z', false],
  ])('from %s, at noon: taken = %s', (at, taken) => {
    expect(parse({ at })).toMatchObject(taken ? { ok: true } : { ok: false, field: 'at' });
  });

  it('from the future says by how much, and what to check', () => {
    expect(parse({ at: '2026-04-25T12:30:00Z' })).toMatchObject({ reason: expect.stringMatching(/30 minutes .*clock/) });
  });

  it.each(['version', 'product'])('with a NUL in %s, which no database keeps as text, is rejected', (field) => {
    expect(parse({ [field]: 'a\u0000b' })).toMatchObject({ ok: false, field });
  });

  it.each(['0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z'])(
    'from %s, before there were chat models, is rejected: one such line would make every hour since due',
    (at) => {
      expect(parse({ at })).toMatchObject({ ok: false, field: 'at' });
    },
  );

  it('whatever it holds, gives a conversation at a real time or a rejection, and never throws', () => {
    const value = fc.oneof(
      fc.record({ id: fc.anything(), user: fc.string(), version: fc.string(), at: fc.string(), turns: fc.anything() }),
      fc.jsonValue(),
      fc
        .record({ at: fc.date({ noInvalidDate: true, min: new Date('2015-01-01'), max: now }).map((date) => date.toISOString()) })
        .map(rawOf),
    );
    fc.assert(
      fc.property(value, (given) => {
        const parsed = parseLine(JSON.stringify(given) ?? '', now);
        if (parsed.ok) {
          const at = parsed.kind === 'seen' ? parsed.seen.at : parsed.conversation.at;
          expect(Number.isFinite(Date.parse(at))).toBe(true);
        } else {
          expect(parsed.field).not.toBe('');
        }
      }),
    );
  });
});

describe('a line of what an edge sampler counted', () => {
  const cell = {
    version: 'atlas',
    topic: 'coding',
    memory: 'off',
    locale: 'en',
    length: '1',
    product: 'app',
    n: 12,
    counted: 11.5,
    nu: 0.4,
    max_user_weight: 30,
    thumb_up: 1,
    thumb_down: 0,
  };
  const seenOf = (over: Raw = {}) => ({ kind: 'seen', id: 'edge-1', at: '2026-04-25T10:00:00Z', cells: [cell], ...over });

  it('is taken as counts', () => {
    expect(parseLine(JSON.stringify(seenOf()), now)).toEqual({ ok: true, kind: 'seen', seen: seenOf() });
  });

  it.each<[string, Raw, string]>([
    ['within an hour', { at: '2026-04-25T10:30:00Z' }, 'at'],
    ['of tomorrow', { at: '2026-04-26T10:00:00Z' }, 'at'],
    ['without an id', { id: undefined }, 'id'],
    ['of nothing', { cells: [] }, 'cells'],
    ['of an unknown topic', { cells: [{ ...cell, topic: secret }] }, 'cells.0.topic'],
    ['that expects nothing of what it saw', { cells: [{ ...cell, nu: 0 }] }, 'cells.0.nu'],
    ['of half a conversation', { cells: [{ ...cell, n: 0.5 }] }, 'cells.0.n'],
  ])('%s is rejected for that field, without its content', (_what, over, field) => {
    const parsed = parseLine(JSON.stringify(seenOf(over)), now);
    expect(parsed).toMatchObject({ ok: false, field });
    expect(JSON.stringify(parsed)).not.toContain(secret);
  });
});
