import { createHash } from 'node:crypto';
import type { Rubric } from '../../domain/rubric.ts';
import { canonicalJson } from '../rater-revision.ts';

/**
 * SHA-256, in hex, of a rubric's content: all it says but who approved it. Comments, line breaks and the order of keys do not
 * count, the order of the choices does. Empty lists are left out, so that a key added to the form later leaves the hash of
 * every file without it as it was.
 */
export function rubricHash(rubric: Rubric): string {
  const { approvals, choices, ...rest } = rubric;
  const said = Object.entries(rest).filter(([, value]) => !(Array.isArray(value) && value.length === 0));
  return textHash(canonicalJson({ ...Object.fromEntries(said), choices: Object.entries(choices) }));
}

/** SHA-256, in hex, of a text in UTF-8. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
