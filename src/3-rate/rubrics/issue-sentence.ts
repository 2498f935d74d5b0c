import type { z } from 'zod';

/** One problem of a parsed value in one sentence: field, reason, what to do. `data` is the value that was parsed. */
export function issueSentence(issue: z.core.$ZodIssue, data: unknown): string {
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
  boolean: 'true or false',
  undefined: 'nothing',
};

function aOrAn(kind: string): string {
  return plainNames[kind] ?? `a ${kind}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
}
