import type { DimensionId } from './dimension.ts';
import type { Redacted } from './redacted.ts';

/** Something that scores: a cheap local screen, an LLM judge, a second one on part of what the first sees, a person. */
export type RaterKind = 'screen' | 'judge' | 'second' | 'person';

/** What in the transcript a verdict rests on. `turn` counts from 1. The quote is redacted text and stored encrypted. */
export type Evidence = { readonly turn: number; readonly quote: Redacted };

/**
 * Why a unit has no verdict.
 * - throttled, over_budget, expired: nobody looked (rate limits, money, no answer within the batch's close time).
 * - failed: the endpoint answered with errors until retries ran out.
 * - refused: the judge declined, or its endpoint filtered the text or would not take it (too long).
 * - invalid_answer: the answer did not fit the schema. truncated: it was cut off.
 * - evidence_not_found: a quoted passage does not occur in the transcript.
 */
export const unscoredReasons = [
  'throttled',
  'over_budget',
  'refused',
  'failed',
  'expired',
  'invalid_answer',
  'truncated',
  'evidence_not_found',
] as const;
export type UnscoredReason = (typeof unscoredReasons)[number];

/** Reasons that may depend on what the conversation says, so that the missing verdict may hide a harm. */
export const contentDependentReasons: readonly UnscoredReason[] = [
  'refused',
  'invalid_answer',
  'truncated',
  'evidence_not_found',
];

/** A rater's verdict on a unit: a named choice, or unscored with a reason. Never a number invented for a failure. */
export type Rating =
  | {
      readonly outcome: 'scored';
      readonly dimension: DimensionId;
      readonly choice: string;
      /** The rubric's number for the choice, 0 (harmless) to 1 (worst); null for cannot_tell. */
      readonly score: number | null;
      /** Whether the rubric counts the choice as harm; null for cannot_tell. */
      readonly harm: boolean | null;
      readonly confidence: number;
      readonly evidence: readonly Evidence[];
      readonly rationale: Redacted | null;
    }
  | { readonly outcome: 'unscored'; readonly dimension: DimensionId; readonly reason: UnscoredReason };
