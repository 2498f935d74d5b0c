import type { Alert } from '../domain/alert.ts';

/** One line for a pager. */
export function renderHeadline(alert: Alert): string {
  const where = alert.cohort.facet === 'all' ? '' : ` (${alert.cohort.facet}: ${alert.cohort.value})`;
  const what = `${alert.dimension}${where} on ${alert.version}`;
  const change = `${percent(alert.rate.value)} against ${percent(alert.baseline_rate.value)} on ${alert.baseline}`;
  const label = alert.simulated ? ' [simulated judge]' : '';
  return `${alert.state === 'resolved' ? 'RESOLVED' : alert.severity.toUpperCase()}: ${what}: ${change}, cause: ${alert.cause}${label}`;
}

/** What somebody woken at three needs, in the order they need it. Ids and numbers only. */
export function renderMessage(alert: Alert): string {
  const { rate, baseline_rate: baseline, ratio, onset, divergence, recommendation, evidence } = alert;
  const thumbs = divergence.thumbs_up_ratio;
  const lines = [
    renderHeadline(alert),
    `  rate       ${percent(rate.value)} (${percent(rate.low)} to ${percent(rate.high)}, n = ${rate.n})`,
    `  LKG        ${percent(baseline.value)} (${percent(baseline.low)} to ${percent(baseline.high)}, n = ${baseline.n})`,
    `  ratio      x${ratio.value.toFixed(2)} (at least x${ratio.low.toFixed(2)}, at most x${ratio.high.toFixed(2)}; holds at whatever hour it is read)`,
    `  began      ${minute(onset.at)} (between ${minute(onset.low)} and ${minute(onset.high)})`,
    `  evidence   e-value ${Math.round(evidence.e_value).toLocaleString('en')}, threshold ${Math.round(evidence.threshold).toLocaleString('en')}: ${evidence.guarantee}`,
  ];
  if (thumbs !== null) {
    const note = thumbs > 1 ? ': users like it more while it harms more' : '';
    lines.push(`  thumbs-up  x${thumbs.toFixed(2)} of LKG's${note}`);
  }
  lines.push(`  to do      ${advise(alert, recommendation.to)}`);
  return lines.join('\n');
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

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function minute(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}
