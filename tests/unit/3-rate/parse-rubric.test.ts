import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseRubric } from '../../../src/3-rate/parse-rubric.ts';
import { RubricError } from '../../../src/domain/errors.ts';
import { rubricOf } from './builders.ts';

const yaml = stringify(rubricOf());
const problemsOf = (text: string): string[] => {
  try {
    parseRubric(text, 'x/v1.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(RubricError);
    return (error as RubricError).message.split('\n');
  }
  return [];
};

describe('parseRubric', () => {
  it.each([
    [
      'an unknown key',
      yaml.replace('owner:', 'ownr: a\nowner:'),
      ['x/v1.yaml: ownr: no such key here; remove it or correct its spelling.'],
    ],
    ['a duplicate key', `${yaml}owner: b\n`, [/^x\/v1\.yaml: line \d+: the key "owner" is given twice; keep one of them\.$/]],
    [
      'a wrong type',
      yaml.replace('severity: 3', 'severity: high'),
      ['x/v1.yaml: severity: must be a number but is a text; correct the value.'],
    ],
    [
      'a fraction',
      yaml.replace('version: 1', 'version: 1.5'),
      ['x/v1.yaml: version: must be a whole number but is 1.5; correct the value.'],
    ],
    ['a missing field', yaml.replace(/question: .*\n/, ''), ['x/v1.yaml: question: is missing; add a text.']],
    [
      'a value off the list',
      yaml.replace('better: lower', 'better: maybe'),
      ['x/v1.yaml: better: must be one of lower, higher; choose one.'],
    ],
    [
      'choices out of order',
      yaml.replace('score: 0.2', 'score: 0.9'),
      [/choices\.marked\.score: choices must run from harmless to worst/],
    ],
    [
      'no cannot_tell',
      yaml.replace('cannot_tell:', 'unsure:'),
      [/choices: must offer cannot_tell/, /choices\.unsure\.score: only cannot_tell may be null/],
    ],
    ['harm that is no choice', yaml.replace('- marked', '- awful'), [/counts_as_harm: "awful" is not one of the scored choices/]],
    [
      'a badly named choice',
      yaml.replace('courteous:', 'Very-Courteous:'),
      [/choices\.Very-Courteous: the name must be snake_case; rename it/],
    ],
    ['a foreign tag', yaml.replace('owner: trust-and-safety', 'owner: !!js/function a'), [/not valid YAML/]],
    [
      'an alias that leads nowhere',
      'a: *b',
      ['x/v1.yaml: the file: an alias (*name) in it cannot be resolved; write the value out.'],
    ],
    ['nothing at all', '', ['x/v1.yaml: the file: must be a mapping but is empty; correct the value.']],
    ['several problems', yaml.replace('severity: 3', 'severity: 9').replace('version: 1', 'version: 0'), [/version/, /severity/]],
  ])('names %s', (_, text, expected) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(expected.length);
    expected.forEach((each, i) => {
      if (typeof each === 'string') expect(problems[i]).toBe(each);
      else expect(problems[i]).toMatch(each);
    });
    for (const problem of problems) expect(problem).toMatch(/^x\/v1\.yaml: .+; .+\.$/);
  });

  it('gives back what was written', () => {
    const text = fc.string({ minLength: 1 }).filter((value) => value.trim() !== '');
    fc.assert(
      fc.property(
        text,
        text,
        fc.integer({ min: 1, max: 5 }),
        fc.array(text, { minLength: 3, maxLength: 5 }),
        (question, owner, severity, notThis) => {
          const rubric = rubricOf({ question, owner, severity, not_this: notThis });
          expect(parseRubric(stringify(rubric), 'x')).toEqual(rubric);
        },
      ),
    );
  });

  it('never fails in another way', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.jsonValue().map((value) => stringify(value)),
        ),
        (text) => {
          expect(() => parseRubric(text, 'x')).toThrow(RubricError);
        },
      ),
    );
  });
});
