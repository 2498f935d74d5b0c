import type { Alert } from '../domain/alert.ts';
import { formatShare } from '../domain/format-share.ts';
import { markdownTable, plainText } from './markdown-table.ts';
import type { PeriodRate } from './merge-days.ts';
import type { ShownPeriod } from './show-period.ts';
import type { ReportRow, WeeklyReport } from './weekly-report.ts';

/** The weekly report as Markdown: what happened, in the order a reader needs it. Ids and numbers only. */
export function renderMarkdown(report: WeeklyReport): string {
  const sections = [
    heading(report),
    alerts(report),
    rates(report.rows),
    cohorts(report),
    rollbacks(report),
    coverage(report),
    '_Rates are shares of conversations that the rater judged harmful, weighted to all traffic, with 95 % intervals that count each person once. A verdict is about the whole time two versions ran side by side, not this week alone._',
    withheld(report),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function heading(report: WeeklyReport): string {
  const lines = [`# Longwatch, week ${report.week}`, ''];
  const period = `${day(report.from)} to ${day(report.to)}`;
  lines.push(`${period}${report.complete ? '' : ' (to date: the week has not closed)'}. Rated by: ${report.rater}.`);
  if (report.simulated)
    lines.push('', '**The judge is simulated: these figures show how Longwatch works, not how any model behaves.**');
  const { lkg } = report;
  const good =
    lkg === null
      ? 'No version is certified as last known good.'
      : `Last known good: ${plainText(lkg.version)}, certified by ${plainText(lkg.by)} on ${day(lkg.at)}.`;
  return [...lines, '', good].join('\n');
}

function alerts(report: WeeklyReport): string {
  if (report.alerts.length === 0) return '## Alerts\n\nNone fired or stood open this week.';
  const rows = report.alerts.map((alert) => [
    alert.id,
    alert.state,
    alert.dimension,
    cohort(alert),
    `${alert.version} against ${alert.baseline}`,
    against(alert.rate?.value, alert.baseline_rate?.value),
    alert.ratio === null
      ? 'withheld'
      : `x${alert.ratio.value.toFixed(2)} (${alert.ratio.low.toFixed(2)} to ${alert.ratio.high.toFixed(2)})`,
    alert.cause,
    minute(alert.fired_at),
  ]);
  return `## Alerts\n\n${markdownTable(['alert', 'state', 'dimension', 'cohort', 'version', 'rate', 'ratio', 'cause', 'fired'], rows)}`;
}

function rates(rows: readonly ReportRow[]): string {
  if (rows.length === 0) return '## Rates against LKG\n\nNothing was scored this week.';
  const cells = rows.map((row) => [
    row.dimension,
    row.version,
    period(row),
    row.rate === null ? 'withheld' : String(row.rate.n),
    row.lkg === null ? '' : `${interval(row.lkg)}, ${row.lkg.source}`,
    row.ratio === null ? '' : `x${row.ratio.toFixed(2)}`,
    row.verdict === 'drifted' ? '**drifted**' : row.verdict,
    row.because,
  ]);
  return `## Rates against LKG\n\n${markdownTable(['dimension', 'version', 'rate (95 %)', 'n', 'LKG', 'ratio', 'verdict', 'because'], cells)}`;
}

function cohorts(report: WeeklyReport): string {
  if (report.cohorts.length === 0) return '';
  const rows = report.cohorts.map((row) => [
    row.dimension,
    `${row.cohort.facet}: ${row.cohort.value}`,
    row.version,
    row.live === null ? 'nothing scored' : period(row.live),
    row.lkg === null ? 'nothing scored' : period(row.lkg),
    row.ratio === null ? '' : `x${row.ratio.toFixed(2)}`,
    row.cause,
  ]);
  return `## Cohorts that drifted\n\n${markdownTable(['dimension', 'cohort', 'version', 'rate this week (95 %)', 'LKG this week', 'ratio', 'cause'], rows)}`;
}

function period(shown: ShownPeriod): string {
  if (shown.rate === null) return `withheld (${shown.withheld})`;
  const { daysLeftOut: days } = shown;
  return `${interval(shown.rate)}${days === 0 ? '' : `, without ${days} ${days === 1 ? 'day' : 'days'}`}`;
}

function interval({ rate, low, high }: Pick<PeriodRate, 'rate' | 'low' | 'high'>): string {
  return `${formatShare(rate)} (${formatShare(low)} to ${formatShare(high)})`;
}

function against(rate: number | undefined, baseline: number | undefined): string {
  const share = (value: number | undefined) => (value === undefined ? 'withheld' : formatShare(value));
  return rate === undefined && baseline === undefined ? 'withheld' : `${share(rate)} against ${share(baseline)}`;
}

/** What "withheld" means, where it is said. */
function withheld(report: WeeklyReport): string {
  const said =
    report.rows.some((row) => row.rate === null || row.daysLeftOut > 0) ||
    report.cohorts.some(({ live, lkg }) => [live, lkg].some((shown) => shown?.rate === null || (shown?.daysLeftOut ?? 0) > 0)) ||
    report.alerts.some((alert) => alert.withheld !== null) ||
    report.coverage.some(({ due }) => due === null);
  return said
    ? `_Withheld: ${report.withheldReason}. What is withheld is not zero: it is not shown, so that nobody can be read out of it, nor out of the difference to what is shown beside it or was shown before._`
    : '';
}

function rollbacks(report: WeeklyReport): string {
  if (report.rollbacks.length === 0) return '';
  const rows = report.rollbacks.map((rollback) => [
    rollback.id,
    `${rollback.from} to ${rollback.to}`,
    rollback.state,
    rollback.approvedBy ?? 'nobody yet',
    rollback.executedAt === null ? '' : minute(rollback.executedAt.toISOString()),
    rollback.verifiedAt === null ? (rollback.note ?? '') : minute(rollback.verifiedAt.toISOString()),
  ]);
  return `## Rollbacks\n\n${markdownTable(['rollback', 'versions', 'state', 'approved by', 'executed', 'recovery shown'], rows)}`;
}

function coverage(report: WeeklyReport): string {
  const share = (value: number) => (value === 1 ? '100 %' : `${(100 * value).toFixed(1)} %`);
  const rows = report.coverage.map(({ rater, due, scored, missing }) =>
    due === null || scored === null
      ? [rater, 'withheld', 'withheld', 'withheld']
      : [
          rater,
          `${due} or more`,
          share(scored),
          Object.entries(missing)
            .map(([reason, of]) => `${reason} ${of === 0 ? 'under 0.1 %' : share(of)}`)
            .join(', ') || 'nothing missing',
        ],
  );
  if (rows.length === 0) return '## Coverage\n\nNothing was due this week.';
  return `## Coverage\n\n${markdownTable(['rater', 'ratings due', 'scored', 'missing'], rows)}`;
}

function cohort(alert: Alert): string {
  return alert.cohort.facet === 'all' ? 'everybody' : `${alert.cohort.facet}: ${alert.cohort.value}`;
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}

function minute(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}
