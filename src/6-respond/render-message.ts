import type { Alert } from '../domain/alert.ts';
import { formatShare } from '../domain/format-share.ts';

/** One line for a pager. */
export function renderHeadline(alert: Alert): string {
  const where = alert.cohort.facet === 'all' ? '' : ` (${alert.cohort.facet}: ${alert.cohort.value})`;
  const what = `${alert.dimension}${where} on ${alert.version}`;
  const share = (rate: Alert['rate']) => (rate === null ? 'a rate withheld' : formatShare(rate.value));
  const change = `${share(alert.rate)} against ${share(alert.baseline_rate)} on ${alert.baseline}`;
  const label = alert.simulated ? ' [simulated judge]' : '';
  return `${alert.state === 'resolved' ? 'RESOLVED' : alert.severity.toUpperCase()}: ${what}: ${change}, cause: ${alert.cause}${label}`;
}

/** What somebody woken at three needs, in the order they need it. Ids and numbers only. */
export function renderMessage(alert: Alert): string {
  const { rate, baseline_rate: baseline, ratio, onset, divergence, recommendation, evidence } = alert;
  const thumbs = divergence.thumbs_up_ratio;
  const lines = [
    renderHeadline(alert),
    `  rate       ${rateText(rate, alert.withheld)}`,
    `  LKG        ${rateText(baseline, alert.withheld)}`,
    ratio === null
      ? `  ratio      withheld (${alert.withheld})`
      : `  ratio      x${ratio.value.toFixed(2)} since both ran (95 %: ${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}, at whatever hour it is read)`,
    `  began      ${minute(onset.at)} (between ${minute(onset.low)} and ${minute(onset.high)})`,
    `  evidence   e-value ${count(evidence.e_value)}, threshold ${count(evidence.threshold)}: ${evidence.guarantee}`,
  ];
  if (thumbs !== null) {
    const note = thumbs > 1 ? ': users like it more while it harms more' : '';
    lines.push(`  thumbs-up  x${thumbs.toFixed(2)} of LKG's${note}`);
  }
  lines.push(`  to do      ${advise(alert, recommendation.to)}`);
  return lines.join('\n');
}

function rateText(rate: Alert['rate'], withheld: Alert['withheld']): string {
  if (rate === null) return `withheld (${withheld})`;
  return `${formatShare(rate.value)} (${formatShare(rate.low)} to ${formatShare(rate.high)}, n = ${rate.n})`;
}

function advise(alert: Alert, to: string | null): string {
  switch (alert.recommendation.action) {
    case 'rollback':
      return `roll back to ${to}: longwatch rollback plan ${alert.id} --by YOUR-NAME`;
    case 'investigate':
      return `find out why (cause so far: ${alert.cause}): longwatch alerts show ${alert.id}`;
    case 'watch':
      return 'watch it in the weekly report';
  }
}

function minute(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}

function count(n: number): string {
  return n < 1e9 ? Math.round(n).toLocaleString('en') : n.toExponential(1);
}
