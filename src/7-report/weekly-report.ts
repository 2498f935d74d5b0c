import type { Alert } from '../domain/alert.ts';
import { type Cohort, everybody } from '../domain/cell.ts';
import { type DisclosureLimit, withheldReason } from '../domain/disclosure.ts';
import type { Finding } from '../domain/finding.ts';
import type { RatePoint } from '../domain/rate-point.ts';
import type { Rollback } from '../domain/rollback.ts';
import { explainVerdict } from './explain-verdict.ts';
import { type ShownPeriod, showPeriod } from './show-period.ts';
import { type Coverage, type LedgerState, summariseCoverage } from './summarise-coverage.ts';
import { withholdPoints } from './withhold-points.ts';

export type ReportInput = {
  readonly week: string;
  readonly from: Date;
  readonly to: Date;
  readonly now: Date;
  /** Up to when hours have closed; null before the first. */
  readonly measuredUntil: Date | null;
  readonly lkg: { readonly version: string; readonly by: string; readonly at: Date; readonly rates: readonly LkgRate[] } | null;
  /** Rate points of grain `day` and `week` within the week, of every cohort: each is judged by those beside it. */
  readonly points: readonly RatePoint[];
  readonly findings: readonly Finding[];
  readonly alerts: readonly Alert[];
  readonly rollbacks: readonly Rollback[];
  readonly ledger: readonly LedgerState[];
  readonly simulated: boolean;
  readonly rater: string;
  readonly disclosure: DisclosureLimit;
};

type LkgRate = {
  readonly dimension: string;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
};

/** LKG's rate in the same week where it may be seen, else the one it was certified with. */
type Reference = LkgRate & { readonly source: 'same week' | 'certified' };

export type ReportRow = ShownPeriod & {
  readonly dimension: string;
  readonly version: string;
  readonly lkg: Reference | null;
  readonly ratio: number | null;
  readonly verdict: Finding['verdict'] | 'is LKG';
  readonly because: string;
};

/** A cohort that has drifted: what was found since both versions ran, and what may be seen of it in this week. */
export type CohortRow = {
  readonly dimension: string;
  readonly version: string;
  readonly baseline: string;
  readonly cohort: Cohort;
  readonly verdict: Finding['verdict'];
  readonly cause: Finding['cause'];
  /** Null where nothing was scored this week. */
  readonly live: ShownPeriod | null;
  readonly lkg: ShownPeriod | null;
  readonly ratio: number | null;
};

export type WeeklyReport = Omit<ReportInput, 'points' | 'findings' | 'ledger' | 'disclosure'> & {
  readonly complete: boolean;
  /** What stands in place of a number that is withheld. */
  readonly withheldReason: string;
  readonly rows: readonly ReportRow[];
  /** Worst evidence first. */
  readonly cohorts: readonly CohortRow[];
  readonly coverage: readonly Coverage[];
};

/** Every pooled rate of the week against LKG, what was found, what was done, and what could not be seen. */
export function buildWeeklyReport(input: ReportInput): WeeklyReport {
  const { points, findings, ledger, disclosure, ...rest } = input;
  const hidden = withholdPoints(points, disclosure);
  const reason = withheldReason(disclosure.minUsers);
  const show: Show = (version, dimension, cohort) => showPeriod(points, hidden, { version, dimension, cohort }, reason);
  const pooled = new Map<string, { version: string; dimension: string }>();
  for (const { cell } of points) pooled.set(`${cell.dimension} ${cell.version}`, cell);
  return {
    ...rest,
    complete: input.measuredUntil !== null && input.to <= input.measuredUntil,
    withheldReason: reason,
    rows: [...pooled.values()]
      .flatMap(({ version, dimension }) => compare(version, dimension, input, show) ?? [])
      .sort((a, b) => a.dimension.localeCompare(b.dimension) || a.version.localeCompare(b.version)),
    cohorts: findings
      .filter(({ verdict, cell }) => verdict === 'drifted' && cell.cohort.facet !== everybody.facet)
      .sort((a, b) => b.eValue / b.threshold - a.eValue / a.threshold)
      .map((finding) => showCohort(finding, show)),
    coverage: summariseCoverage(ledger, disclosure.minUsers),
  };
}

type Show = (version: string, dimension: string, cohort: Cohort) => ShownPeriod | null;

function compare(version: string, dimension: string, { lkg, findings }: ReportInput, show: Show): ReportRow | null {
  const period = show(version, dimension, everybody);
  if (period === null) return null;
  const base = { dimension, version, ...period };
  if (lkg === null)
    return { ...base, lkg: null, ratio: null, verdict: 'no-data', because: 'no version is certified as last known good' };
  if (version === lkg.version) {
    return { ...base, lkg: null, ratio: null, verdict: 'is LKG', because: `certified by ${lkg.by}` };
  }
  const reference = referenceRate(lkg, dimension, show);
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
    ratio: ratioOf(period.rate?.rate, reference?.rate),
    verdict: finding?.verdict ?? 'no-data',
    because: finding === undefined ? 'the two versions have not run side by side' : explainVerdict(finding),
  };
}

function referenceRate(lkg: NonNullable<ReportInput['lkg']>, dimension: string, show: Show): Reference | null {
  const sameWeek = show(lkg.version, dimension, everybody)?.rate;
  if (sameWeek != null) {
    const { rate, low, high, n } = sameWeek;
    return { dimension, rate, low, high, n, source: 'same week' };
  }
  const certified = lkg.rates.find((row) => row.dimension === dimension);
  return certified === undefined ? null : { ...certified, source: 'certified' };
}

function showCohort({ cell, baseline, verdict, cause }: Finding, show: Show): CohortRow {
  const { version, dimension, cohort } = cell;
  const live = show(version, dimension, cohort);
  const lkg = show(baseline, dimension, cohort);
  return { dimension, version, baseline, cohort, verdict, cause, live, lkg, ratio: ratioOf(live?.rate?.rate, lkg?.rate?.rate) };
}

function ratioOf(rate: number | undefined, reference: number | undefined): number | null {
  return rate === undefined || reference === undefined || reference === 0 ? null : rate / reference;
}
