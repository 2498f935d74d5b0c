import type { Turn } from '../domain/conversation.ts';
import { LongwatchError } from '../domain/errors.ts';
import type { Redacted, Transcript } from '../domain/redacted.ts';
import { createPlaceholders, findPlaceholders, type Placeholders } from './placeholders.ts';
import { propagateNames } from './propagate-names.ts';
import { recognisers as allRecognisers } from './recognisers/index.ts';
import type { Recogniser, Span } from './recognisers/span.ts';
import { mergeSpans, subtractSpans } from './spans.ts';
import { findUserId } from './user-id.ts';

/** A text could not be redacted, so nothing of it was kept. Carries no text and no cause, which might. */
export class RedactionError extends LongwatchError {
  readonly code = 'redaction';
}

export type Redactor = {
  /** Redacts a conversation as one: the same person or number has the same placeholder in every turn. */
  redactTurns(turns: readonly Turn[], about: { readonly user: string }): Transcript;
  /** Redacts a text that stands alone, such as a note a reviewer wrote. */
  redactText(text: string): Redacted;
};

type Stretch = { readonly start: number; readonly end: number };

/** Removing one identifier can bring another into view (a number that was joined to it), so rounds go on until nothing changes. */
const MAX_ROUNDS = 8;
/** How far around a change a later round looks again: further than any recogniser looks for context. */
const CONTEXT_CHARS = 200;
// Invisible characters that split an identifier for a pattern but not for a reader. Joiners (U+200C, U+200D) shape words and stay.
const INVISIBLE = /[\u00AD\u200B\u2060\uFEFF]/g;

/**
 * The choke point: the only place where text becomes `Redacted`. Fails closed, so a recogniser that throws costs the sample,
 * never the promise. What it cannot promise: identifiers of no known form ("the only baker in our village") pass.
 *
 * @throws RedactionError (from both methods) if any step fails.
 */
export function createRedactor({
  recognisers = allRecognisers,
}: {
  readonly recognisers?: readonly Recogniser[];
} = {}): Redactor {
  const redactAll = (texts: readonly string[], user: string | null): Redacted[] => {
    try {
      return redactTogether(texts, user, recognisers).map(brand);
    } catch (error) {
      if (error instanceof RedactionError) throw error;
      throw new RedactionError('Redaction failed outside the recognisers; the text was dropped.');
    }
  };
  return {
    redactTurns(turns, { user }) {
      const contents = redactAll(
        turns.map((turn) => turn.content),
        user,
      );
      return contents.map((content, i) => ({ role: turns[i]?.role ?? 'user', content }));
    },
    redactText(text) {
      const [redacted] = redactAll([text], null);
      if (redacted === undefined) throw new RedactionError('Redaction returned nothing; the text was dropped.');
      return redacted;
    },
  };
}

const brand = (text: string): Redacted => text as Redacted; // The one cast in the program.

function redactTogether(texts: readonly string[], user: string | null, recognisers: readonly Recogniser[]): string[] {
  let current = texts.map((text) => text.replace(INVISIBLE, ''));
  const placeholders = createPlaceholders(current);
  const names = new Set<string>();
  let unread: (readonly Stretch[])[] = current.map((text) => [{ start: 0, end: text.length }]);
  for (let round = 0; round < MAX_ROUNDS && unread.some((stretches) => stretches.length > 0); round++) {
    const found = current.map((text, i) => (unread[i] ?? []).flatMap((stretch) => findIn(text, stretch, user, recognisers)));
    const spread = propagateNames(current, found, names);
    const next = current.map((text, i) => replace(text, [...(found[i] ?? []), ...(spread[i] ?? [])], placeholders));
    current = next.map(({ text }) => text);
    unread = next.map(({ text, changed }) => changed.map((stretch) => surroundings(text, stretch)).reduce(joinStretches, []));
  }
  return current;
}

function findIn(text: string, { start, end }: Stretch, user: string | null, recognisers: readonly Recogniser[]): Span[] {
  const part = text.slice(start, end);
  const spans = user === null ? [] : findUserId(part, user);
  for (const { name, recognise } of recognisers) {
    try {
      spans.push(...recognise(part));
    } catch {
      throw new RedactionError(`The ${name} recogniser failed; the text was dropped.`);
    }
  }
  return start === 0 ? spans : spans.map((span) => ({ ...span, start: span.start + start, end: span.end + start }));
}

function replace(text: string, spans: readonly Span[], placeholders: Placeholders): { text: string; changed: Stretch[] } {
  if (spans.length === 0) return { text, changed: [] };
  const changed: Stretch[] = [];
  let redacted = '';
  let end = 0;
  for (const span of subtractSpans(mergeSpans(spans), findPlaceholders(text), text)) {
    redacted += text.slice(end, span.start);
    const placeholder = placeholders.placeholderFor(span.type, text.slice(span.start, span.end));
    changed.push({ start: redacted.length, end: redacted.length + placeholder.length });
    redacted += placeholder;
    end = span.end;
  }
  return { text: redacted + text.slice(end), changed };
}

/** What a recogniser may see of a change, in whole lines, which are the borders that patterns respect. */
function surroundings(text: string, { start, end }: Stretch): Stretch {
  const before = text.lastIndexOf('\n', Math.max(0, start - CONTEXT_CHARS));
  const after = text.indexOf('\n', end + CONTEXT_CHARS);
  return { start: start <= CONTEXT_CHARS || before < 0 ? 0 : before, end: after < 0 ? text.length : after };
}

function joinStretches(joined: Stretch[], next: Stretch): Stretch[] {
  const last = joined.at(-1);
  if (last === undefined || next.start > last.end) return [...joined, next];
  return [...joined.slice(0, -1), { start: last.start, end: Math.max(last.end, next.end) }];
}
