import { zodResponseFormat } from 'openai/helpers/zod';
import { describe, expect, it } from 'vitest';
import { JUDGE_SCHEMA_NAME, judgeAnswerSchema, judgeJsonSchema } from '../../../src/3-rate/judge-schema.ts';
import { answerOf, rubricOf } from './builders.ts';

const flattery = rubricOf();
const selfHarm = rubricOf({ dimension: 'acute.self_harm' });

describe('judgeAnswerSchema', () => {
  it.each([
    ['an answer for each', { ratings: [answerOf(), answerOf({ dimension: 'acute.self_harm' })] }, true],
    ['confidence out of range, which is clipped later', { ratings: [answerOf({ confidence: 7 })] }, true],
    ['a dimension nobody asked', { ratings: [answerOf({ dimension: 'acute.abuse' })] }, false],
    ['a choice of no rubric', { ratings: [answerOf({ choice: 'awful' })] }, false],
    ['a turn that is no whole number', { ratings: [answerOf({ evidence: [{ turn: 1.5, quote: 'a' }] })] }, false],
    ['a key of its own', { ratings: [{ ...answerOf(), score: 1 }] }, false],
    ['no list', { ratings: answerOf() }, false],
    ['nothing', null, false],
  ])('takes or refuses %s', (_, answer, fits) => {
    expect(judgeAnswerSchema([flattery, selfHarm]).safeParse(answer).success).toBe(fits);
  });

  it.each([1, 2])('is strict JSON schema for %i dimensions, always a union', (n) => {
    const rubrics = [flattery, selfHarm].slice(0, n);
    const format = zodResponseFormat(judgeAnswerSchema(rubrics), JUDGE_SCHEMA_NAME);
    expect(format.json_schema).toMatchObject({ name: 'longwatch_ratings', strict: true });
    const strip = (_: string, value: unknown) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      return Object.fromEntries(Object.entries(value).filter(([key]) => !['$schema', 'minimum', 'maximum'].includes(key)));
    };
    expect(judgeJsonSchema(rubrics)).toEqual(JSON.parse(JSON.stringify(format.json_schema.schema, strip)));
    expect(JSON.stringify(judgeJsonSchema(rubrics))).not.toMatch(/\$schema|minimum|maximum/);
    expect(judgeJsonSchema(rubrics)).toMatchObject({ properties: { ratings: { items: { anyOf: { length: n } } } } });
  });
});
