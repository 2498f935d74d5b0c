import { createHash } from 'node:crypto';
import PQueue from 'p-queue';
import { addControlRating } from '../db/control-ratings.ts';
import { addSpend, bookCalls } from '../db/rater-spend.ts';
import type { ControlKind, ControlRating } from '../domain/control-rating.ts';
import type { Turn } from '../domain/conversation.ts';
import type { TokenUsage } from '../domain/judge.ts';
import { costOf } from '../domain/judge-cost.ts';
import type { Rating } from '../domain/rating.ts';
import type { Transcript } from '../domain/redacted.ts';
import { mergeParts, readPart, requestOf } from './ask-part.ts';
import { createPurse, type Purse } from './purse.ts';
import type { RaterDeps } from './run.ts';
import { costLately, dayOf } from './run-judge.ts';
import type { Duty, JudgeSeat } from './seats.ts';
import { splitWindows, type Window } from './windows/split-windows.ts';

const first_backoff_ms = 1_000;
const longest_backoff_ms = 60_000;
const booked_ahead = 16;

/** One invented conversation to be rated by one judge on one day. */
export type ControlTask = {
  readonly kind: ControlKind;
  readonly item: string;
  readonly duty: Duty;
  readonly day: string;
  readonly nth: number;
  readonly turns: readonly Turn[];
  readonly policy?: string | undefined;
  readonly expectedHarm: boolean;
};

/** What became of the tasks. `left`: not asked, or without an answer yet, and still to be rated. */
export type ControlCounts = { readonly rated: number; readonly overBudget: number; readonly left: number };

type Asked = { readonly ratings: readonly Rating[]; readonly usage: TokenUsage | null } | 'over budget' | 'later';

/**
 * Asks the judges about invented conversations as they are asked about samples: the same words, company, windows and pace, at the
 * cost of the same budget. Each verdict is kept as soon as it is there, so that a killed run asks again only what was under way.
 * A judge whose budget is spent, or whose endpoint is down, is asked nothing more.
 * @param saved called after each verdict.
 */
export async function askControls(
  deps: RaterDeps,
  tasks: readonly ControlTask[],
  saved: (rating: ControlRating) => Promise<void>,
): Promise<ControlCounts> {
  const counts = { rated: 0, overBudget: 0, left: 0 };
  const seats = new Map(tasks.map(({ duty: { seat } }) => [seat.name, seat]));
  await Promise.all(
    [...seats.values()].map(async (seat) => {
      const cost = await costLately(deps, seat);
      const account = openAccount(deps, seat, cost);
      const purse = openPurse(deps, seat, cost, account);
      const redacted = new Map<string, Transcript>();
      const queue = new PQueue({ concurrency: seat.concurrency });
      let stopped: 'over budget' | 'later' | null = null;
      const work = async (task: ControlTask) => {
        const transcript = redacted.get(task.item) ?? redact(deps, task);
        redacted.set(task.item, transcript);
        const result = stopped ?? (await rate(deps, task, transcript, purse, account));
        if (typeof result !== 'string') {
          const rating = toRow(task, result, deps.clock.now());
          await addControlRating(deps.db, rating);
          counts.rated += 1;
          await saved(rating);
        } else if (result === 'over budget') {
          stopped = result;
          counts.overBudget += 1;
        } else {
          if (seat.dispatcher.blocked() !== null) stopped = result;
          counts.left += 1;
        }
      };
      try {
        await queue.addAll(tasks.filter(({ duty }) => duty.seat.name === seat.name).map((task) => () => work(task)));
      } finally {
        // After an error nothing more is begun; what is under way may still be kept.
        queue.clear();
        await queue.onIdle();
        await purse.close();
        await account.settle();
      }
    }),
  );
  return counts;
}

const redact = ({ redactText }: RaterDeps, { turns }: ControlTask): Transcript =>
  turns.map(({ role, content }) => ({ role, content: redactText(content) }));

/** The verdict on the task's own dimension; the others are asked because they always are. */
async function rate(
  deps: RaterDeps,
  task: ControlTask,
  transcript: Transcript,
  purse: Purse,
  account: Account,
): Promise<Rating | 'over budget' | 'later'> {
  const parts: (readonly Rating[])[] = [];
  for (const window of splitWindows(transcript, task.duty.seat.windows, deps.redactText)) {
    const asked = await askUntilAnswered(deps, task, window, purse);
    if (typeof asked === 'string') return asked;
    if (asked.usage !== null) account.add(asked.usage);
    parts.push(asked.ratings);
  }
  return mergeParts(task.duty, parts);
}

async function askUntilAnswered(deps: RaterDeps, task: ControlTask, window: Window, purse: Purse): Promise<Asked> {
  const { duty, item, policy = deps.policy } = task;
  const { seat } = duty;
  const request = requestOf(controlUnit(item), duty, window, policy);
  for (let attempt = 1; ; attempt++) {
    if (!(await purse.take())) return 'over budget';
    const result = await seat.dispatcher.run((signal) => seat.port.rate(request, { signal }));
    deps.telemetry.count('longwatch.judge.calls', 1, { model: seat.port.identity.model, outcome: result.outcome });
    switch (result.outcome) {
      case 'not_asked':
        purse.putBack();
        return 'later';
      case 'unscored':
      case 'answered':
        return { ratings: readPart(duty, window, result, deps.redactText), usage: result.usage ?? null };
      case 'retry': {
        if (attempt >= seat.maxAttempts) {
          // Who fails everybody is down, and who throttles has answered nothing: neither says anything of this item.
          const isItem = result.reason === 'failed' && seat.dispatcher.blocked() === null;
          if (!isItem) return 'later';
          return { ratings: readPart(duty, window, { outcome: 'unscored', reason: 'failed' }, deps.redactText), usage: null };
        }
        const backoff_ms = Math.min(longest_backoff_ms, Math.max(first_backoff_ms * 2 ** (attempt - 1), result.afterMs ?? 0));
        await new Promise<void>((resolve) => deps.timer.after(backoff_ms, resolve));
      }
    }
  }
}

/** What a judge sees as the name of the conversation: like any sample's, and the same every day. */
export function controlUnit(item: string): string {
  return createHash('sha256').update(`control ${item}`).digest('hex').slice(0, 32);
}

function toRow({ kind, item, duty, day, nth, expectedHarm }: ControlTask, rating: Rating, ratedAt: Date): ControlRating {
  const { dimension } = duty.rubric;
  const row = { kind, dimension, item, revision: duty.revision, day, nth, expectedHarm, ratedAt };
  if (rating.outcome === 'unscored') return { ...row, choice: null, harm: null, unscored: rating.reason };
  return { ...row, choice: rating.choice, harm: rating.harm, unscored: null };
}

type Account = {
  /** Notes what a call came to. */
  add(usage: TokenUsage): void;
  /** Corrects the books by the difference to what those calls were booked at. */
  settle(): Promise<void>;
};

function openAccount({ db, clock }: RaterDeps, seat: JudgeSeat, booked: number): Account {
  let sum = { nInputTokens: 0, nOutputTokens: 0, money: 0 };
  return {
    add({ inputTokens, outputTokens }) {
      sum = {
        nInputTokens: sum.nInputTokens + inputTokens,
        nOutputTokens: sum.nOutputTokens + outputTokens,
        money: sum.money + costOf(seat, inputTokens, outputTokens) - booked,
      };
    },
    async settle() {
      const due = sum;
      sum = { nInputTokens: 0, nOutputTokens: 0, money: 0 };
      if (due.nInputTokens + due.nOutputTokens === 0) return;
      await addSpend(db, dayOf(clock.now()), { judge: seat.name, nCalls: 0, ...due });
    },
  };
}

function openPurse(deps: RaterDeps, { name: judge, limit }: JudgeSeat, moneyPerCall: number, account: Account): Purse {
  const day = dayOf(deps.clock.now());
  return createPurse(
    {
      book: async (wanted) => {
        await account.settle();
        return deps.db.transaction().execute((trx) => bookCalls(trx, { judge, day, wanted, moneyPerCall, limit }));
      },
      giveBack: (calls) =>
        addSpend(deps.db, day, { judge, nCalls: -calls, nInputTokens: 0, nOutputTokens: 0, money: -calls * moneyPerCall }),
    },
    booked_ahead,
  );
}
