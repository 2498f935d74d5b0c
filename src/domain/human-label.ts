import { z } from 'zod';
import { DimensionId } from './dimension.ts';

/** Stored as text, which cannot hold a NUL. */
const name = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .refine((text) => !text.includes('\u0000'), 'must not contain a NUL character');

/** What a person chose for one of our samples: a line of a file of labels. `conversation` is the producer's id, or the stored key. */
export const HumanLabelLine = z.strictObject({
  conversation: name(512),
  dimension: DimensionId,
  choice: name(100),
  person: name(200),
  pool: name(100).optional(),
  language: z
    .string()
    .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'must be a language tag such as en or pt-BR')
    .optional(),
  at: z.iso.datetime({ offset: true, error: 'must be a time such as 2026-04-25T10:00:00Z' }).optional(),
});
export type HumanLabelLine = z.infer<typeof HumanLabelLine>;

/** A label as it is kept: one person's word, never a mean of several. The person is a reviewer and is named. */
export type HumanLabel = {
  readonly conversationKey: string;
  readonly dimension: string;
  readonly person: string;
  /** Whom the person speaks for, such as `clinicians` or `teenagers`. */
  readonly pool: string;
  readonly choice: string;
  /** The rubric's number and word for the choice; null for cannot_tell. */
  readonly score: number | null;
  readonly harm: boolean | null;
  /** The primary language subtag, such as `en`. */
  readonly language: string;
  readonly labelledAt: Date;
};
