import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { decideInclusion, verifyStamp } from '../../../src/2-sample/design/inclusion.ts';
import { panelWave } from '../../../src/2-sample/design/panel.ts';
import { plannedRate } from '../../../src/2-sample/design/planned-rate.ts';
import {
  createEdgeSampler,
  type SeenCell as EdgeCell,
  type EdgeConfig,
  type EdgeConversation,
  type SeenRecord as EdgeRecord,
} from '../../../src/2-sample/sampler.ts';
import { type Facets, topics } from '../../../src/domain/facets.ts';
import { SeenRecord } from '../../../src/domain/seen.ts';

const key = Buffer.alloc(32, 6);
const cap = { free: 3, floor: 0.1 };
const plans = [
  { version: 'a', from: '2026-04-25T00:00:00Z', piSample: 0.2, factors: { topic: { health: 2.5 }, memory: { on: 0.5 } } },
  { version: 'a', from: '2026-04-25T12:00:00Z', piSample: 0.4, factors: {} },
];
const sampler = (given: Partial<EdgeConfig> = {}) =>
  createEdgeSampler({
    name: 'edge-1',
    coinKey: key,
    design: 'd1',
    cap,
    plans,
    firstRate: 0.3,
    panelShare: 0,
    consent: {
      requireConsent: false,
      excludedProducts: ['kids'],
      excludedTenants: [],
      excludedRegions: [],
      excludeMinors: true,
    },
    ...given,
  });
const facets: Facets = { topic: 'other', memory: 'off', locale: 'en', length: '1', product: 'app' };
const conversation = (given: Partial<EdgeConversation & { facets: Facets }> = {}) => ({
  id: 'c-1',
  user: 'u-1',
  version: 'a',
  at: '2026-04-25T10:30:00Z',
  facets,
  ...given,
});
const stream = (n: number, users: number, given: (i: number) => Partial<EdgeConversation & { facets: Facets }> = () => ({})) =>
  Array.from({ length: n }, (_, i) => conversation({ id: `c-${i}`, user: `u-${i % users}`, ...given(i) }));
const only = (records: readonly EdgeRecord[]): EdgeCell => {
  expect(records.flatMap(({ cells }) => cells)).toHaveLength(1);
  return records[0]?.cells[0] as EdgeCell;
};

describe('the edge decides as the server does', () => {
  test('bit for bit, over versions, strata, hours, heavy users and the panel', () => {
    const edge = sampler({ panelShare: 0.1 });
    const seen = new Map<string, number>();
    const serverPlans = plans.map((plan) => ({ ...plan, from: new Date(plan.from) })).reverse();
    let taken = 0;
    for (const each of stream(6_000, 700, (i) => ({
      user: i % 3 === 0 ? 'heavy' : `u-${i % 700}`,
      version: i % 10 === 0 ? 'b' : 'a',
      at: `2026-04-25T${String(9 + Math.floor(i / 1_000)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}:00.123Z`,
      facets: { ...facets, topic: topics[i % topics.length] ?? 'other', memory: i % 2 === 0 ? 'on' : 'off' },
    }))) {
      const nth = (seen.get(each.user) ?? 0) + 1;
      seen.set(each.user, nth);
      const at = new Date(each.at);
      const panel = panelWave(key, each.user, at, 0.1) !== null;
      const ids = { key, design: 'd1', day: '2026-04-25', user: each.user, conversation: each.id };
      const piSample = plannedRate(
        serverPlans,
        each.version,
        new Date(Math.floor(+at / 3_600_000) * 3_600_000),
        each.facets,
        0.3,
      );
      const server = decideInclusion({ ...ids, piSample, nthToday: nth, panel, cap });
      const decision = edge.decide(each);
      expect(decision.taken).toBe(server.taken);
      if (!decision.taken) continue;
      taken += 1;
      expect(decision.sampling).toEqual({ design: 'd1', pi_sample: piSample, pi_cap: server.piCap, nth });
      // The stamp survives its journey.
      expect(verifyStamp({ ...ids, cap, panel }, JSON.parse(JSON.stringify(decision.sampling)))).toBe(true);
    }
    expect(taken).toBeGreaterThan(500);
  });
  test('from turns as from the facets read in them', () => {
    const turns = [{ role: 'user', content: 'I have a rash and a fever, do I need antibiotics?' }];
    const edge = sampler();
    const { facets: _, ...without } = conversation();
    edge.decide({ ...without, turns, memory: true, locale: 'de-AT', product: 'voice' });
    expect(only(edge.drain())).toMatchObject({ topic: 'health', memory: 'on', locale: 'de', length: '1', product: 'voice' });
  });
  test('with keys as bytes, as hex, and by the day they are in force', () => {
    const other = Buffer.alloc(32, 7);
    const decisions = (coinKey: EdgeConfig['coinKey']) => {
      const edge = sampler({ coinKey });
      return stream(500, 500).map((each) => edge.decide(each).taken);
    };
    const old = { from: '2020-01-01T00:00:00Z', key: other.toString('hex') };
    expect(decisions(key.toString('hex'))).toEqual(decisions(key));
    expect(decisions([old, { from: '2026-04-25T00:00:00Z', key }])).toEqual(decisions(key));
    expect(decisions([old, { from: '2026-04-26T00:00:00Z', key }])).toEqual(decisions(other));
    expect(decisions(other)).not.toEqual(decisions(key));
  });
});

describe('whoever may not be sampled', () => {
  test.each([
    [{ consent: 'denied' as const }, 'denied'],
    [{ product: 'kids' }, 'excluded_product'],
    [{ minor: true }, 'minor'],
  ])('%j is neither read nor counted', (given, reason) => {
    const edge = sampler();
    const { facets: _, ...without } = conversation(given);
    const unread = {
      ...without,
      get turns(): never {
        throw new Error('read');
      },
    };
    expect(edge.decide(unread)).toEqual({ taken: false, reason });
    expect(edge.drain()).toEqual([]);
  });
});

describe('what was seen', () => {
  test('adds up: conversations, capped counts, expected samples, thumbs', () => {
    const edge = sampler();
    for (const each of stream(5, 1, (i) => (i === 0 ? { feedback: { thumb: 'up' } } : {}))) edge.decide(each);
    const cell = only(edge.drain());
    const counted = [1, 1, 1, 9 / 16, 9 / 25];
    expect(cell).toEqual({
      ...facets,
      version: 'a',
      n: 5,
      counted: expect.closeTo(3 + 9 / 16 + 9 / 25, 12),
      nu: expect.closeTo(0.2 * (3 + 9 / 16 + 9 / 25), 12),
      // Above the floor counted is the probability of being kept, so each weighs 1 / 0.2.
      max_user_weight: expect.closeTo(5 * counted.length, 9),
      thumb_up: 1,
      thumb_down: 0,
    });
  });
  test('comes as records that the server takes, numbered, an hour each', () => {
    const edge = sampler();
    for (const each of stream(60, 9, (i) => ({ at: `2026-04-25T${String(8 + (i % 3)).padStart(2, '0')}:59:59+01:00` })))
      edge.decide(each);
    const records = edge.drain();
    expect(records.map(({ id, at }) => [id, at])).toEqual(
      ['07', '08', '09'].map((h, i) => [`edge-1:2026-04-25T${h}:00:00.000Z:${i}`, `2026-04-25T${h}:00:00.000Z`]),
    );
    for (const record of records) expect(SeenRecord.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
    edge.decide(conversation());
    expect(edge.drain()[0]?.id).toBe('edge-1:2026-04-25T10:00:00.000Z:3');
  });
  test('is given once, and only of hours that are over', () => {
    const edge = sampler();
    edge.decide(conversation({ at: '2026-04-25T10:30:00Z' }));
    edge.decide(conversation({ at: '2026-04-25T11:30:00Z', id: 'c-2' }));
    expect(edge.drain(new Date('2026-04-25T10:59:59Z'))).toEqual([]);
    expect(edge.drain(new Date('2026-04-25T11:00:00Z')).map(({ at }) => at)).toEqual(['2026-04-25T10:00:00.000Z']);
    expect(edge.drain().map(({ at }) => at)).toEqual(['2026-04-25T11:00:00.000Z']);
    expect(edge.drain()).toEqual([]);
  });
  test('is split where one record would be too large', () => {
    const edge = sampler();
    for (const each of stream(10_001, 10_001, (i) => ({ facets: { ...facets, product: `p-${i}` } }))) edge.decide(each);
    expect(edge.drain().map(({ cells }) => cells.length)).toEqual([10_000, 1]);
  });
  test('bounds every user’s weight in every union of cells, whatever the order, with drains in between', () => {
    const edge = sampler();
    const cells: EdgeCell[] = [];
    const weights = new Map<
      string,
      { user: string; hour: string; version: string; topic: string; memory: string; weight: number }[]
    >();
    const nth = new Map<string, number>();
    let state = 1;
    const random = (n: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return state % n;
    };
    for (const each of stream(3_000, 1, () => ({
      user: `u-${random(40)}`,
      version: ['a', 'b', 'c'][random(3)] ?? 'a',
      // Mostly in order, now and then an hour late.
      at: `2026-04-25T${String(8 + Math.min(9, Math.max(0, Math.floor(nth.size / 10) + random(3)))).padStart(2, '0')}:00:00Z`,
      facets: { ...facets, topic: topics[random(3)] ?? 'other', memory: random(2) === 0 ? 'on' : 'off' },
    }))) {
      const j = (nth.get(each.user) ?? 0) + 1;
      nth.set(each.user, j);
      edge.decide(each);
      const piSample = plannedRate(
        plans.map((plan) => ({ ...plan, from: new Date(plan.from) })).reverse(),
        each.version,
        new Date(each.at),
        each.facets,
        0.3,
      );
      const weight = Math.min(1, (3 / j) ** 2) / (piSample * Math.max(0.1, Math.min(1, (3 / j) ** 2)));
      const { user, version, at, facets: f } = each;
      const list = weights.get(`${at.slice(0, 13)} ${version}`) ?? [];
      list.push({ user, hour: at.slice(0, 13), version, topic: f.topic, memory: f.memory, weight });
      weights.set(`${at.slice(0, 13)} ${version}`, list);
      if (random(200) === 0)
        cells.push(...edge.drain().flatMap((record) => record.cells.map((cell) => ({ ...cell, hour: record.at }))));
    }
    cells.push(...edge.drain().flatMap((record) => record.cells.map((cell) => ({ ...cell, hour: record.at }))));
    const unions: ((cell: { topic: string; memory: string }) => boolean)[] = [
      () => true,
      ({ topic }) => topic === 'coding',
      ({ memory }) => memory === 'on',
      ({ topic, memory }) => topic === 'work' || memory === 'off',
    ];
    for (const [name, list] of weights) {
      const [hour, version] = name.split(' ');
      for (const within of unions) {
        const sums = new Map<string, number>();
        for (const each of list) if (within(each)) sums.set(each.user, (sums.get(each.user) ?? 0) + each.weight);
        const bound = cells
          .filter(
            (cell) =>
              (cell as EdgeCell & { hour: string }).hour.startsWith(hour ?? '') && cell.version === version && within(cell),
          )
          .reduce((most, cell) => Math.max(most, cell.max_user_weight), 0);
        expect(bound).toBeGreaterThanOrEqual(Math.max(0, ...sums.values()) * (1 - 1e-12));
      }
    }
  });
  test('is exact for one version and one cell', () => {
    const edge = sampler();
    for (const each of stream(40, 20)) edge.decide(each);
    expect(only(edge.drain()).max_user_weight).toBeCloseTo(10, 12);
  });
});

describe('memory and time', () => {
  const nthOf = (edge: ReturnType<typeof sampler>, at: string, user = 'u-1') => {
    const decision = edge.decide(conversation({ at, user }));
    return decision.taken ? decision.sampling.nth : null;
  };
  const all = { firstRate: 1, plans: [] };
  test('a user’s count begins anew each UTC day, also across an offset', () => {
    const edge = sampler(all);
    expect(nthOf(edge, '2026-04-25T23:30:00Z')).toBe(1);
    expect(nthOf(edge, '2026-04-26T01:30:00+02:00')).toBe(2);
    expect(nthOf(edge, '2026-04-26T00:00:00Z')).toBe(1);
    expect(nthOf(edge, '2026-04-25T23:59:59Z')).toBe(3);
  });
  test('the third day forgets the first', () => {
    const edge = sampler(all);
    for (const day of ['25', '26', '27']) expect(nthOf(edge, `2026-04-${day}T10:00:00Z`)).toBe(1);
    expect(nthOf(edge, '2026-04-26T11:00:00Z')).toBe(2);
    edge.drain();
    expect(nthOf(edge, '2026-04-25T10:00:00Z')).toBe(1);
  });
  test('20,000 users keep 20,000 counts', () => {
    const edge = sampler({ ...all, cap: { free: 9, floor: 1 } });
    for (let round = 1; round <= 3; round++) {
      for (let i = 0; i < 20_000; i++) {
        const nth = nthOf(edge, '2026-04-25T10:00:00Z', `user-${i}`);
        if (nth !== round) throw new Error(`user-${i} was at ${nth} in round ${round}`);
      }
    }
  });
  test('new plans hold from the next decision, in the same hour too', () => {
    const edge = sampler();
    const rateOf = () => {
      for (let i = 0; ; i++) {
        const decision = edge.decide(conversation({ id: `x-${i}`, user: `x-${i}` }));
        if (decision.taken) return decision.sampling.pi_sample;
      }
    };
    expect(rateOf()).toBe(0.2);
    edge.replacePlans([{ version: 'a', from: new Date('2026-04-25T10:00:00Z'), piSample: 0.7, factors: {} }]);
    expect(rateOf()).toBe(0.7);
  });
  test.each([
    [{ at: 'yesterday' }, 'ISO 8601'],
    [{ facets: { ...facets, memory: 'maybe' as 'on' } }, 'no such facets'],
  ])('%j is refused', (given, message) => {
    expect(() => sampler().decide(conversation(given))).toThrow(message);
  });
  test.each([{ firstRate: 0 }, { cap: { free: 3, floor: 0 } }, { coinKey: 'no hex' }, { coinKey: [] }])(
    'a configuration with %j is refused',
    (given) => expect(() => sampler(given)).toThrow(RangeError),
  );
});

test('reaches no package and nothing of Node, not even for types', () => {
  const root = new URL('../../../', import.meta.url).pathname;
  const seen = new Set<string>();
  const queue = ['src/2-sample/sampler.ts'];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const { importedFiles, typeReferenceDirectives } = ts.preProcessFile(readFileSync(`${root}${path}`, 'utf8'));
    expect(typeReferenceDirectives).toEqual([]);
    for (const { fileName } of importedFiles) {
      expect(fileName, `in ${path}`).toMatch(/^\.\.?\//);
      queue.push(posix.join(posix.dirname(path), fileName));
    }
  }
  expect([...seen]).toContain('src/2-sample/design/sha256-compress.ts');
  const onlySomewhere = ['Buffer', 'process', 'globalThis', 'require', 'performance', 'TextEncoder', 'crypto', 'setTimeout'];
  for (const path of seen) {
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) expect(onlySomewhere, `in ${path}`).not.toContain(node.text);
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(path, readFileSync(`${root}${path}`, 'utf8'), ts.ScriptTarget.ESNext));
  }
});
