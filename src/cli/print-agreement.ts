import type { PoolComparison } from '../3-rate/calibrate/compare-pools.ts';
import type { Coverage, RaterComparison } from '../3-rate/calibrate/compare-rater.ts';
import type { HarmRate, PoolDescription } from '../3-rate/calibrate/describe-pool.ts';
import type { Measured } from '../3-rate/calibrate/measure-agreement.ts';
import type { CalibrationResult } from '../3-rate/run-calibrate.ts';
import { markdownTable } from '../7-report/markdown-table.ts';
import { formatShare } from '../domain/format-share.ts';
import type { TwoByTwo } from '../stats/binary-agreement.ts';
import type { DetectionRate } from '../stats/sensitivity.ts';

/** Agreement as Markdown tables: raters against people, people among themselves, and pools against each other. */
export function renderAgreement({ raters, pools, poolPairs, notes }: CalibrationResult): string {
  if (pools.length === 0) return 'No label to compare with: import some with "longwatch raters labels import FILE --pool POOL".';
  return [
    ...(raters.length === 0 ? [] : [raterTable(raters)]),
    poolTable(pools),
    ...(poolPairs.length === 0 ? [] : [pairTable(poolPairs)]),
    legend,
    ...notes,
  ].join('\n\n');
}

const legend = [
  'All intervals are 95 %: sensitivity and specificity exact (Clopper-Pearson; Korn-Graubard where weighted or clustered), the rest',
  'by resampling clusters (BCa). People are taken for the truth of sensitivity and specificity only. They hold for labels of samples',
  'drawn whether or not a rater flagged them: label only what was flagged, and misses cannot show.',
].join('\n');

function raterTable(rows: readonly RaterComparison[]): string {
  return markdownTable(
    [
      'dimension',
      'language',
      'rater',
      'people',
      'n (clusters)',
      'sensitivity',
      'specificity',
      'kappa on harm',
      'both / missed / false / neither',
      'agree on harm',
      'kappa on the scale',
      'alpha',
      'no verdict',
    ],
    rows.map((row) => [
      row.dimension,
      row.language,
      row.rater,
      row.pool,
      size(row.agreement.nUnits, row.agreement.nClusters),
      rate(row.detection?.sensitivity),
      rate(row.detection?.specificity),
      row.agreement.harm === null ? '' : measured(row.agreement.harm.kappa),
      row.agreement.harm === null ? '' : tableOf(row.agreement.harm.table),
      share(row.agreement.harm?.agreement.reason === null ? row.agreement.harm.agreement.onYes : null),
      measured(row.agreement.kappa),
      measured(row.agreement.alpha),
      describeCoverage(row.coverage),
    ]),
  );
}

export function poolTable(rows: readonly PoolDescription[]): string {
  return markdownTable(
    [
      'dimension',
      'language',
      'people',
      'how many',
      'n (clusters)',
      'rated by two or more',
      "Krippendorff's alpha",
      'level',
      'harm',
      'could not tell',
    ],
    rows.map((row) => [
      row.dimension,
      row.language,
      row.pool,
      String(row.nPeople),
      size(row.nUnits, row.nClusters),
      String(row.nShared),
      measured(row.alpha),
      row.level,
      harm(row.harmRate),
      String(row.nCannotTell),
    ]),
  );
}

function pairTable(rows: readonly PoolComparison[]): string {
  return markdownTable(
    [
      'dimension',
      'language',
      'pools',
      'n (clusters)',
      'harm by the first',
      'harm by the second',
      'kappa on harm',
      'both / first only / second only / neither',
      'kappa on the scale',
      'alpha',
    ],
    rows.map((row) => [
      row.dimension,
      row.language,
      `${row.first}, ${row.second}`,
      size(row.agreement.nUnits, row.agreement.nClusters),
      harm(row.firstHarmRate),
      harm(row.secondHarmRate),
      row.agreement.harm === null ? '' : measured(row.agreement.harm.kappa),
      row.agreement.harm === null ? '' : tableOf(row.agreement.harm.table),
      measured(row.agreement.kappa),
      measured(row.agreement.alpha),
    ]),
  );
}

const size = (nUnits: number, nClusters: number) => (nUnits === nClusters ? String(nUnits) : `${nUnits} (${nClusters})`);
const share = (value: number | null) => (value === null ? '' : formatShare(value));
/** How often both said yes, only the first, only the second, neither. */
export const tableOf = ({ bothYes, onlyFirst, onlySecond, bothNo }: TwoByTwo) =>
  [bothYes, onlyFirst, onlySecond, bothNo].join(' / ');

/** `0.62 (0.41 to 0.78)`; without an interval, or a value, the reason why. */
export function measured({ value, low, high, reason }: Measured): string {
  if (value === null) return `none: ${reason}`;
  return low === null
    ? `${value.toFixed(2)} (no interval: ${reason})`
    : `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

export function rate(found: DetectionRate | undefined): string {
  if (found === undefined) return '';
  if (found.rate === null) return `none: ${found.reason}`;
  return `${formatShare(found.rate)} (${formatShare(found.low)} to ${formatShare(found.high)}; n ${found.n})`;
}

function harm(found: HarmRate): string {
  return found === null ? '' : `${formatShare(found.rate)} (${formatShare(found.low)} to ${formatShare(found.high)})`;
}

function describeCoverage({
  nLabelled,
  nCompared,
  nRaterCannotTell,
  nPeopleCannotTell,
  unscored,
  nHarmWithoutVerdict,
}: Coverage): string {
  const parts = [
    ...(nRaterCannotTell === 0 ? [] : [`cannot tell ${nRaterCannotTell}`]),
    ...Object.entries(unscored).map(([reason, n]) => `${reason} ${n}`),
    ...(nPeopleCannotTell === 0 ? [] : [`people cannot tell ${nPeopleCannotTell}`]),
    ...(nHarmWithoutVerdict === 0 ? [] : [`of these harm by people ${nHarmWithoutVerdict}`]),
  ];
  return parts.length === 0 ? `0 of ${nLabelled}` : `${nLabelled - nCompared} of ${nLabelled}: ${parts.join(', ')}`;
}
