import type { ScreenWeights } from '../3-rate/screen/weights.ts';
import { columns } from './print.ts';

const bar = 0.8;
const barred = ['concrete.sycophantic_agreement', 'concrete.flattery', 'abstract.reality_distortion'];

type Area = { readonly auc: number | null; readonly low: number | null; readonly high: number | null };
const show = ({ auc, low, high }: Area): string =>
  auc === null ? '-' : `${auc.toFixed(3)}${low === null || high === null ? '' : ` (${low.toFixed(2)} to ${high.toFixed(2)})`}`;

/** What `train:screen` prints: held-out AUCs by dimension and by source, and whether the bars are met. */
export function describeWeights(weights: ScreenWeights): string {
  const { dimensions } = weights;
  const rows = Object.entries(dimensions).map(([dimension, { origin, record }]) => {
    if (record === null) return [dimension, origin];
    const { whole } = record;
    const { n, positives } = whole.within_source;
    const areas = [
      whole.within_source,
      whole.within_source_and_scenario,
      whole.within_source_and_model,
      whole.families_held_out,
      whole.reserved_scenarios,
      whole.hand_set,
      whole.pooled,
    ];
    return [
      dimension,
      origin,
      String(n),
      String(positives),
      ...areas.map(show),
      record.exchange === null ? '-' : show(record.exchange),
      record.calibration_error.toFixed(3),
    ];
  });
  const head = [
    'dimension',
    'weights',
    'n',
    'positive',
    'AUC within source',
    'and scenario',
    'and model',
    'families held out',
    'reserved scenarios',
    'hand-set',
    'pooled',
    'exchanges',
    'calibration error',
  ];
  const each = Object.entries(dimensions).flatMap(([dimension, { record }]) =>
    Object.entries(record?.whole.by_source ?? {}).map(([source, area]) => [
      dimension,
      source,
      `${area.n}`,
      `${area.positives}`,
      show(area),
    ]),
  );
  return `${columns([head, ...rows])}\n\n${columns([['dimension', 'source', 'n', 'positive', 'AUC'], ...each])}\n\n${columns(
    barsOf(weights).map(({ dimension, auc, met }) => [
      met ? 'met' : 'MISSED',
      dimension,
      auc?.toFixed(3) ?? '-',
      `at least ${bar}`,
    ]),
  )}`;
}

/** The dimensions that have a bar, with the AUC that counts: held-out models and scenarios, within a source. */
export function barsOf({ dimensions }: ScreenWeights) {
  return barred.map((dimension) => {
    const auc = dimensions[dimension]?.record?.whole.within_source.auc ?? null;
    return { dimension, auc, met: auc !== null && auc >= bar };
  });
}
