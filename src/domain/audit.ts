import { z } from 'zod';
import { rollbackStates } from './rollback.ts';

/** What people, and the program on its own, do that somebody may have to answer for. */
export const auditKinds = [
  'read sample',
  'request erasure',
  'finish erasure',
  'opt in',
  'prune audit log',
  'rotate master key',
  'rotate coin key',
  'export coin key',
  'acknowledge alert',
  'resolve alert',
  'plan rollback',
  'approve rollback',
  'execute rollback',
  'rollback not taken',
  ...rollbackStates.map((state) => `rollback ${state}` as const),
  'release private report',
  'certify version',
  'retire version',
  'approve rubric',
  'rebase rater',
] as const;
export type AuditKind = (typeof auditKinds)[number];

/** Too short for a conversation, and without what PostgreSQL cannot hold. */
const word = z
  .string()
  .max(200, 'must have at most 200 characters')
  .refine((text) => !/\p{Cs}/u.test(text) && !text.includes('\u0000'), 'must be whole characters and no NUL');
const scalar = z.union([word, z.number(), z.boolean(), z.null()]);

/** Ids and numbers, never text of a conversation. */
export const AuditDetail = z.record(word, z.union([scalar, z.array(scalar), z.record(word, scalar)]));
export type AuditDetail = z.infer<typeof AuditDetail>;

/** Who did what to what, when. `who` is a person's name or `longwatch`; `subject` is an id. */
export const AuditEvent = z.strictObject({
  at: z.date(),
  kind: z.enum(auditKinds),
  who: word.min(1, 'must name somebody'),
  subject: word,
  detail: AuditDetail.default({}),
});
export type AuditEvent = z.input<typeof AuditEvent>;
