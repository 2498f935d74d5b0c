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
  /** The deployer's written model spec, for rubrics that hold the conversation against one. */
  readonly policy?: string;
  /** Which part of a long conversation `transcript` is, `index` from 0 of `count`. Absent where it is the whole. */
  readonly window?: { readonly index: number; readonly count: number };
};

/** What the judge said of one dimension, before anything is checked against the transcript. */
export type JudgeAnswer = {
  readonly dimension: DimensionId;
  readonly choice: string;
  readonly confidence: number;
  readonly evidence: readonly { readonly turn: number; readonly quote: string }[];
  readonly rationale: string;
};

/** What a call cost, as the endpoint counts it. */
export type TokenUsage = { readonly inputTokens: number; readonly outputTokens: number };

/** One allowance of an endpoint as of one response; null where it did not say. `resetMs`: until it is whole again, from the response on. */
export type Quota = { readonly limit: number | null; readonly remaining: number | null; readonly resetMs: number | null };
export type RateLimits = { readonly requests: Quota | null; readonly tokens: Quota | null };

/** What an endpoint may tell beside its verdict. Absent or null where it did not. */
export type CallFacts = { readonly usage?: TokenUsage | null; readonly limits?: RateLimits | null };

/**
 * - answered: the body fitted the schema (one entry for each dimension asked).
 * - unscored: this call will not give a verdict, and asking again would not either.
 * - retry: nothing was learnt (429, 5xx, time-out, network); ask later, after `afterMs` where the server said so.
 */
export type JudgeOutcome = CallFacts &
  (
    | { readonly outcome: 'answered'; readonly answers: readonly JudgeAnswer[] }
    | { readonly outcome: 'unscored'; readonly reason: UnscoredReason }
    | { readonly outcome: 'retry'; readonly reason: 'throttled' | 'failed'; readonly afterMs: number | null }
  );

/**
 * Port. An LLM behind an OpenAI-compatible endpoint. Never throws for what an endpoint does; one network attempt a call,
 * because retries belong to the ledger. Asking twice costs twice but is otherwise harmless. A call that exceeds the
 * time-out, or whose `signal` is aborted, settles as `retry` and lets go of its connection.
 */
export interface Judge {
  /** Endpoint model name and parameters: everything about the judge that could change its verdicts. */
  readonly identity: {
    readonly model: string;
    readonly temperature: number;
    /** Whose model it is, as in `gpt` or `claude`: a judge may favour its own kin. */
    readonly family?: string;
  };
  rate(request: JudgeRequest, options?: { readonly signal?: AbortSignal }): Promise<JudgeOutcome>;
}
