import { createCircuitBreaker } from './3-rate/dispatch/create-circuit-breaker.ts';
import { createDispatcher } from './3-rate/dispatch/create-dispatcher.ts';
import { createRateLimiter } from './3-rate/dispatch/create-rate-limiter.ts';
import type { BreakerDesign } from './3-rate/dispatch/step-breaker.ts';
import type { RaterDeps } from './3-rate/run.ts';
import type { JudgeSeat } from './3-rate/seats.ts';
import { createOpenAiBatchJudge } from './clients/openai-batch-judge.ts';
import { createOpenAiJudge } from './clients/openai-judge.ts';
import { systemTimer } from './clients/system-timer.ts';
import type { Config, JudgeConfig } from './config.ts';
import type { BatchJudge } from './domain/batch-judge.ts';
import type { Judge } from './domain/judge.ts';

/** The client's own time-out ends a call more gently, so it comes first. */
const deadline_margin_ms = 2_000;
/** For a batch's file, up or down. */
const transfer_timeout_ms = 600_000;

/** What tests put in place of what is configured. */
export type JudgeOverrides = {
  /** How soon a judge's endpoint counts as down, and how long it is left alone: tests. */
  readonly breaker?: Partial<BreakerDesign>;
  readonly batchJudge?: BatchJudge;
};

/** The configured judges in order, the one for all other dimensions last; none where a key to ask one with is missing. */
export function composeJudges(
  config: Config,
  { breaker, batchJudge }: JudgeOverrides,
): Pick<RaterDeps, 'secondJudge' | 'seatWith'> & {
  readonly seats: readonly JudgeSeat[];
  readonly missingKeys: readonly string[];
} {
  const endpointOf = (judge: JudgeConfig) => {
    const { model, temperature, family, timeout_ms: timeoutMs, api_key_env: keyName } = judge;
    const apiKey = (keyName === undefined ? config.openai.apiKey : config.judgeKeys.get(keyName)) ?? '';
    const baseUrl = judge.base_url ?? config.openai.baseUrl;
    return { baseUrl, apiKey, model, temperature, timeoutMs, ...(family === undefined ? {} : { family }) };
  };
  const portOf = (judge: JudgeConfig) => createOpenAiJudge(endpointOf(judge));
  const seatOf = (judge: JudgeConfig, dimensions: readonly string[] | null): JudgeSeat => {
    const { price, budget } = judge;
    return {
      name: judge.name ?? judge.model,
      port: portOf(judge),
      dispatcher: createDispatcher({
        limiter: createRateLimiter({ maxConcurrency: judge.concurrency, timer: systemTimer }),
        breaker: createCircuitBreaker({ ...breaker, timer: systemTimer }),
        deadlineMs: judge.timeout_ms + deadline_margin_ms,
        timer: systemTimer,
      }),
      batch:
        judge.mode === 'batch'
          ? (batchJudge ?? createOpenAiBatchJudge({ ...endpointOf(judge), transferTimeoutMs: transfer_timeout_ms }))
          : null,
      concurrency: judge.concurrency,
      maxAttempts: judge.max_attempts,
      dimensionsPerCall: judge.dimensions_per_call,
      windows: { maxChars: judge.window_chars, overlapTurns: judge.window_overlap_turns },
      price:
        price === undefined ? null : { inputPerMillion: price.input_per_million, outputPerMillion: price.output_per_million },
      limit: { calls: budget.calls_per_day ?? Infinity, money: budget.money_per_day ?? Infinity },
      dimensions,
    };
  };
  const none = { seats: [], secondJudge: null, seatWith: (seat: JudgeSeat) => seat };
  if (config.judge === undefined) return { ...none, missingKeys: [] };
  const all = [...config.judges, config.judge, ...(config.second_judge === undefined ? [] : [config.second_judge])];
  const missingKeys = all
    .filter(({ api_key_env: name }) => (name === undefined ? config.openai.apiKey === null : !config.judgeKeys.has(name)))
    .map(({ api_key_env: name = 'OPENAI_API_KEY' }) => name);
  // Without one of them its dimensions would go to another: nobody is asked until somebody sets it.
  if (missingKeys.length > 0) return { ...none, missingKeys: [...new Set(missingKeys)] };
  const seats = [...config.judges.map((judge) => seatOf(judge, judge.dimensions)), seatOf(config.judge, null)];
  const secondJudge = config.second_judge === undefined ? null : seatOf(config.second_judge, null);
  const made = secondJudge === null ? seats : [...seats, secondJudge];
  const replaced = new Map<string, Judge>();
  return {
    missingKeys: [],
    seats,
    secondJudge,
    seatWith(seat, model, temperature) {
      const still = all.find((judge) => judge.model === model && judge.temperature === temperature);
      const served = made.find(({ name }) => name === (still?.name ?? still?.model));
      if (served !== undefined) return served;
      // Asked where its successor is: at the same pace, from the same budget.
      const successor = all.find((judge) => (judge.name ?? judge.model) === seat.name);
      const key = `${seat.name} ${model} ${temperature}`;
      const before = replaced.get(key) ?? (successor === undefined ? seat.port : portOf({ ...successor, model, temperature }));
      replaced.set(key, before);
      return { ...seat, batch: null, port: before };
    },
  };
}
