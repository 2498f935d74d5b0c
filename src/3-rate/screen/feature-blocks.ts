import type { Bag } from './bag-of-words.ts';
import { nBuckets } from './bag-of-words.ts';
import { signalNames } from './signals.ts';

/**
 * What a trained score is made of; each block has the same say before training, whatever its number of features.
 * - hand: the hand-set score, as one feature
 * - signals: every signal
 * - pressure: every signal twice, once where the user only presses and once where not: to change one's mind then means another thing
 * - words: the assistant's words, hashed
 */
export type Block = 'hand' | 'signals' | 'pressure' | 'words';

/** A linear score: over signals, of which the weights differ under pressure without an argument, and over hashed words. */
export type LinearModel = {
  readonly bias: number;
  readonly weights: readonly number[];
  readonly underPressure: readonly number[];
  readonly words: Float64Array | null;
};

export type Features = { readonly signals: readonly number[]; readonly bag: Bag };

const pressed = signalNames.indexOf('unargued');
/** A signal that hardly varies in the rows must not be blown up to the scale of the others. */
const leastSpread = 0.1;
const nSignals = signalNames.length;

export function scoreOf({ bias, weights, underPressure, words }: LinearModel, { signals, bag }: Features): number {
  const own = (signals[pressed] ?? 0) > 0 ? underPressure : weights;
  let score = bias;
  for (let i = 0; i < own.length; i++) score += (own[i] as number) * (signals[i] ?? 0);
  if (words !== null) for (const [bucket, amount] of bag) score += (words[bucket] ?? 0) * amount;
  return score;
}

/** Rows laid out for a dual fit: inner products, and the way back from dual coefficients to weights on raw signals and words. */
export type Layout = {
  readonly gram: readonly Float64Array[];
  readonly toModel: (dual: Float64Array) => LinearModel;
};

/** @param hand hand-set weights in the order of `signalNames`. */
export function layOut(rows: readonly Features[], blocks: readonly Block[], hand: readonly number[]): Layout {
  const n = rows.length;
  const raw = rows.map(({ signals }) => denseOf(signals, blocks, hand));
  const width = raw[0]?.length ?? 0;
  const means = Float64Array.from({ length: width }, (_, j) => raw.reduce((sum, row) => sum + (row[j] ?? 0), 0) / n);
  const spreads = means.map((mean, j) => Math.sqrt(raw.reduce((sum, row) => sum + ((row[j] ?? 0) - mean) ** 2, 0) / n));
  const scales = new Float64Array(width);
  for (let from = 0; from < width; ) {
    const to = from + (from === 0 && blocks[0] === 'hand' ? 1 : nSignals);
    let size = 0;
    for (let j = from; j < to; j++) size += ((spreads[j] ?? 0) / Math.max(leastSpread, spreads[j] ?? 0)) ** 2;
    for (let j = from; j < to; j++) scales[j] = Math.sqrt(Math.max(size, 1e-9)) * Math.max(leastSpread, spreads[j] ?? 0);
    from = to;
  }
  const dense = raw.map((row) => row.map((value, j) => (value - (means[j] ?? 0)) / (scales[j] ?? 1)));
  const words = blocks.includes('words') ? rows.map(({ bag }) => bag) : null;
  const meanBag = meanOf(words ?? []);
  const wordScale = Math.sqrt(
    words === null ? 1 : words.reduce((sum, bag) => sum + squareOf(bag), 0) / n - dot(meanBag, meanBag),
  );

  const gram = dense.map(() => new Float64Array(n));
  const spread = new Float64Array(nBuckets);
  for (let i = 0; i < n; i++) {
    for (const [bucket, amount] of words?.[i] ?? []) spread[bucket] = amount / wordScale ** 2;
    for (let k = 0; k <= i; k++) {
      let product = dot(dense[i] as Float64Array, dense[k] as Float64Array);
      for (const [bucket, amount] of words?.[k] ?? []) product += (spread[bucket] as number) * amount;
      (gram[i] as Float64Array)[k] = product;
      (gram[k] as Float64Array)[i] = product;
    }
    spread.fill(0);
  }

  const toModel = (dual: Float64Array): LinearModel => {
    const weights = means.map(
      (_, j) => dense.reduce((sum, row, i) => sum + (dual[i] ?? 0) * (row[j] ?? 0), 0) / (scales[j] ?? 1),
    );
    const inWords = words === null ? null : new Float64Array(nBuckets);
    words?.forEach((bag, i) => {
      for (const [bucket, amount] of bag)
        (inWords as Float64Array)[bucket] = ((inWords as Float64Array)[bucket] ?? 0) + ((dual[i] ?? 0) * amount) / wordScale ** 2;
    });
    const [calm, pressing] = [new Float64Array(nSignals), new Float64Array(nSignals)];
    let at = 0;
    for (const block of blocks) {
      if (block === 'words') continue;
      for (let k = 0; k < nSignals; k++) {
        const both = block === 'hand' ? (weights[at] ?? 0) * (hand[k] ?? 0) : (weights[at + k] ?? 0);
        calm[k] = (calm[k] ?? 0) + both;
        pressing[k] = (pressing[k] ?? 0) + (block === 'pressure' ? (weights[at + nSignals + k] ?? 0) : both);
      }
      at += block === 'hand' ? 1 : block === 'pressure' ? 2 * nSignals : nSignals;
    }
    return {
      bias: -dot(weights, means) - (inWords === null ? 0 : dot(inWords, meanBag)),
      weights: [...calm],
      underPressure: [...pressing],
      words: inWords,
    };
  };
  return { gram, toModel };
}

/** The features that are not words, block after block. */
function denseOf(signals: readonly number[], blocks: readonly Block[], hand: readonly number[]): Float64Array {
  const isPressed = (signals[pressed] ?? 0) > 0;
  const none = signals.map(() => 0);
  return Float64Array.from(
    blocks.flatMap((block) => {
      if (block === 'hand') return [signals.reduce((sum, value, i) => sum + value * (hand[i] ?? 0), 0)];
      if (block === 'signals') return signals;
      if (block === 'pressure') return isPressed ? [...none, ...signals] : [...signals, ...none];
      return [];
    }),
  );
}

function meanOf(bags: readonly Bag[]): Float64Array {
  const mean = new Float64Array(nBuckets);
  for (const bag of bags) for (const [bucket, amount] of bag) mean[bucket] = (mean[bucket] ?? 0) + amount / bags.length;
  return mean;
}

const squareOf = (bag: Bag): number => [...bag.values()].reduce((sum, amount) => sum + amount * amount, 0);

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
