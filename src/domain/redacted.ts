import type { Role } from './conversation.ts';

declare const redacted: unique symbol;

/**
 * Text that has passed the redaction choke point. Nothing but `2-sample/redaction/redact.ts` (which makes it) and the query that
 * reads samples back may produce one: the judge, the prompt renderer and the review page accept nothing else.
 */
export type Redacted = string & { readonly [redacted]: true };

/** A conversation after redaction: the only form in which one is stored or sent to a judge. */
export type RedactedTurn = { readonly role: Role; readonly content: Redacted };
export type Transcript = readonly RedactedTurn[];
