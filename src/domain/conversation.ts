import { z } from 'zod';

/** Who spoke. */
export const Role = z.enum(['system', 'user', 'assistant', 'tool']);
export type Role = z.infer<typeof Role>;

/** One message, raw: it exists in memory only, between ingest and redaction. */
export const Turn = z.object({ role: Role, content: z.string() });
export type Turn = z.infer<typeof Turn>;

const identifier = z.string().min(1).max(512);

/** Stored as text, which cannot hold a NUL. */
const label = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !text.includes('\u0000'), 'must not contain a NUL character');

/**
 * The native conversation record: what producers send, one JSON object a line.
 * Unknown keys are dropped and never stored. Times are UTC instants with an offset.
 */
export const Conversation = z.object({
  id: identifier,
  user: identifier,
  version: label(200),
  at: z.iso.datetime({ offset: true }),
  turns: z.array(Turn).min(1),
  product: label(100).optional(),
  locale: z.string().min(2).max(35).optional(),
  memory: z.boolean().optional(),
  tools: z.array(z.string()).optional(),
  consent: z.enum(['granted', 'denied']).optional(),
  feedback: z.object({ thumb: z.enum(['up', 'down']).optional() }).optional(),
  engagement: z.object({ seconds: z.number().nonnegative().optional() }).optional(),
  citations: z.array(z.string()).optional(),
  tenant: label(100).optional(),
  /** ISO 3166-1 or 3166-2, such as `DE` or `US-CA`. */
  region: z
    .string()
    .regex(/^[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?$/, 'must be an ISO 3166 code such as DE or US-CA')
    .optional(),
  minor: z.boolean().optional(),
  /** The producer's own deadline: nothing of the text is kept past it. */
  retain_until: z.iso.datetime({ offset: true }).optional(),
  /** Where `longwatch/sampler` decided at the producer: by what probabilities. */
  sampling: z
    .object({
      design: z.string().min(1).max(100),
      pi_sample: z.number().gt(0).max(1),
      pi_cap: z.number().gt(0).max(1),
      nth: z.int().positive(),
    })
    .optional(),
});
export type Conversation = z.infer<typeof Conversation>;
