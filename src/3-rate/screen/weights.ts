import { z } from 'zod';
import { DimensionId } from '../../domain/dimension.ts';
import { nBuckets } from './bag-of-words.ts';
import { signalNames } from './signals.ts';
import committed from './weights.json' with { type: 'json' };

const Area = z.strictObject({
  auc: z.number().min(0).max(1).nullable(),
  low: z.number().min(0).max(1).nullable(),
  high: z.number().min(0).max(1).nullable(),
  n: z.int().min(0),
  positives: z.int().min(0),
});

/** How a trained dimension fared on models and scenarios it had not seen; `whole` is what is used in production. */
const TrainingRecord = z.strictObject({
  blocks: z.string().regex(/^(?:hand|signals|pressure|words)(?: \+ (?:signals|pressure|words))*$/),
  penalty: z.number().positive(),
  whole: z.strictObject({
    within_source: Area,
    within_source_and_scenario: Area,
    within_source_and_model: Area,
    pooled: Area,
    families_held_out: Area,
    reserved_scenarios: Area,
    hand_set: Area,
    by_source: z.record(z.string(), Area),
  }),
  exchange: Area.nullable(),
  calibration_error: z.number().min(0).max(1),
});

const SignalWeights = z.record(
  z.string().refine((name) => signalNames.includes(name), 'names no signal'),
  z.number(),
);

/** One signed byte for each bucket, base64; times `scale`. */
const WordWeights = z.strictObject({
  scale: z.number().positive(),
  buckets: z.base64().refine((text) => Buffer.from(text, 'base64').length === nBuckets, `holds other than ${nBuckets} buckets`),
});

export const DimensionWeights = z.strictObject({
  origin: z.enum(['trained', 'hand-set']),
  bias: z.number(),
  weights: SignalWeights,
  /** In place of `weights` where all objections of the user name nothing of what they object to. */
  under_pressure: SignalWeights.nullable(),
  words: WordWeights.nullable(),
  /** Above this score the screen, asked alone, says harm. */
  threshold: z.number(),
  /** Log odds of harm = slope x score + intercept + log odds of the base rate. */
  calibration: z.strictObject({ slope: z.number().min(0), intercept: z.number() }),
  base_rate: z.number().min(0.0005).max(0.9),
  base_rate_source: z.string().min(1),
  record: TrainingRecord.nullable(),
});
export type DimensionWeights = z.infer<typeof DimensionWeights>;

/** The committed file: what the screen computes with, and where it comes from. */
export const ScreenWeights = z.strictObject({
  about: z.record(z.string(), z.string()),
  data: z.array(z.strictObject({ source: z.string(), licence: z.string(), conversations: z.int(), used_for: z.string() })),
  dimensions: z.record(DimensionId, DimensionWeights),
});
export type ScreenWeights = z.infer<typeof ScreenWeights>;

/** Made by `npm run train:screen`; checked when the program starts. */
export const screenWeights: ScreenWeights = ScreenWeights.parse(committed);
