import { parseDocument, type YAMLError } from 'yaml';
import type { z } from 'zod';
import { RubricError } from '../domain/errors.ts';
import { Rubric } from '../domain/rubric.ts';

/**
 * Reads one rubric file. Every problem found is named in one sentence: file, field, reason, what to do.
 * @throws {RubricError} with one line for each problem.
 */
export function parseRubric(yamlText: string, fileName: string): Rubric {
  const document = parseDocument(yamlText, { prettyErrors: true });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) throw refuse(fileName, [...new Set(broken.map((error) => yamlSentence(error, yamlText)))]);

  const data = read(document, fileName);
  const parsed = Rubric.safeParse(data);
  if (!parsed.success)
    throw refuse(
      fileName,
      parsed.error.issues.map((issue) => issueSentence(issue, data)),
    );
  return parsed.data;
}

/** @throws {RubricError} for what the library finds only now: aliases that lead nowhere, or that unfold without end. */
function read(document: ReturnType<typeof parseDocument>, fileName: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new RubricError(`${fileName}: the file: an alias (*name) in it cannot be resolved; write the value out.`, { cause });
  }
}

function refuse(fileName: string, sentences: readonly string[]): RubricError {
  return new RubricError(sentences.map((sentence) => `${fileName}: ${sentence}`).join('\n'));
}

function yamlSentence(error: YAMLError, text: string): string {
  const line = error.linePos?.[0].line;
  const where = line === undefined ? 'the file' : `line ${line}`;
  if (error.code === 'DUPLICATE_KEY') {
    const key = /^[\w-]+/.exec(text.slice(error.pos[0]))?.[0] ?? '?';
    return `${where}: the key "${key}" is given twice; keep one of them.`;
  }
  // The library appends an excerpt of the file after a colon and a blank line; the sentence before it is enough.
  const reason = (error.message.split(/ at line \d+|\n/)[0] ?? error.message).replace(/[.:]$/, '');
  return `${where}: this is not valid YAML (${reason}); correct the line.`;
}

function issueSentence(issue: z.core.$ZodIssue, data: unknown): string {
  const field = issue.path.map(String).join('.');
  const at = (name: string) => (field === '' ? name : `${field}.${name}`);
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${issue.keys.map(at).join(', ')}: no such key here; remove it or correct its spelling.`;
    case 'invalid_key':
      return `${field}: the name ${issue.issues[0]?.message ?? 'is not allowed'}; rename it.`;
    case 'invalid_type': {
      const found = valueAt(data, issue.path);
      if (found === undefined) return `${field || 'the file'}: is missing; add ${aOrAn(issue.expected)}.`;
      return `${field || 'the file'}: must be ${aOrAn(issue.expected)} but is ${kindOf(found)}; correct the value.`;
    }
    case 'invalid_value':
      return `${field}: must be one of ${issue.values.map(String).join(', ')}; choose one.`;
    default:
      return `${field || 'the file'}: ${lowerFirst(issue.message)}; correct the value.`;
  }
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (typeof value === 'number') return String(value);
  return Array.isArray(value) ? 'a list' : aOrAn(typeof value);
}

const plainNames: Readonly<Record<string, string>> = {
  int: 'a whole number',
  record: 'a mapping',
  object: 'a mapping',
  array: 'a list',
  string: 'a text',
  undefined: 'nothing',
};

function aOrAn(kind: string): string {
  return plainNames[kind] ?? `a ${kind}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
}
