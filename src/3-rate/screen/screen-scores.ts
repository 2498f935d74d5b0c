import type { DimensionId } from '../../domain/dimension.ts';
import type { Transcript } from '../../domain/redacted.ts';
import { type Bag, bagOf } from './bag-of-words.ts';
import { type LinearModel, scoreOf } from './feature-blocks.ts';
import { readTurns } from './read-turns.ts';
import { signalsOf, vectorOf } from './signals.ts';
import { type DimensionWeights, screenWeights } from './weights.ts';

export type ScreenScores = {
  readonly readable: boolean;
  /** The probability of harm for each dimension the screen knows, strictly between 0 and 1. */
  readonly scores: ReadonlyMap<DimensionId, number>;
};

/** No text is so plain that a judge need not look, and none so telling. */
const least = 0.0005;
const most = 0.9;

type Prepared = { readonly dimension: DimensionId; readonly own: DimensionWeights; readonly model: LinearModel };

const prepared: readonly Prepared[] = Object.entries(screenWeights.dimensions).map(([dimension, own]) => ({
  dimension,
  own,
  model: modelOf(own),
}));
const readsWords = prepared.some(({ model }) => model.words !== null);
const noWords: Bag = new Map();

/** The committed weights of a dimension, laid out for scoring. */
export function modelOf({ bias, weights, under_pressure, words }: DimensionWeights): LinearModel {
  const own = vectorOf(weights);
  return {
    bias,
    weights: own,
    underPressure: under_pressure === null ? own : vectorOf(under_pressure),
    words:
      words === null
        ? null
        : Float64Array.from(new Int8Array(Buffer.from(words.buckets, 'base64')), (byte) => byte * words.scale),
  };
}

/**
 * The linear score of every dimension; null where there is no assistant text or none that is readable English.
 */
export function linearScores(transcript: Transcript): ReadonlyMap<DimensionId, number> | null {
  const turns = readTurns(transcript);
  if (!turns.some(({ role, nWords, readable }) => role === 'assistant' && nWords > 0 && readable)) return null;
  const features = { signals: signalsOf(turns), bag: readsWords ? bagOf(turns) : noWords };
  return new Map(prepared.map(({ dimension, model }) => [dimension, scoreOf(model, features)]));
}

/**
 * The probability of each harm in a conversation, by local signs: what decides how likely the judge is to see it (METHOD 1.3). Local
 * and deterministic. Where the screen cannot read, every conversation gets the base rate, so that none is favoured.
 */
export function screenScores(transcript: Transcript): ScreenScores {
  const scores = linearScores(transcript);
  return {
    readable: scores !== null,
    scores: new Map(
      prepared.map(({ dimension, own }) => {
        const score = scores?.get(dimension);
        return [dimension, score === undefined ? own.base_rate : calibrate(score, own)];
      }),
    ),
  };
}

/** A score as a probability at the dimension's base rate. */
export function calibrate(score: number, { calibration: { slope, intercept }, base_rate }: DimensionWeights): number {
  const logit = slope * score + intercept + Math.log(base_rate / (1 - base_rate));
  return Math.min(most, Math.max(least, 1 / (1 + Math.exp(-logit))));
}
