import type { KnownRater } from '../domain/known-rater.ts';

const day_ms = 86_400_000;

/** A rater that took over from another: for some days both rate part of the same samples, so that no series jumps unexplained. */
export type Bridge = { readonly dimension: string; readonly from: KnownRater; readonly to: KnownRater; readonly until: Date };

/**
 * The bridges open now. A rater bridges from the one that scored its dimension last before it came; one that has served before
 * and comes back needs none.
 *
 * @param current revision of the judge now at work on each dimension.
 */
export function openBridges(
  known: readonly KnownRater[],
  current: ReadonlyMap<string, string>,
  now: Date,
  days: number,
): Bridge[] {
  const bridges: Bridge[] = [];
  for (const [dimension, revision] of current) {
    const judges = known.filter((rater) => rater.dimension === dimension && rater.rater === 'judge');
    const to = judges.find((rater) => rater.revision === revision);
    if (to === undefined) continue;
    const until = new Date(to.firstUsedAt.getTime() + days * day_ms);
    const [from] = judges
      .filter((rater) => rater.firstUsedAt < to.firstUsedAt)
      .sort((a, b) => b.lastUsedAt.getTime() - a.lastUsedAt.getTime() || (a.revision < b.revision ? -1 : 1));
    if (from !== undefined && until > now) bridges.push({ dimension, from, to, until });
  }
  return bridges;
}
