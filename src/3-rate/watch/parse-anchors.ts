import { DimensionId } from '../../domain/dimension.ts';
import { RubricError } from '../../domain/errors.ts';
import { GoldCase } from '../../domain/gold-case.ts';
import { issueSentence } from '../rubrics/issue-sentence.ts';
import type { RubricSet } from '../rubrics/rubric-set.ts';
import { type Anchor, anchorsOf } from './anchor.ts';

/** A line of a file of anchors: a gold case that says which dimension it is of. */
const AnchorLine = GoldCase.safeExtend({ dimension: DimensionId });

/**
 * Reads further anchors, one JSON object a line. Those of dimensions that have a rubric but are not watched are left out.
 * @throws {RubricError} with one line for each problem: file and line, field, reason, what to do.
 */
export function parseAnchors(text: string, fileName: string, rubrics: Pick<RubricSet, 'get' | 'version'>): Anchor[] {
  const anchors: Anchor[] = [];
  const problems: string[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const read = parseLine(line, rubrics);
    anchors.push(...read.anchors);
    problems.push(...read.sentences.map((sentence) => `${fileName}, line ${i + 1}: ${sentence}`));
  }
  if (problems.length > 0) throw new RubricError(problems.join('\n'));
  return anchors;
}

type Read = { readonly anchors: readonly Anchor[]; readonly sentences: readonly string[] };

function parseLine(line: string, rubrics: Pick<RubricSet, 'get' | 'version'>): Read {
  const wrong = (...sentences: string[]): Read => ({ anchors: [], sentences });
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    return wrong('the line: is not valid JSON; write the whole case as one object on one line.');
  }
  const parsed = AnchorLine.safeParse(data);
  if (!parsed.success) return wrong(...parsed.error.issues.map((issue) => issueSentence(issue, data)));
  const { dimension, ...gold } = parsed.data;
  const known = rubrics.get(dimension) ?? rubrics.version(dimension, 1);
  if (known === undefined) return wrong(`dimension: there is no rubric for ${dimension}; correct its spelling.`);
  if (gold.sessions !== undefined) return wrong('sessions: an anchor is a single conversation; give turns instead.');
  const rubric = rubrics.get(dimension);
  if (rubric === undefined) return { anchors: [], sentences: [] };
  const choices = Object.keys(rubric.choices);
  if (!choices.includes(gold.choice)) {
    return wrong(`choice: "${gold.choice}" is not a choice of ${dimension}; choose from ${choices.join(', ')}.`);
  }
  return { anchors: anchorsOf(rubric, [gold]), sentences: [] };
}
