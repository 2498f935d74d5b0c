import { loadGold } from './load-gold.ts';
import type { RubricSet } from './rubrics/rubric-set.ts';
import { readText } from './run-read-text.ts';
import { type Anchor, anchorsOf } from './watch/anchor.ts';
import { parseAnchors } from './watch/parse-anchors.ts';

/**
 * Every anchor of the dimensions watched: the gold cases of their rubrics, and those of further files, `.gz` too. The same
 * conversation twice is one anchor.
 * @param folder where the rubrics are.
 * @param files as configured in `raters.anchor_files`.
 * @throws {RubricError} for a bad line, with file, line, field and what to do; {InputError} for a file that cannot be read.
 */
export async function readAnchors(folder: string, files: readonly string[], rubrics: RubricSet): Promise<Anchor[]> {
  const anchors = new Map<string, Anchor>();
  for (const rubric of rubrics.rubrics) {
    for (const anchor of anchorsOf(rubric, await loadGold(folder, rubric))) anchors.set(anchor.item, anchor);
  }
  for (const file of files) {
    for (const anchor of parseAnchors(await readText(file), file, rubrics)) anchors.set(anchor.item, anchor);
  }
  return [...anchors.values()];
}
