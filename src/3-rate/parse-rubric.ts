import { Rubric } from '../domain/rubric.ts';
import { parseYaml } from './rubrics/parse-yaml.ts';

/**
 * Reads one rubric file. Every problem found is named in one sentence: file, field, reason, what to do.
 * @throws {RubricError} with one line for each problem.
 */
export function parseRubric(yamlText: string, fileName: string): Rubric {
  return parseYaml(Rubric, yamlText, fileName);
}
