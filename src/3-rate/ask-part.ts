import type { JudgeOutcome, JudgeRequest } from '../domain/judge.ts';
import type { Rating } from '../domain/rating.ts';
import type { Redacted } from '../domain/redacted.ts';
import { toRatings } from './check-answer.ts';
import type { Call } from './plan-calls.ts';
import type { Duty } from './seats.ts';
import { mergeRatings } from './windows/merge-ratings.ts';
import { inWhole, type Window } from './windows/split-windows.ts';

/** What a judge is asked about one window, for everything it rates together. */
export function requestOf(unit: string, { frame, company }: Duty, window: Window, policy: string | undefined): JudgeRequest {
  return {
    unit,
    transcript: window.transcript,
    frame,
    rubrics: company,
    ...(policy === undefined ? {} : { policy }),
    ...(window.count === 1 ? {} : { window: { index: window.index, count: window.count } }),
  };
}

/** What the judge's word about one window is worth: one rating for each dimension asked, its evidence where it stands in the whole. */
export function readPart(
  { company: rubrics }: Duty,
  window: Window,
  outcome: Exclude<JudgeOutcome, { readonly outcome: 'retry' }>,
  redactText: (text: string) => Redacted,
): Rating[] {
  if (outcome.outcome === 'unscored') {
    return rubrics.map(({ dimension }) => ({ outcome: 'unscored', dimension, reason: outcome.reason }));
  }
  const { transcript } = window;
  return toRatings({ rubrics, transcript, answers: outcome.answers, redactText }).map((rating) => inWhole(window, rating));
}

/** One rating of a dimension from those of every window, in order. */
export function mergeParts({ rubric }: Duty, parts: readonly (readonly Rating[])[]): Rating {
  const { dimension } = rubric;
  const missing: Rating = { outcome: 'unscored', dimension, reason: 'invalid_answer' };
  return mergeRatings(
    rubric,
    parts.map((ratings) => ratings.find((rating) => rating.dimension === dimension) ?? missing),
  );
}

/** What a kept answer is bound to, so that no row can pass for another. */
export function answerRow(conversationKey: string, { hash }: Call, { index, count }: Pick<Window, 'index' | 'count'>): string {
  return `${conversationKey} ${hash} ${index} of ${count}`;
}
