import { createHash } from 'node:crypto';
import type { Frame, Rubric } from '../domain/rubric.ts';

/** Everything that can change a rater's verdicts. */
export type RaterMakeup = {
  readonly rubric: Rubric;
  readonly frame: Frame;
  readonly model: string;
  /** Plain JSON, such as `{ temperature: 0 }`. */
  readonly parameters: Readonly<Record<string, unknown>>;
};

/**
 * Names a rater by its content: 16 hex digits of SHA-256 that change if and only if rubric, frame, model or parameters do.
 * Order of keys does not matter, except that of the choices, which the judge sees in that order.
 * @example raterRevision({ rubric, frame, model: 'judge-a', parameters: { temperature: 0 } }) // '3f0c…', 16 digits
 */
export function raterRevision({ rubric, frame, model, parameters }: RaterMakeup): string {
  const choices = Object.entries(rubric.choices).map(([name, choice]) => [name, { ...choice }]);
  const { name, text } = frame;
  return contentHash({ rubric: { ...rubric, choices }, frame: { name, text }, model, parameters });
}

/** 16 hex digits of the SHA-256 of a value's canonical JSON. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16);
}

/** JSON with sorted keys and no spaces, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  const isJson = value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  if (!isJson) throw new RangeError(`canonicalJson: ${String(value)} has no place in JSON`);
  return JSON.stringify(value);
}
