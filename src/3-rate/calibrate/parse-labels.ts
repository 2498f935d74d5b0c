import type { z } from 'zod';
import { InputError } from '../../domain/errors.ts';
import { HumanLabelLine } from '../../domain/human-label.ts';
import { readCsv } from './read-csv.ts';

/** A line of a file of labels, or why it is none. Reasons name the field and what to do, and never repeat what stands there. */
export type ParsedLabel =
  | { readonly line: number; readonly ok: true; readonly label: HumanLabelLine }
  | { readonly line: number; readonly ok: false; readonly field: string; readonly reason: string };

const columns = Object.keys(HumanLabelLine.shape);
const required = ['conversation', 'dimension', 'choice', 'person'];
const byteOrderMark = /^\uFEFF/;

/** JSONL, one object a line, with the fields of `HumanLabelLine`. */
export function* parseJsonLabels(text: string): Generator<ParsedLabel> {
  for (const [index, given] of text.replace(byteOrderMark, '').split('\n').entries()) {
    const line = index + 1;
    if (given.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(given);
    } catch {
      yield { line, ok: false, field: '(line)', reason: 'not valid JSON' };
      continue;
    }
    yield parseLine(line, value);
  }
}

/**
 * CSV with a header row that names the fields, in any order; an empty cell is an absent field.
 * @throws InputError when the header lacks a required column or has one that is not known: then no line can be read.
 */
export function* parseCsvLabels(text: string): Generator<ParsedLabel> {
  let header: readonly string[] | null = null;
  for (const record of readCsv(text.replace(byteOrderMark, ''))) {
    const { line } = record;
    if (header === null) {
      header = readHeader(record.ok ? record.fields : []);
    } else if (!record.ok) {
      yield { line, ok: false, field: '(line)', reason: record.reason };
    } else if (record.fields.length !== header.length) {
      const reason = `has ${record.fields.length} fields where the header has ${header.length}; quote fields that hold a comma`;
      yield { line, ok: false, field: '(line)', reason };
    } else {
      const cells = header.map((name, i) => [name, record.fields[i] ?? ''] as const).filter(([, cell]) => cell.trim() !== '');
      yield parseLine(line, Object.fromEntries(cells));
    }
  }
  if (header === null)
    throw new InputError(`There is nothing in it: the first row must name the columns ${required.join(', ')}.`);
}

function readHeader(fields: readonly string[]): readonly string[] {
  const names = fields.map((field) => field.trim().toLowerCase());
  const unknown = names.findIndex((name, i) => !columns.includes(name) || names.indexOf(name) !== i);
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new InputError(`The first row must name the columns; it lacks ${missing.join(', ')}.`);
  if (unknown >= 0)
    throw new InputError(`Column ${unknown + 1} of the first row is not one of ${columns.join(', ')}, or is there twice.`);
  return names;
}

function parseLine(line: number, value: unknown): ParsedLabel {
  const parsed = HumanLabelLine.safeParse(value);
  if (parsed.success) return { line, ok: true, label: parsed.data };
  return { line, ok: false, ...problemOf(parsed.error) };
}

function problemOf({ issues: [issue] }: z.ZodError): { field: string; reason: string } {
  const field = issue === undefined || issue.path.length === 0 ? '(line)' : issue.path.join('.');
  // An unknown key is not named: in a file of another kind it may be somebody's words.
  if (issue?.code === 'unrecognized_keys')
    return { field: '(line)', reason: `has a field that is not one of ${columns.join(', ')}` };
  if (issue?.code === 'invalid_type')
    return { field, reason: field === '(line)' ? 'must be an object' : 'is missing, or not text' };
  return { field, reason: issue?.message ?? 'not a label' };
}
