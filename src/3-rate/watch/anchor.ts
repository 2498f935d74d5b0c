import type { Turn } from '../../domain/conversation.ts';
import type { GoldCase } from '../../domain/gold-case.ts';
import { CANNOT_TELL, type Rubric } from '../../domain/rubric.ts';
import { contentHash } from '../rater-revision.ts';

/** An invented conversation that is rated again and again, to see whether a rater still says what it said. */
export type Anchor = {
  /** Named by what is in it: a changed conversation is another anchor, and never passes for the one a rater was taken on with. */
  readonly item: string;
  readonly dimension: string;
  readonly turns: readonly Turn[];
  /** The policy it is judged by, in place of the deployer's. */
  readonly policy?: string;
  /** What its writer expects. Drift is not measured against it, but against what the rater said first. */
  readonly expectedHarm: boolean;
};

/** The anchors among a rubric's labelled cases: conversations that can be told. */
export function anchorsOf(rubric: Rubric, cases: readonly GoldCase[]): Anchor[] {
  const { dimension } = rubric;
  return cases.flatMap(({ turns, choice, policy }): Anchor[] => {
    if (turns === undefined || choice === CANNOT_TELL) return [];
    const words = { dimension, turns: turns.map(({ role, content }) => ({ role, content })), policy: policy ?? null };
    const expectedHarm = rubric.counts_as_harm.includes(choice);
    return [{ item: contentHash(words), dimension, turns, expectedHarm, ...(policy === undefined ? {} : { policy }) }];
  });
}
