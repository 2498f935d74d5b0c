import type { Alert } from '../domain/alert.ts';
import { formatShare } from '../domain/format-share.ts';
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
      : `Last known good: ${plain(lkg.version)}, certified by ${plain(lkg.by)} on ${day(lkg.at)}.`;
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
    `${formatShare(alert.rate.value)} against ${formatShare(alert.baseline_rate.value)}`,
    `x${alert.ratio.value.toFixed(2)} (${alert.ratio.low.toFixed(2)} to ${alert.ratio.high.toFixed(2)})`,
    alert.cause,
    minute(alert.fired_at),
  ]);
  return `## Alerts\n\n${table(['alert', 'state', 'dimension', 'cohort', 'version', 'rate', 'ratio', 'cause', 'fired'], rows)}`;
}

function rates(rows: readonly ReportRow[]): string {
  if (rows.length === 0) return '## Rates against LKG\n\nNothing was scored this week.';
  const cells = rows.map((row) => [
    row.dimension,
    row.version,
    `${formatShare(row.rate.rate)} (${formatShare(row.rate.low)} to ${formatShare(row.rate.high)})`,
    String(row.rate.n),
    row.lkg === null
      ? ''
      : `${formatShare(row.lkg.rate)} (${formatShare(row.lkg.low)} to ${formatShare(row.lkg.high)}), ${row.lkg.source}`,
    row.ratio === null ? '' : `x${row.ratio.toFixed(2)}`,
    row.verdict === 'drifted' ? '**drifted**' : row.verdict,
    row.because,
  ]);
  return `## Rates against LKG\n\n${table(['dimension', 'version', 'rate (95 %)', 'n', 'LKG', 'ratio', 'verdict', 'because'], cells)}`;
}

function cohorts(report: WeeklyReport): string {
  if (report.cohorts.length === 0) return '';
  const rows = report.cohorts.map(({ cell, baselineRate, rate, ratio }) => [
    cell.dimension,
    `${cell.cohort.facet}: ${cell.cohort.value}`,
    cell.version,
    rate === null || baselineRate === null ? '' : `${formatShare(rate.value)} against ${formatShare(baselineRate.value)}`,
    ratio === null ? '' : `x${ratio.value.toFixed(2)}, at least x${ratio.low.toFixed(2)}`,
  ]);
  return `## Cohorts that drifted\n\n${table(['dimension', 'cohort', 'version', 'rate', 'ratio'], rows)}`;
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
  return `## Rollbacks\n\n${table(['rollback', 'versions', 'state', 'approved by', 'executed', 'recovery shown'], rows)}`;
}

function coverage(report: WeeklyReport): string {
  const rows = report.coverage.map(({ rater, due, scored, byReason }) => [
    rater,
    String(due),
    due === 0 ? '' : formatShare(scored / due),
    Object.entries(byReason)
      .map(([reason, n]) => `${reason} ${n}`)
      .join(', ') || 'nothing missing',
  ]);
  if (rows.length === 0) return '## Coverage\n\nNothing was due this week.';
  return `## Coverage\n\n${table(['rater', 'ratings due', 'scored', 'missing'], rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(plain).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
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

/** Names come from producers: none may break a table or become markup. */
function plain(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|');
}
