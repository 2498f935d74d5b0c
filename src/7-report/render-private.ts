import { formatShare } from '../domain/format-share.ts';
import { markdownTable } from './markdown-table.ts';
import type { PrivateWeek } from './private-week.ts';

/** The private report as Markdown, its guarantee first: a reader must know what the numbers are before reading them. */
export function renderPrivate(report: PrivateWeek): string {
  const days = `${report.from.slice(0, 10)} to ${report.to.slice(0, 10)}`;
  const sections = [
    `# Longwatch, week ${report.week}, under differential privacy`,
    `${days}. Rated by: ${report.rater}. Released by ${report.releasedBy} on ${report.releasedAt.slice(0, 10)}.`,
    ...(report.simulated
      ? ['**The judge is simulated: these figures show how Longwatch works, not how any model behaves.**']
      : []),
    report.guarantee.map((line) => `- ${line}`).join('\n'),
    report.rows.length === 0 ? 'No version ran this week.' : rowsOf(report),
    `_Counts are off by noise of standard deviation ${report.noiseSd.toFixed(1)} and may be negative. The interval (at least 95 %) covers the noise and the luck of the sample; where the noise outweighs what was counted there is none. Users are not weighted by how likely they were to be sampled._`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function rowsOf({ rows }: PrivateWeek): string {
  return markdownTable(
    ['dimension', 'version', 'rated users', 'users with a harm', 'share (95 %)'],
    rows.map(({ dimension, version, ratedUsers, harmedUsers, share }) => [
      dimension,
      version,
      String(ratedUsers),
      String(harmedUsers),
      share === null
        ? 'too few beside the noise'
        : `${formatShare(share.value)} (${formatShare(share.low)} to ${formatShare(share.high)})`,
    ]),
  );
}
