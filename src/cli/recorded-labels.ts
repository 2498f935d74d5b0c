import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { DimensionId } from '../domain/dimension.ts';
import { InputError } from '../domain/errors.ts';

const Label = z.object({ id: z.string(), ratings: z.record(DimensionId, z.string()) });

/** Choices given earlier by another judge, by the producer's conversation id. */
export type Labels = Map<string, ReadonlyMap<DimensionId, string>>;

/** The file that stands beside a history: `a.jsonl.gz` and `.labels.jsonl` make `a.labels.jsonl`. */
export function besides(file: string, ending: string): string {
  return file.replace(/\.jsonl(\.gz)?$/, '') + ending;
}

/** @throws InputError naming file, line and form when a file is missing or a line is not a label. */
export async function readLabels(paths: readonly string[]): Promise<Labels> {
  const labels: Labels = new Map();
  for (const path of paths) {
    if (!existsSync(path))
      throw new InputError(`${path} is not there: recorded verdicts are read from it, one {"id", "ratings"} a line.`);
    let number = 0;
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      const parsed = Label.safeParse(parseJson(line));
      if (!parsed.success) throw new InputError(`${path} line ${number}: expected {"id": ..., "ratings": {dimension: choice}}.`);
      labels.set(parsed.data.id, new Map(Object.entries(parsed.data.ratings) as [DimensionId, string][]));
    }
  }
  return labels;
}

/** Undefined for what is not JSON, which no schema accepts. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
