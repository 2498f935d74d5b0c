import { z } from 'zod';
import type { Rubric } from '../domain/rubric.ts';

/** The name under which endpoints know the schema. */
export const JUDGE_SCHEMA_NAME = 'longwatch_ratings';

/**
 * What a judge must answer when asked these rubrics: `{"ratings":[...]}`, each entry one dimension with one of that rubric's
 * own choices. A union of the dimensions even when there is one, so that the shape does not depend on how many are asked.
 * That each dimension comes exactly once cannot be said in the strict subset of JSON Schema; `toRatings` checks it.
 */
export function judgeAnswerSchema(rubrics: readonly Rubric[]) {
  return z.strictObject({ ratings: z.array(z.union(rubrics.map(answerSchema))) });
}

function answerSchema(rubric: Rubric) {
  return z.strictObject({
    dimension: z.literal(rubric.dimension),
    choice: z.enum(Object.keys(rubric.choices)),
    confidence: z.number(),
    evidence: z.array(z.strictObject({ turn: z.int(), quote: z.string() })),
    rationale: z.string(),
  });
}

/** The same as JSON Schema, without the keywords that some OpenAI-compatible servers refuse in strict mode. */
export function judgeJsonSchema(rubrics: readonly Rubric[]): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(judgeAnswerSchema(rubrics), {
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      delete jsonSchema.minimum;
      delete jsonSchema.maximum;
    },
  });
  return schema;
}
