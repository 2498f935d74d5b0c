import { createHash } from 'node:crypto';
import type { Frame, Rubric } from '../domain/rubric.ts';

/** Everything that can change a rater's verdicts. */
export type RaterMakeup = {
  readonly rubric: Rubric;
  readonly frame: Frame;
  readonly model: string;
  /** Plain JSON, such as `{ temperature: 0 }`. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The deployer's policy text. Part of the rater where its rubric takes one, and of no other. */
  readonly policy?: string | undefined;
};

/**
 * Names a rater by its content: 16 hex digits of SHA-256 that change if and only if the version, the words or the numbers of the
 * rubric, the frame, the model, its parameters or the policy do. What raters never see and no rate rests on (who wrote, owns and
 * approved it, its literature, what follows from an alert) is no part of it.
 * Order of keys does not matter, except that of the choices, which the judge sees in that order.
 * @example raterRevision({ rubric, frame, model: 'judge-a', parameters: { temperature: 0 } }) // '3f0c…', 16 digits
 */
export function raterRevision({ rubric, frame, model, parameters, policy }: RaterMakeup): string {
  const { approvals, owner, written_by, literature, response, severity, parameters: takes, ...rated } = rubric;
  const choices = Object.entries(rubric.choices).map(([name, choice]) => [name, { ...choice }]);
  const { name, text } = frame;
  // Only where it is taken, so that rubrics without it keep their revision.
  const read = takes.includes('policy') ? { policy: policy ?? null } : {};
  return contentHash({ rubric: { ...rated, choices }, frame: { name, text }, model, parameters, ...read });
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
