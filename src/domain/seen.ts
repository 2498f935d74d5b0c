import { z } from 'zod';
import { topics } from './facets.ts';

const label = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !text.includes('\u0000'), 'must not contain a NUL character');
const tally = z.int().nonnegative();

/** Conversations of one version and one combination of facets that an edge sampler saw in one hour. */
const SeenCell = z.object({
  version: label(200),
  topic: z.enum(topics),
  memory: z.enum(['on', 'off', 'unknown']),
  locale: z.string().regex(/^[a-z]{2,3}$/, 'must be a language subtag in lower case'),
  length: z.enum(['1', '2-5', '6-19', '20+']),
  product: label(100),
  n: z.int().positive(),
  /** As the capped estimand counts them. */
  counted: z.number().positive(),
  /** Sum of inclusion probabilities. */
  nu: z.number().positive(),
  /** The most design weight that any of their users had in the hour. */
  max_user_weight: z.number().positive(),
  thumb_up: tally,
  thumb_down: tally,
});
export type SeenCell = z.infer<typeof SeenCell>;

/**
 * What an edge sampler (`longwatch/sampler`) counted in an hour: the denominators, which travel even where text does not.
 * One line of JSONL beside the conversations. An id counts once, however often it is sent.
 */
export const SeenRecord = z.object({
  kind: z.literal('seen'),
  id: z.string().min(1).max(200),
  at: z.iso.datetime({ offset: true }).refine((at) => Date.parse(at) % 3_600_000 === 0, 'must be the start of an hour'),
  cells: z.array(SeenCell).min(1).max(10_000),
});
export type SeenRecord = z.infer<typeof SeenRecord>;
