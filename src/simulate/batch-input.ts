import { z } from 'zod';

const Line = z.strictObject({
  custom_id: z.string().min(1),
  method: z.literal('POST'),
  url: z.string(),
  body: z.looseObject({ model: z.string() }),
});

/** One of a failed batch's `errors.data`. */
export type BatchError = {
  readonly code: string;
  readonly message: string;
  readonly line: number | null;
  readonly param: string | null;
};

export type InputRequest = { readonly customId: string; readonly body: Readonly<Record<string, unknown>> };

/** Reads a batch's input file as endpoints validate it, with their codes for what is wrong; lines count from 1. */
export function readInputFile(
  text: string,
  endpoint: string,
): { readonly requests: readonly InputRequest[]; readonly errors: readonly BatchError[] } {
  const requests: InputRequest[] = [];
  const errors: BatchError[] = [];
  const seen = new Set<string>();
  let model: string | undefined;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  for (const [index, line] of lines.entries()) {
    const wrong = (code: string, param: string | null = null) =>
      errors.push({ code, message: 'The line is not valid.', line: index + 1, param });
    const json = parseJson(line);
    const parsed = Line.safeParse(json);
    if (json === undefined) wrong('invalid_json_line');
    else if (!parsed.success) wrong('invalid_request', parsed.error.issues[0]?.path.join('.') ?? null);
    else {
      const { custom_id: customId, url, body } = parsed.data;
      model ??= body.model;
      if (seen.has(customId)) wrong('duplicate_custom_id', 'custom_id');
      else if (url !== endpoint) wrong('url_mismatch', 'url');
      else if (body.model !== model) wrong('model_mismatch', 'body.model');
      else requests.push({ customId, body });
      seen.add(customId);
    }
  }
  const whole = (code: string) => ({ code, message: 'The file is not valid.', line: null, param: null });
  if (lines.length === 0) errors.push(whole('empty_file'));
  if (lines.length > 50_000) errors.push(whole('too_many_tasks'));
  return { requests, errors };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
