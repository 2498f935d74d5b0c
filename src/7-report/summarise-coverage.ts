/** How many ratings of one rater and dimension stand how. */
export type LedgerState = { readonly rater: string; readonly dimension: string; readonly state: string; readonly n: number };

/** What one rater was due and did. Null where too few people are behind it to be shown. */
export type Coverage = {
  readonly rater: string;
  /** Rounded down to what `minUsers` people make, with a rating in every dimension. */
  readonly due: number | null;
  /** Of what was due, what has a verdict: to a thousandth, rounded down. Only all of it is 1. */
  readonly scored: number | null;
  /** Why the rest has none, as shares of what was due, to a thousandth. Reasons that too few ratings have in common are `other`. */
  readonly missing: Readonly<Record<string, number>>;
};

/**
 * What could be seen and what not, by rater. It is of all versions and dimensions together, withheld ones too: beside the counts
 * that are shown, exact ones would tell how many are withheld. The shares are what coverage is judged by.
 */
export function summariseCoverage(ledger: readonly LedgerState[], minUsers: number): Coverage[] {
  const raters = new Map<string, LedgerState[]>();
  for (const row of ledger) raters.set(row.rater, [...(raters.get(row.rater) ?? []), row]);
  return [...raters].map(([rater, rows]) => {
    const due = total(rows);
    const step = minUsers * new Set(rows.map(({ dimension }) => dimension)).size;
    if (due < step) return { rater, due: null, scored: null, missing: {} };
    const scored = total(rows.filter(({ state }) => state === 'scored'));
    return {
      rater,
      due: Math.floor(due / step) * step,
      scored: Math.floor((1_000 * scored) / due) / 1_000,
      missing: shareReasons(rows, due, minUsers),
    };
  });
}

function shareReasons(rows: readonly LedgerState[], due: number, minUsers: number): Record<string, number> {
  const counts = new Map<string, number>();
  for (const reason of new Set(rows.map(({ state }) => state).filter((state) => state !== 'scored'))) {
    const n = total(rows.filter(({ state }) => state === reason));
    const name = n < minUsers ? 'other' : reason;
    counts.set(name, (counts.get(name) ?? 0) + n);
  }
  return Object.fromEntries([...counts].map(([reason, n]) => [reason, Math.round((1_000 * n) / due) / 1_000]));
}

function total(rows: readonly LedgerState[]): number {
  return rows.reduce((sum, { n }) => sum + n, 0);
}
