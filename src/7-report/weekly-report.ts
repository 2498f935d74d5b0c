import type { Alert } from '../domain/alert.ts';
import { everybody } from '../domain/cell.ts';
import type { Finding } from '../domain/finding.ts';
import type { RatePoint } from '../domain/rate-point.ts';
import type { Rollback } from '../domain/rollback.ts';
import { mergeDays, type PeriodRate } from './merge-days.ts';

export type ReportInput = {
  readonly week: string;
  readonly from: Date;
  readonly to: Date;
  readonly now: Date;
  /** Up to when hours have closed; null before the first. */
  readonly measuredUntil: Date | null;
  readonly lkg: { readonly version: string; readonly by: string; readonly at: Date; readonly rates: readonly LkgRate[] } | null;
  /** Rate points of grain `day` and `week` within the week. */
  readonly points: readonly RatePoint[];
  readonly findings: readonly Finding[];
  readonly alerts: readonly Alert[];
  readonly rollbacks: readonly Rollback[];
  readonly ledger: readonly { readonly rater: string; readonly dimension: string; readonly state: string; readonly n: number }[];
  readonly simulated: boolean;
  readonly rater: string;
};

type LkgRate = {
  readonly dimension: string;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
};

export type ReportRow = {
  readonly dimension: string;
  readonly version: string;
  readonly rate: PeriodRate;
  /** LKG's rate in the same week where it had traffic, else the one it was certified with. */
  readonly lkg: (LkgRate & { readonly source: 'same week' | 'certified' }) | null;
  readonly ratio: number | null;
  readonly verdict: Finding['verdict'] | 'is LKG';
  readonly because: string;
};

export type WeeklyReport = Omit<ReportInput, 'points' | 'findings' | 'ledger'> & {
  readonly complete: boolean;
  readonly rows: readonly ReportRow[];
  /** Cohorts that have drifted, worst evidence first. */
  readonly cohorts: readonly Finding[];
  readonly coverage: readonly {
    readonly rater: string;
    readonly due: number;
    readonly scored: number;
    readonly byReason: Record<string, number>;
  }[];
};

/** Every pooled rate of the week against LKG, what was found, what was done, and what could not be seen. */
export function buildWeeklyReport(input: ReportInput): WeeklyReport {
  const { points, findings, ledger, ...rest } = input;
  const pooled = points.filter(({ cell }) => cell.cohort.facet === everybody.facet);
  const complete = input.measuredUntil !== null && input.to <= input.measuredUntil;
  const rates = new Map<string, { dimension: string; version: string; rate: PeriodRate }>();
  for (const point of pooled) {
    const key = `${point.cell.dimension} ${point.cell.version}`;
    if (rates.has(key)) continue;
    const own = pooled.filter(({ cell }) => cell.dimension === point.cell.dimension && cell.version === point.cell.version);
    const weekly = own.filter(({ grain }) => grain === 'week');
    const rate = mergeDays(weekly.length > 0 ? weekly : own.filter(({ grain }) => grain === 'day'));
    if (rate !== null) rates.set(key, { dimension: point.cell.dimension, version: point.cell.version, rate });
  }
  const rows = [...rates.values()]
    .map((row) => compare(row, input, rates, findings))
    .sort((a, b) => a.dimension.localeCompare(b.dimension) || a.version.localeCompare(b.version));
  return {
    ...rest,
    complete,
    rows,
    cohorts: findings
      .filter(({ verdict, cell }) => verdict === 'drifted' && cell.cohort.facet !== everybody.facet)
      .sort((a, b) => b.eValue / b.threshold - a.eValue / a.threshold),
    coverage: coverageByRater(ledger),
  };
}

function compare(
  { dimension, version, rate }: { dimension: string; version: string; rate: PeriodRate },
  { lkg }: ReportInput,
  rates: ReadonlyMap<string, { rate: PeriodRate }>,
  findings: readonly Finding[],
): ReportRow {
  const base = { dimension, version, rate };
  if (lkg === null)
    return { ...base, lkg: null, ratio: null, verdict: 'no-data', because: 'no version is certified as last known good' };
  if (version === lkg.version) {
    return { ...base, lkg: null, ratio: null, verdict: 'is LKG', because: `certified by ${lkg.by}` };
  }
  const sameWeek = rates.get(`${dimension} ${lkg.version}`)?.rate;
  const certified = lkg.rates.find((row) => row.dimension === dimension);
  const reference: ReportRow['lkg'] =
    sameWeek !== undefined
      ? { dimension, rate: sameWeek.rate, low: sameWeek.low, high: sameWeek.high, n: sameWeek.n, source: 'same week' }
      : certified === undefined
        ? null
        : { ...certified, source: 'certified' };
  const finding = findings.find(
    ({ cell, baseline }) =>
      cell.version === version &&
      cell.dimension === dimension &&
      cell.cohort.facet === everybody.facet &&
      baseline === lkg.version,
  );
  return {
    ...base,
    lkg: reference,
    ratio: reference === null || reference.rate === 0 ? null : rate.rate / reference.rate,
    verdict: finding?.verdict ?? 'no-data',
    because: finding?.because ?? 'the two versions have not run side by side',
  };
}

function coverageByRater(ledger: ReportInput['ledger']): WeeklyReport['coverage'] {
  const raters = new Map<string, { due: number; scored: number; byReason: Record<string, number> }>();
  for (const { rater, state, n } of ledger) {
    const sum = raters.get(rater) ?? { due: 0, scored: 0, byReason: {} };
    raters.set(rater, sum);
    sum.due += n;
    if (state === 'scored') sum.scored += n;
    else sum.byReason[state] = (sum.byReason[state] ?? 0) + n;
  }
  return [...raters].map(([rater, sum]) => ({ rater, ...sum }));
}
