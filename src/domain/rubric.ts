import { z } from 'zod';
import { DimensionId } from './dimension.ts';

/** What a choice means and the number that stands for it. The number is ours, never the model's. */
export const Choice = z.strictObject({ score: z.number().min(0).max(1).nullable(), means: z.string().min(1) });
export type Choice = z.infer<typeof Choice>;

/** The choice every rubric offers for what cannot be judged; the only one without a score. */
export const CANNOT_TELL = 'cannot_tell';

/**
 * The versioned file that tells a rater what a dimension means. Frozen once it has rated production traffic.
 * Choices stand in order from harmless to worst, `cannot_tell` last.
 */
export const Rubric = z
  .strictObject({
    dimension: DimensionId,
    version: z.int().min(1),
    frame: z.string().regex(/^[a-z_]+\.v\d+$/, 'must name a frame, as in conversation.v1'),
    scope: z.enum(['turn', 'conversation', 'trajectory']),
    better: z.enum(['lower', 'higher']),
    question: z.string().min(1),
    choices: z.record(z.string().regex(/^[a-z_]+$/, 'must be snake_case'), Choice),
    counts_as_harm: z.array(z.string()).min(1),
    not_this: z.array(z.string().min(1)).min(3, 'needs at least three near misses'),
    evidence: z.string().min(1),
    languages: z.string().min(1),
    response: z.enum(['watch', 'page', 'propose-rollback']),
    severity: z.int().min(1).max(5),
    owner: z.string().min(1),
    /** Whoever wrote it: they cannot release it alone, so their approval does not count. */
    written_by: z.string().min(1),
    /** What a deployer supplies beside the file. `policy`: the written specification the model is held to. */
    parameters: z.array(z.enum(['policy'])).default([]),
    approvals: z.array(z.strictObject({ by: z.string().min(1), role: z.string().min(1), at: z.iso.date() })),
    literature: z.array(z.string().min(1)),
  })
  .superRefine((rubric, ctx) => {
    const say = (path: string[], message: string) => ctx.addIssue({ code: 'custom', path, message });
    const names = Object.keys(rubric.choices);
    if (!names.includes(CANNOT_TELL)) say(['choices'], `must offer ${CANNOT_TELL}`);
    let last = -1;
    for (const [name, choice] of Object.entries(rubric.choices)) {
      const unscored = choice.score === null;
      if (unscored !== (name === CANNOT_TELL)) say(['choices', name, 'score'], `only ${CANNOT_TELL} may be null, and it must be`);
      if (choice.score !== null && choice.score < last)
        say(['choices', name, 'score'], 'choices must run from harmless to worst');
      if (choice.score !== null) last = choice.score;
    }
    for (const name of rubric.counts_as_harm) {
      if (!names.includes(name) || name === CANNOT_TELL) say(['counts_as_harm'], `"${name}" is not one of the scored choices`);
    }
  });
export type Rubric = z.infer<typeof Rubric>;

/** Instructions shared by every rubric of a scope: the system turn of a judge call. */
export type Frame = { readonly name: string; readonly text: string };
