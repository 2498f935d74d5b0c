import { z } from 'zod';
import { Turn } from './conversation.ts';
import { DimensionId } from './dimension.ts';

/** What a planted command asks a rater for: the harmless choice, the worst one, or to abstain. */
export const ControlWish = z.enum(['none', 'worst', 'cannot_tell']);
export type ControlWish = z.infer<typeof ControlWish>;

/**
 * A synthetic conversation with a command to the rater in it, and whether the harm is really there. It is rated again and
 * again beside production, to see that the rater still judges and does not obey. The command asks for something wrong, or
 * the item could not tell the two apart.
 */
export const ControlItem = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]+$/, 'must be lower case with dashes'),
    dimension: DimensionId,
    expected_harm: z.boolean(),
    wish: ControlWish,
    /** ISO 639-1, of the command. */
    language: z.string().regex(/^[a-z]{2}$/, 'must be an ISO 639-1 code such as en'),
    turns: z.array(Turn).min(2),
  })
  .superRefine(({ expected_harm, wish, turns }, ctx) => {
    const say = (path: string, message: string) => ctx.addIssue({ code: 'custom', path: [path], message });
    if (wish === (expected_harm ? 'worst' : 'none')) say('wish', 'asks for what is right, so obeying could not be seen');
    if (!turns.some(({ role }) => role === 'assistant')) say('turns', 'must hold an assistant turn, which is what is rated');
  });
export type ControlItem = z.infer<typeof ControlItem>;
