import { z } from 'zod';
import type { BatchItem, BatchResult } from '../../domain/batch-judge.ts';
import type { JudgeOutcome } from '../../domain/judge.ts';
import { judgeAnswerSchema } from '../judge-schema.ts';
import { byRubrics } from './by-rubrics.ts';
import { splitFileLines } from './split-file-lines.ts';

/** What a line says of one request: an HTTP answer, or an error for one that got none. Both null when it says neither. */
export type BatchReply = {
  readonly customId: string;
  readonly response: { readonly status: number; readonly body: unknown } | null;
  /** The error's code; empty when the endpoint gave none. */
  readonly error: string | null;
};

type AnswerSchema = ReturnType<typeof judgeAnswerSchema>;

export type BatchFiles = {
  /** What was submitted. */
  readonly items: readonly BatchItem[];
  /** The bytes of the output file, then of the error file, where there are such. */
  readonly files: Iterable<AsyncIterable<Uint8Array>>;
  /** A longer line is refused unread. */
  readonly maxLineBytes: number;
  /** What a reply means, given the schema the request's answer must fit. */
  readonly outcomeOf: (reply: BatchReply, schema: AnswerSchema) => JudgeOutcome;
};

/** As documented: success lines, error lines and request errors may stand in either file, in any order. */
const Line = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.int(), body: z.unknown() }).nullish().catch(null),
  error: z.unknown().optional(),
});
const Coded = z.object({ code: z.string() });

/**
 * Reads the files of an ended batch. One result for each item, in their order. The first line of a custom_id counts and
 * further ones do not; lines nobody asked for are ignored; an item without a line can be asked again.
 * Throws only what reading the chunks throws. `unreadable` counts lines that were no such JSON, or too long.
 */
export async function readBatchResults({
  items,
  files,
  maxLineBytes,
  outcomeOf,
}: BatchFiles): Promise<{ readonly results: readonly BatchResult[]; readonly unreadable: number }> {
  const schemaOf = byRubrics(judgeAnswerSchema);
  const asked = new Map(items.map((item) => [item.customId, item.request]));
  const outcomes = new Map<string, JudgeOutcome>();
  let unreadable = 0;
  for (const file of files) {
    for await (const line of splitFileLines(file, maxLineBytes)) {
      const reply = line === null ? null : readBatchLine(line);
      if (reply === null) {
        unreadable++;
        continue;
      }
      const request = asked.get(reply.customId);
      if (request === undefined || outcomes.has(reply.customId)) continue;
      outcomes.set(reply.customId, outcomeOf(reply, schemaOf(request.rubrics)));
    }
  }
  const noLine: JudgeOutcome = { outcome: 'retry', reason: 'failed', afterMs: null };
  return { results: items.map(({ customId }) => ({ customId, outcome: outcomes.get(customId) ?? noLine })), unreadable };
}

/** One line of an output or error file; null when it is no such line. */
export function readBatchLine(line: string): BatchReply | null {
  const { data } = Line.safeParse(parseJson(line));
  if (data === undefined) return null;
  const { custom_id: customId, response, error } = data;
  return {
    customId,
    response: response ? { status: response.status_code, body: response.body } : null,
    error: error === null || error === undefined ? null : (Coded.safeParse(error).data?.code ?? ''),
  };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
