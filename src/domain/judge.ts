import type { DimensionId } from './dimension.ts';
import type { UnscoredReason } from './rating.ts';
import type { Transcript } from './redacted.ts';
import type { Frame, Rubric } from './rubric.ts';

/** One call: the dimensions of one scope, asked of one transcript. */
export type JudgeRequest = {
  /** The sample's opaque id; tells neither user nor version. */
  readonly unit: string;
  readonly transcript: Transcript;
  readonly frame: Frame;
  readonly rubrics: readonly Rubric[];
};

/** What the judge said of one dimension, before anything is checked against the transcript. */
export type JudgeAnswer = {
  readonly dimension: DimensionId;
  readonly choice: string;
  readonly confidence: number;
  readonly evidence: readonly { readonly turn: number; readonly quote: string }[];
  readonly rationale: string;
};

/**
 * - answered: the body fitted the schema (one entry for each dimension asked).
 * - unscored: this call will not give a verdict, and asking again would not either.
 * - retry: nothing was learnt (429, 5xx, time-out, network); ask later, after `afterMs` where the server said so.
 */
export type JudgeOutcome =
  | { readonly outcome: 'answered'; readonly answers: readonly JudgeAnswer[] }
  | { readonly outcome: 'unscored'; readonly reason: UnscoredReason }
  | { readonly outcome: 'retry'; readonly reason: 'throttled' | 'failed'; readonly afterMs: number | null };

/**
 * Port. An LLM behind an OpenAI-compatible endpoint. Never throws for what an endpoint does; one network attempt a call,
 * because retries belong to the ledger. Asking twice costs twice but is otherwise harmless. A call that exceeds the
 * time-out settles as `retry`.
 */
export interface Judge {
  /** Endpoint model name and parameters: everything about the judge that could change its verdicts. */
  readonly identity: { readonly model: string; readonly temperature: number };
  rate(request: JudgeRequest): Promise<JudgeOutcome>;
}
