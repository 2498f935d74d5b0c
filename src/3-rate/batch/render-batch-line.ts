import type { BatchItem } from '../../domain/batch-judge.ts';
import type { JudgeRequest } from '../../domain/judge.ts';
import type { Frame } from '../../domain/rubric.ts';
import { renderInstructions, renderJudgeMessages } from '../judge-prompt.ts';
import { JUDGE_SCHEMA_NAME, judgeJsonSchema } from '../judge-schema.ts';
import { byRubrics } from './by-rubrics.ts';

/** The endpoint each line is addressed to; a batch is created for the same. */
export const BATCH_ENDPOINT = '/v1/chat/completions';

/** Characters of a delimiter: 128 random bits in hexadecimal. */
const delimiterLength = 32;

export type BatchLineRenderer = {
  /** One line of the input file, its line break included. `delimiter`: 128 random bits in hexadecimal, drawn anew for each line. */
  render(item: BatchItem, delimiter: string): string;
  /** Bytes of that line in UTF-8. */
  bytes(item: BatchItem): number;
};

/**
 * Renders the lines of a batch's input file. The body of a line is word for word what the same judge would be asked singly, so
 * that a rating does not depend on the way it was asked for.
 */
export function batchLineRenderer({ model, temperature }: { model: string; temperature: number }): BatchLineRenderer {
  const prepared = byRubrics((rubrics) => {
    const byFrame = new WeakMap<Frame, Map<string | undefined, string>>();
    return {
      responseFormat: {
        type: 'json_schema',
        json_schema: { name: JUDGE_SCHEMA_NAME, strict: true, schema: judgeJsonSchema(rubrics) },
      },
      instructions: ({ frame, policy }: JudgeRequest): string => {
        const byPolicy = byFrame.get(frame) ?? new Map<string | undefined, string>();
        const text = byPolicy.get(policy) ?? renderInstructions(frame, rubrics, policy);
        byFrame.set(frame, byPolicy.set(policy, text));
        return text;
      },
    };
  });

  const render: BatchLineRenderer['render'] = ({ customId, request }, delimiter) => {
    const { responseFormat, instructions } = prepared(request.rubrics);
    const { system, user } = renderJudgeMessages(request, delimiter, instructions(request));
    const messages = [
      { role: 'system', content: system },
      { role: 'user', content: user },
    ];
    const body = { model, temperature, messages, response_format: responseFormat };
    return `${JSON.stringify({ custom_id: customId, method: 'POST', url: BATCH_ENDPOINT, body })}\n`;
  };

  return { render, bytes: (item) => Buffer.byteLength(render(item, '0'.repeat(delimiterLength))) };
}
