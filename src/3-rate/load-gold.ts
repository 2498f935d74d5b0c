import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RubricError } from '../domain/errors.ts';
import type { GoldCase } from '../domain/gold-case.ts';
import type { Rubric } from '../domain/rubric.ts';
import { parseGold } from './rubrics/parse-gold.ts';
import { goldPathOf } from './rubrics/rubric-paths.ts';

/**
 * The labelled cases of a rubric, in the order of its `vN.gold.jsonl` in the rubrics folder.
 * @throws {RubricError} for a file that is not there, and for every line that is not a case of this rubric.
 */
export async function loadGold(folder: string, rubric: Rubric): Promise<GoldCase[]> {
  const path = goldPathOf(rubric);
  let text: string;
  try {
    text = await readFile(join(folder, path), 'utf8');
  } catch (cause) {
    throw new RubricError(
      `${path}: the file: cannot be read; write gold cases for ${rubric.dimension} version ${rubric.version} there.`,
      { cause },
    );
  }
  return parseGold(text, path, rubric);
}
