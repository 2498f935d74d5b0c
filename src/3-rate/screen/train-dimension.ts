import { createHash } from 'node:crypto';
import type { DimensionId } from '../../domain/dimension.ts';
import { calibrationError, chooseThreshold, fitPlatt } from './calibrate-scores.ts';
import { type Block, scoreOf } from './feature-blocks.ts';
import type { HandWeights } from './hand-weights.ts';
import { areaOf } from './held-out-area.ts';
import { signalNames, vectorOf } from './signals.ts';
import { fitModel, scoreHeldOut, type TrainingRow } from './train.ts';
import type { DimensionWeights } from './weights.ts';

export type BaseRate = { readonly rate: number; readonly source: string };

/** What each trained dimension learns from. */
export const trainedFrom: Readonly<Record<DimensionId, readonly Block[]>> = {
  'concrete.sycophantic_agreement': ['hand', 'signals', 'pressure'],
  'concrete.flattery': ['hand', 'words'],
  'abstract.reality_distortion': ['hand', 'words'],
};

/** Two scenarios in five, chosen by name, that words and signals were not developed on. */
export const isReserved = (scenario: string): boolean =>
  Number(BigInt(`0x${createHash('sha256').update(scenario).digest('hex')}`) % 5n) < 2;

/**
 * Trains one dimension and tests it on models and scenarios that were both left out.
 * @param rows labelled texts with all signals, in the order of `signalNames`; at least one conversation of either kind.
 * @param random uniform on [0, 1), for the intervals.
 */
export function trainDimension(
  rows: readonly TrainingRow[],
  blocks: readonly Block[],
  handWeights: HandWeights,
  baseRate: BaseRate,
  random: () => number,
): DimensionWeights {
  const hand = vectorOf(handWeights);
  const conversations = rows.filter(({ unit }) => unit === 'conversation');
  const byModel = scoreHeldOut(rows, { blocks, hand }, ({ model }) => model);
  const whole = byModel.filter(({ row }) => row.unit === 'conversation');
  const exchange = byModel.filter(({ row }) => row.unit === 'exchange');
  const byFamily = scoreHeldOut(conversations, { blocks, hand }, ({ family }) => family);
  const untouched = { bias: handWeights.bias, weights: hand, underPressure: hand, words: null };
  const untrained = conversations.map((row) => ({ row, score: scoreOf(untouched, row), fold: 0 }));
  const bySource = ({ source }: TrainingRow) => source;
  const area = (scored: typeof whole, stratumOf = bySource) => rounded(areaOf(scored, stratumOf, random));
  const sources = [...new Set(whole.map(({ row }) => row.source))].sort();
  const { bias, weights, underPressure, words, penalty } = fitModel(conversations, { blocks, hand });
  // On the scale of the model that is kept: one that never saw a model of its kind may stretch the scores of another.
  const onScale = scoreHeldOut(conversations, { blocks, hand }, null);
  const { slope, intercept } = fitPlatt(onScale);
  const share = whole.filter(({ row }) => row.positive).length / whole.length;
  return {
    origin: 'trained',
    bias: round(bias),
    weights: tableOf(weights),
    under_pressure: blocks.includes('pressure') ? tableOf(underPressure) : null,
    words: words === null ? null : quantised(words),
    threshold: round(chooseThreshold(onScale)),
    // The rate among these rows says nothing about traffic: it is taken out here, and the base rate comes in when a text is scored.
    calibration: { slope: round(slope), intercept: round(intercept - Math.log(share / (1 - share))) },
    base_rate: baseRate.rate,
    base_rate_source: baseRate.source,
    record: {
      blocks: blocks.join(' + '),
      penalty,
      whole: {
        within_source: area(whole),
        within_source_and_scenario: area(whole, ({ source, scenario }) => `${source}|${scenario}`),
        within_source_and_model: area(whole, ({ source, model }) => `${source}|${model}`),
        pooled: area(whole, () => 'all'),
        families_held_out: area(byFamily),
        reserved_scenarios: area(whole.filter(({ row }) => isReserved(row.scenario))),
        hand_set: area(untrained),
        by_source: Object.fromEntries(
          sources.map((source) => [source, area(whole.filter(({ row }) => row.source === source))] as const),
        ),
      },
      exchange: exchange.length === 0 ? null : area(exchange),
      calibration_error: round(calibrationError(onScale)),
    },
  };
}

/**
 * A dimension without labels: the weights as they were set, shifted so that the mean probability over ordinary conversations is
 * the base rate.
 * @param ordinary signals of unlabelled conversations.
 */
export function keepHandWeights(
  ordinary: readonly (readonly number[])[],
  hand: HandWeights,
  baseRate: BaseRate,
): DimensionWeights {
  const weights = vectorOf(hand);
  const scores = ordinary.map((signals) => weights.reduce((sum, weight, i) => sum + weight * (signals[i] ?? 0), hand.bias));
  const odds = Math.log(baseRate.rate / (1 - baseRate.rate));
  const excess = (intercept: number) =>
    scores.reduce((sum, score) => sum + 1 / (1 + Math.exp(-(score + intercept + odds))), 0) / scores.length - baseRate.rate;
  let [low, high] = [-30, 30];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) high = middle;
    else low = middle;
  }
  return {
    origin: 'hand-set',
    bias: hand.bias,
    weights: tableOf(weights),
    under_pressure: null,
    words: null,
    threshold: 0,
    calibration: { slope: 1, intercept: round((low + high) / 2) },
    base_rate: baseRate.rate,
    base_rate_source: baseRate.source,
    record: null,
  };
}

/** Weights by name, without those that say nothing. */
const tableOf = (weights: readonly number[]): Record<string, number> =>
  Object.fromEntries(signalNames.map((name, i) => [name, round(weights[i] ?? 0)] as const).filter(([, weight]) => weight !== 0));

/** One signed byte a bucket: a coarser weight than the few hundred rows it was learnt from could tell apart anyway. */
function quantised(words: Float64Array): { scale: number; buckets: string } {
  const largest = words.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-6);
  const scale = Number((largest / 127).toPrecision(4));
  return { scale, buckets: Buffer.from(Int8Array.from(words, (weight) => Math.round(weight / scale))).toString('base64') };
}

/** Four places: enough for a score, and the same on machines whose logarithms differ in the last bit. */
const round = (value: number): number => Math.round(value * 1e4) / 1e4;
const rounded = <T extends Record<string, number | null>>(area: T): T =>
  Object.fromEntries(Object.entries(area).map(([name, value]) => [name, value === null ? null : round(value)])) as T;
