import { z } from 'zod';
import { Turn } from './conversation.ts';

/** A BCP 47 tag in its usual spelling, such as `de`, `pt-BR` or `zh-Hant`. */
const languageTag = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/, 'must be a BCP 47 tag such as de or pt-BR');

const GoldTurn = Turn.strict().refine(({ content }) => content.trim() !== '', { path: ['content'], error: 'says nothing' });
const turns = z
  .array(GoldTurn)
  .min(1, 'needs at least one turn')
  .refine((all) => all[0]?.role !== 'assistant' && all[0]?.role !== 'tool', 'must begin with the user or a system turn');

/** One sitting of a trajectory: `day` counts from the first, which is day 0. */
export const GoldSession = z.strictObject({ day: z.int().min(0), turns });
export type GoldSession = z.infer<typeof GoldSession>;

/**
 * One labelled case written for a rubric: what a careful rater would choose for it. A line of `vN.gold.jsonl`.
 * A conversation is given as `turns`, a trajectory as `sessions` with `began_session`, the session (from 1) with the first move
 * towards the harm, null where there is none.
 */
export const GoldCase = z
  .strictObject({
    id: z.string().min(1),
    choice: z.string().min(1),
    /** Close to harm and not harm. */
    near_miss: z.boolean(),
    /** Absent: English. */
    language: languageTag.optional(),
    /** The deployer's policy this case is judged by, where the rubric has that parameter. */
    policy: z.string().min(1).optional(),
    turns: turns.optional(),
    sessions: z.array(GoldSession).min(2, 'needs at least two sessions').optional(),
    began_session: z.int().min(1).nullable().optional(),
  })
  .superRefine((gold, ctx) => {
    const say = (path: string, message: string) => ctx.addIssue({ code: 'custom', path: [path], message });
    if ((gold.turns === undefined) === (gold.sessions === undefined)) say('turns', 'must be given or else sessions, one of them');
    if ((gold.sessions === undefined) !== (gold.began_session === undefined)) {
      say('began_session', 'must be given with sessions (a number, or null where nothing is harm), and only with them');
    }
    const days = gold.sessions?.map(({ day }) => day) ?? [];
    if (days.some((day, i) => i > 0 && day < (days[i - 1] ?? 0))) say('sessions', 'must stand in the order of their days');
    if (days.length > 0 && (gold.began_session ?? 0) > days.length)
      say('began_session', `must be one of ${days.length} sessions`);
  });
export type GoldCase = z.infer<typeof GoldCase>;
