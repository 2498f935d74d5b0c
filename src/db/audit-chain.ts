import { createHmac } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';

/** What the first link of all stands on. */
export const chainStart = '0'.repeat(64);

/** An event as it is stored. Those from before there was a chain have no hashes and stand before its first link. */
export type AuditLink = {
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly who: string;
  readonly subject: string;
  readonly detail: object;
  readonly prevHash: string | null;
  readonly hash: string | null;
};

/**
 * The hash of a link: HMAC-SHA256 over what it says and the hash before it, in hex. Keyed, because whoever can write the
 * database can also work out plain hashes; without the key nobody makes a chain that holds.
 */
export function hashLink(key: Uint8Array, link: Omit<AuditLink, 'id' | 'hash'>): string {
  const { at, kind, who, subject, detail, prevHash } = link;
  const said = canonicalJson({ at: at.toISOString(), kind, who, subject, detail, prev_hash: prevHash });
  return createHmac('sha256', key).update(said).digest('hex');
}

/** How far a walk along the chain has come. */
export type ChainWalk = {
  readonly n: number;
  /** Events from before the chain: nothing vouches for them. */
  readonly nBefore: number;
  readonly first: AuditLink | null;
  readonly last: AuditLink | null;
  /** Hashes that the log itself says it was pruned up to: where a chain may begin other than at its start. */
  readonly pruned: readonly string[];
};

export const newChainWalk: ChainWalk = { n: 0, nBefore: 0, first: null, last: null, pruned: [] };

/**
 * What is wrong with a link. `altered`: it does not say what was hashed, or was written by somebody without the key.
 * `out of place`: it is genuine, and does not follow the link before it.
 */
export type ChainBreak = {
  readonly what: 'altered' | 'out of place';
  readonly link: AuditLink;
  readonly after: AuditLink | null;
};

/** One more event, in the order of ids: the walk so far, or what is wrong with it. */
export function stepChain(key: Uint8Array, walk: ChainWalk, link: AuditLink): ChainWalk | ChainBreak {
  if (link.hash === null && walk.last === null) return { ...walk, nBefore: walk.nBefore + 1 };
  if (link.hash === null || link.prevHash === null || hashLink(key, link) !== link.hash) {
    return { what: 'altered', link, after: walk.last };
  }
  if (walk.last !== null && link.prevHash !== walk.last.hash) return { what: 'out of place', link, after: walk.last };
  const upTo = link.kind === 'prune audit log' ? (link.detail as { hash?: unknown }).hash : undefined;
  return {
    ...walk,
    n: walk.n + 1,
    first: walk.first ?? link,
    last: link,
    pruned: typeof upTo === 'string' ? [...walk.pruned, upTo] : walk.pruned,
  };
}

/** What is wrong with a whole chain whose links all hold: it may begin only at its start or where it says it was pruned. */
export function endChain(walk: ChainWalk): ChainBreak | null {
  const { first, pruned } = walk;
  if (first === null || first.prevHash === chainStart || pruned.includes(first.prevHash ?? '')) return null;
  return { what: 'out of place', link: first, after: null };
}

/** The same over a log in memory, in the order of ids. */
export function checkChain(key: Uint8Array, links: readonly AuditLink[]): ChainWalk | ChainBreak {
  let walk = newChainWalk;
  for (const link of links) {
    const next = stepChain(key, walk, link);
    if ('what' in next) return next;
    walk = next;
  }
  return endChain(walk) ?? walk;
}
