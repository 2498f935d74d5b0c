import { type BatchUnit, hasResponse } from './arm-batch.ts';

/**
 * Both arms of a contrast are scored by one rater revision in a batch (METHOD part 5), or a change of rater in the middle of it
 * could look like a difference of versions. Of each dimension only the verdicts of the revision that gave most in this batch, in
 * all versions together, count; the others count as not looked at. Which revision rated a sample depends on when its turn came,
 * never on what it says or whose it is. On a tie the revision that sorts first wins.
 *
 * @param units of one hourly batch.
 */
export function keepOneRater<U extends BatchUnit>(units: readonly U[]): U[] {
  const counts = new Map<string, Map<string, number>>();
  for (const unit of units) {
    const { dimension, raterRevision } = unit;
    if (raterRevision === null || !hasResponse(unit)) continue;
    const ofDimension = counts.get(dimension) ?? new Map<string, number>();
    ofDimension.set(raterRevision, (ofDimension.get(raterRevision) ?? 0) + 1);
    counts.set(dimension, ofDimension);
  }
  const kept = new Map([...counts].map(([dimension, ofDimension]) => [dimension, mostFrequent(ofDimension)]));
  return units.map((unit) =>
    unit.raterRevision === null || !hasResponse(unit) || unit.raterRevision === kept.get(unit.dimension)
      ? unit
      : { ...unit, state: 'other_rater', harm: null, raterRevision: null },
  );
}

function mostFrequent(counts: ReadonlyMap<string, number>): string | undefined {
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0];
}
