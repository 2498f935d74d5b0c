/** What became of a rater's due ratings. */
export type RaterCoverage = {
  readonly rater: string;
  readonly due: number;
  readonly scored: number;
  readonly waiting: number;
  /** By reason. */
  readonly unscored: Readonly<Record<string, number>>;
};

/** Sums the ledger's counts by rater, over whatever dimensions they are of. */
export function coverageOf(
  counts: readonly { readonly rater: string; readonly state: string; readonly n: number }[],
): RaterCoverage[] {
  const raters = new Map<string, { due: number; scored: number; waiting: number; unscored: Record<string, number> }>();
  for (const { rater, state, n } of counts) {
    const sum = raters.get(rater) ?? { due: 0, scored: 0, waiting: 0, unscored: {} };
    raters.set(rater, sum);
    sum.due += n;
    if (state === 'scored') sum.scored += n;
    else if (state === 'due') sum.waiting += n;
    else sum.unscored[state] = (sum.unscored[state] ?? 0) + n;
  }
  return [...raters].map(([rater, sum]) => ({ rater, ...sum }));
}
