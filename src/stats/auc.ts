/**
 * The area under the ROC curve: the chance that a score puts a random positive above a random negative, ties counting half.
 *
 * Comparisons are made inside strata only: a score that merely tells two sources apart gains nothing by it. One stratum for
 * all gives the plain AUC, which is Mann and Whitney's U over n1 n0. Where a stratum lacks one of the two kinds it has no
 * comparison to add. Do not read it as a rate: it says nothing about thresholds or calibration.
 *
 * @example stratifiedAuc([{ score: 1, positive: false, stratum: 'a' }, { score: 1, positive: true, stratum: 'a' },
 *   { score: 2, positive: true, stratum: 'a' }]) // { auc: 0.75, comparisons: 2 }
 *
 * References: Mann & Whitney (1947); Hanley & McNeil (1982), Radiology 143:29.
 */
export type ScoredCase = { readonly score: number; readonly positive: boolean; readonly stratum: string };

/** @returns `auc` null where nothing can be compared. */
export function stratifiedAuc(cases: readonly ScoredCase[]): { auc: number | null; comparisons: number } {
  const strata = new Map<string, ScoredCase[]>();
  for (const each of cases) {
    if (!Number.isFinite(each.score)) throw new RangeError(`score must be a finite number, got ${each.score}`);
    const stratum = strata.get(each.stratum);
    if (stratum === undefined) strata.set(each.stratum, [each]);
    else stratum.push(each);
  }
  let wins = 0;
  let comparisons = 0;
  for (const stratum of strata.values()) {
    const nPositive = stratum.filter(({ positive }) => positive).length;
    comparisons += nPositive * (stratum.length - nPositive);
    wins += winsOf(stratum);
  }
  return { auc: comparisons === 0 ? null : wins / comparisons, comparisons };
}

/** Pairs in which the positive stands above the negative, ties as halves: one pass over the sorted scores. */
function winsOf(cases: readonly ScoredCase[]): number {
  const sorted = [...cases].sort((a, b) => a.score - b.score);
  let wins = 0;
  let nBelow = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    let nPositive = 0;
    while (to < sorted.length && sorted[to]?.score === sorted[from]?.score) {
      if (sorted[to]?.positive) nPositive++;
      to++;
    }
    const nNegative = to - from - nPositive;
    wins += nPositive * (nBelow + nNegative / 2);
    nBelow += nNegative;
    from = to;
  }
  return wins;
}
