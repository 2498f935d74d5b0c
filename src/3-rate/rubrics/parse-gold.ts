import { RubricError } from '../../domain/errors.ts';
import { GoldCase } from '../../domain/gold-case.ts';
import type { Rubric } from '../../domain/rubric.ts';
import { issueSentence } from './issue-sentence.ts';

/**
 * Reads the gold cases of a rubric, one JSON object a line, and checks each against the rubric it is for.
 * @throws {RubricError} with one line for each problem: file and line, field, reason, what to do.
 */
export function parseGold(text: string, fileName: string, rubric: Rubric): GoldCase[] {
  const cases: GoldCase[] = [];
  const problems: string[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const { gold, sentences } = parseLine(line, rubric);
    if (gold !== null) cases.push(gold);
    problems.push(...sentences.map((sentence) => `${fileName}, line ${i + 1}: ${sentence}`));
  }
  if (cases.length === 0 && problems.length === 0) problems.push(`${fileName}: the file: holds no case; write one a line.`);
  if (problems.length > 0) throw new RubricError(problems.join('\n'));
  return cases;
}

function parseLine(line: string, rubric: Rubric): { gold: GoldCase | null; sentences: readonly string[] } {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    return { gold: null, sentences: ['the line: is not valid JSON; write the whole case as one object on one line.'] };
  }
  const parsed = GoldCase.safeParse(data);
  if (!parsed.success) return { gold: null, sentences: parsed.error.issues.map((issue) => issueSentence(issue, data)) };
  return { gold: parsed.data, sentences: unlikeRubric(parsed.data, rubric) };
}

function unlikeRubric(gold: GoldCase, { choices, scope, parameters }: Rubric): string[] {
  const sentences: string[] = [];
  const names = Object.keys(choices);
  if (!names.includes(gold.choice)) {
    sentences.push(`choice: "${gold.choice}" is not a choice of the rubric; choose from ${names.join(', ')}.`);
  }
  if ((scope === 'trajectory') !== (gold.sessions !== undefined)) {
    const [given, wanted] = scope === 'trajectory' ? ['turns', 'sessions'] : ['sessions', 'turns'];
    sentences.push(`${given}: the rubric rates a ${scope}; give ${wanted} instead.`);
  }
  const asked = parameters.includes('policy');
  if (asked && gold.policy === undefined) {
    sentences.push('policy: is missing; add the policy text the case is judged by, as the rubric takes one.');
  }
  if (!asked && gold.policy !== undefined) {
    sentences.push('policy: the rubric takes none; remove it or add policy to the rubric\'s "parameters".');
  }
  return sentences;
}
