import { parseDocument, type YAMLError } from 'yaml';
import type { z } from 'zod';
import { RubricError } from '../../domain/errors.ts';
import { issueSentence } from './issue-sentence.ts';

/**
 * Reads a YAML text as what the schema says. Every problem found is named in one sentence: file, field, reason, what to do.
 * @throws {RubricError} with one line for each problem.
 */
export function parseYaml<S extends z.ZodType>(schema: S, yamlText: string, fileName: string): z.output<S> {
  const document = parseDocument(yamlText, { prettyErrors: true });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) throw refuse(fileName, [...new Set(broken.map((error) => yamlSentence(error, yamlText)))]);

  const data = read(document, fileName);
  const parsed = schema.safeParse(data);
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
