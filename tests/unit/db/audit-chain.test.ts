import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AuditLink, chainStart, checkChain, hashLink } from '../../../src/db/audit-chain.ts';

const key = Buffer.alloc(32, 3);

type Said = Partial<Pick<AuditLink, 'kind' | 'who' | 'subject' | 'detail'>>;

/** A chain of events as they would be appended. */
function chain(said: readonly Said[], { signedWith = key, from = chainStart } = {}): AuditLink[] {
  const links: AuditLink[] = [];
  for (const [i, each] of said.entries()) {
    const event = { at: new Date(i * 1_000), kind: 'read sample', who: 'Robin', subject: `c-${i}`, detail: {}, ...each };
    const prevHash = links.at(-1)?.hash ?? from;
    links.push({ ...event, id: String(i + 1), prevHash, hash: hashLink(signedWith, { ...event, prevHash }) });
  }
  return links;
}

const five = chain([{}, {}, {}, {}, {}]);
const [, b, c, d] = five as [AuditLink, AuditLink, AuditLink, AuditLink];
/** In the order of ids, as a database gives them. */
const byId = (links: readonly AuditLink[]) => [...links].sort((x, y) => Number(x.id) - Number(y.id));

test('a chain holds, and so do no events at all', () => {
  expect(checkChain(key, five)).toMatchObject({ n: 5, nBefore: 0, first: five[0], last: five[4] });
  expect(checkChain(key, [])).toMatchObject({ n: 0, first: null, last: null });
});

test('events from before the chain stand before it and are counted apart', () => {
  const before = { ...five[0], id: '0', prevHash: null, hash: null } as AuditLink;
  expect(checkChain(key, [before, ...five])).toMatchObject({ n: 5, nBefore: 1 });
});

test.each<[string, readonly AuditLink[], object]>([
  ['a detail altered', five.with(2, { ...c, detail: { because: 'another' } }), { what: 'altered', link: { id: '3' } }],
  ['a name altered', five.with(2, { ...c, who: 'Sam' }), { what: 'altered', link: { id: '3' } }],
  ['a time altered', five.with(2, { ...c, at: new Date(9) }), { what: 'altered', link: { id: '3' } }],
  ['a row taken out', five.toSpliced(2, 1), { what: 'out of place', link: { id: '4' }, after: { id: '2' } }],
  ['the beginning taken out', five.slice(2), { what: 'out of place', link: { id: '3' }, after: null }],
  [
    'two rows swapped',
    byId(five.with(1, { ...b, id: '3' }).with(2, { ...c, id: '2' })),
    { what: 'out of place', link: { id: '2' } },
  ],
  ['a row repeated', byId([...five, { ...c, id: '3.5' }]), { what: 'out of place', link: { id: '3.5' } }],
  ['a row put in without hashes', five.toSpliced(3, 0, { ...d, prevHash: null, hash: null }), { what: 'altered' }],
  [
    'a row put in by whoever has no key',
    chain([{}, {}], { signedWith: Buffer.alloc(32, 4) }),
    { what: 'altered', link: { id: '1' } },
  ],
  [
    'the hashes taken off the beginning',
    five.with(0, { ...five[0], prevHash: null, hash: null } as AuditLink),
    { link: { id: '2' } },
  ],
])('%s is found', (_name, links, problem) => {
  expect(checkChain(key, links)).toMatchObject(problem);
});

test('a whole chain made without the key does not hold under it', () => {
  const forged = chain([{}, {}, {}], { signedWith: Buffer.alloc(32) });
  expect(checkChain(key, forged)).toMatchObject({ what: 'altered', link: { id: '1' } });
});

test('a pruned chain holds where a later event says that it was pruned to there, and nowhere else', () => {
  const cut = c.hash;
  const rest = chain([{}, {}, { kind: 'prune audit log', detail: { hash: cut } }, {}], { from: cut ?? '' });
  expect(checkChain(key, rest)).toMatchObject({ n: 4 });
  expect(checkChain(key, rest.slice(1))).toMatchObject({ what: 'out of place', link: { id: '2' } });
  expect(checkChain(key, rest.slice(0, 2))).toMatchObject({ what: 'out of place', link: { id: '1' } });
});

test('a chain that is nothing but the note of its pruning holds', () => {
  expect(checkChain(key, chain([{ kind: 'prune audit log', detail: { hash: c.hash } }], { from: c.hash ?? '' }))).toMatchObject({
    n: 1,
  });
});

/** What somebody who can write the table, and has no key, may do to it. */
const tampering = (links: readonly AuditLink[]) => {
  const place = fc.nat({ max: links.length - 1 });
  const field = fc.constantFrom('kind', 'who', 'subject', 'prevHash', 'hash');
  return fc.oneof(
    fc.tuple(place, field, fc.string()).map(([i, name, text]) => links.with(i, { ...links[i], [name]: text } as AuditLink)),
    fc.tuple(place, fc.jsonValue()).map(([i, detail]) => links.with(i, { ...links[i], detail: { detail } } as AuditLink)),
    fc
      .tuple(place, fc.integer({ min: 1, max: 1e9 }))
      .map(([i, ms]) => links.with(i, { ...links[i], at: new Date(1e12 + ms) } as AuditLink)),
    // Not the last: of a missing tail only a noted head tells.
    fc.nat({ max: links.length - 2 }).map((i) => links.toSpliced(i, 1)),
    fc.tuple(place, place).map(([i, j]) => links.toSpliced(i, 0, links[j] as AuditLink)),
    fc.tuple(place, place).map(([i, j]) => links.with(i, links[j] as AuditLink).with(j, links[i] as AuditLink)),
    place.map((i) => links.toSpliced(i, 0, { ...(links[i] as AuditLink), prevHash: null, hash: null })),
  );
};

test('whatever somebody without the key does to a chain is found', () => {
  const said = fc.record({ who: fc.string(), subject: fc.string(), detail: fc.dictionary(fc.string(), fc.jsonValue()) });
  const chains = fc.array(said, { minLength: 2, maxLength: 12 }).map((each) => chain(each));
  const tampered = chains.chain((links) => fc.tuple(fc.constant(links), tampering(links)));
  const text = (links: readonly AuditLink[]) => JSON.stringify(links.map(({ id: _, ...rest }) => rest));
  fc.assert(
    fc.property(tampered, ([links, after]) => {
      expect(checkChain(key, links)).toMatchObject({ n: links.length });
      // A row without hashes before the first link claims to be from before the chain, and is counted as such.
      fc.pre(text(links) !== text(after) && after[0]?.hash !== null);
      expect(checkChain(key, after)).toHaveProperty('what');
    }),
    { numRuns: 500 },
  );
});
