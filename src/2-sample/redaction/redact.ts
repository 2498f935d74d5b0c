import type { Turn } from '../../domain/conversation.ts';
import { RedactionError } from '../../domain/errors.ts';
import type { Redacted, Transcript } from '../../domain/redacted.ts';
import { findAgain } from './find-again.ts';
import { createPlaceholders, findPlaceholders, type Placeholders } from './placeholders.ts';
import { recognisers as allRecognisers } from './recognisers/index.ts';
import { type Facts, type Reading, read } from './recognisers/reading.ts';
import { type Recogniser, type Span, spanTypes } from './recognisers/span.ts';
import { shiftDate } from './shift-date.ts';
import { mergeSpans, subtractSpans } from './spans.ts';
import { findUserId } from './user-id.ts';

export type AboutConversation = {
  /** The raw id of the person, who may have written it into the text. */
  readonly user: string;
  /**
   * By how many days every full date of the conversation moves, a whole number and not 0: the same for all of its dates, so
   * that the time between them stays readable. Dates become placeholders without it. A text whose dates were moved must not
   * come here again, for they would move once more.
   */
  readonly shiftDays?: number;
};

export type Redactor = {
  /**
   * Redacts a conversation as one: the same person or number has the same placeholder in every turn. `extra[i]` are spans
   * that something else found in turn i, in UTF-16 offsets of its content as given.
   */
  redactTurns(turns: readonly Turn[], about: AboutConversation, extra?: readonly (readonly Span[])[]): Transcript;
  /**
   * Redacts a text that stands alone: a note, a judge's rationale, a passage quoted from a redacted transcript. What is
   * already redacted passes unchanged, so the recognisers that go by the company a word keeps are left out (in a passage it
   * is cut away), and dates stay as they are, because in a transcript they are moved ones. Birth dates do not.
   */
  redactText(text: string): Redacted;
};

/** A part of a text. `cut`: what was replaced in it stood right against a letter or a digit, so that words are new there. */
type Stretch = { readonly start: number; readonly end: number; readonly cut: boolean };
type Work = {
  readonly user: string | null;
  readonly recognisers: readonly Recogniser[];
  readonly extra: readonly (readonly Span[])[];
  readonly shiftDays: number | null;
};

/** Removing one identifier can bring another into view (a number that was joined to it), so rounds go on until nothing changes. */
const MAX_ROUNDS = 8;
/** How far around a change a later round looks again: further than any recogniser looks for context. */
const CONTEXT_CHARS = 120;
const inWord = /[\p{L}\p{M}\p{N}_]/u;
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
  const certain = recognisers.filter(({ contextual }) => contextual !== true);
  const redactAll = (texts: readonly string[], work: Work): Redacted[] => {
    try {
      return redactTogether(texts, work).map(brand);
    } catch (error) {
      if (error instanceof RedactionError) throw error;
      throw new RedactionError('Redaction failed outside the recognisers; the text was dropped.');
    }
  };
  return {
    redactTurns(turns, { user, shiftDays }, extra = []) {
      if (shiftDays !== undefined && (!Number.isSafeInteger(shiftDays) || shiftDays === 0)) {
        throw new RedactionError('Dates can only move by a whole number of days other than 0; the text was dropped.');
      }
      if (extra.length > turns.length)
        throw new RedactionError('There are spans for turns that do not exist; the text was dropped.');
      const texts = turns.map((turn) => turn.content);
      const contents = redactAll(texts, { user, recognisers, extra, shiftDays: shiftDays ?? null });
      return contents.map((content, i) => ({ role: turns[i]?.role ?? 'user', content }));
    },
    redactText(text) {
      const [redacted] = redactAll([text], { user: null, recognisers: certain, extra: [], shiftDays: null });
      if (redacted === undefined) throw new RedactionError('Redaction returned nothing; the text was dropped.');
      return redacted;
    },
  };
}

/** A passage says nothing of the text it is from: it is never taken for one typed without capitals, for instance. */
const ofPassage: Facts = { hasSmall: () => false, isEnglish: false, isAllSmall: false };

const brand = (text: string): Redacted => text as Redacted; // The one cast in the program.

function redactTogether(texts: readonly string[], work: Work): string[] {
  const { user, extra, shiftDays } = work;
  let current = texts.map((text) => text.replace(INVISIBLE, ''));
  const given = texts.map((text, i) => visibleSpans(text, extra[i] ?? []));
  const placeholders = createPlaceholders(current);
  const known = new Set<string>();
  const facts: (Facts | undefined)[] = texts.map(() => (user === null ? ofPassage : undefined));
  let unread: (readonly Stretch[])[] = current.map((text) => [{ start: 0, end: text.length, cut: true }]);
  for (let round = 0; round < MAX_ROUNDS && unread.some((stretches) => stretches.length > 0); round++) {
    const found = current.map((text, i) => [
      ...(round === 0 ? (given[i] ?? []) : []),
      ...(unread[i] ?? []).flatMap((stretch) => {
        const reading = read(text.slice(stretch.start, stretch.end), facts[i]);
        facts[i] ??= reading.whole;
        return findIn(reading, stretch, work);
      }),
    ]);
    const spread = findAgain(current, found, known);
    const next = current.map((text, i) => replace(text, [...(found[i] ?? []), ...(spread[i] ?? [])], placeholders));
    current = next.map(({ text }) => text);
    unread = next.map(({ text, changed }) => surroundings(text, changed));
  }
  return shiftDays === null ? current : current.map((text) => putBackDates(text, placeholders, shiftDays));
}

/** Spans from outside, moved to where they stand once invisible characters are gone. Anything doubtful about one is refused. */
function visibleSpans(text: string, spans: readonly Span[]): Span[] {
  const splitsPair = (at: number) => /[\uD800-\uDBFF]/.test(text.charAt(at - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(at));
  const visible = (at: number) => text.slice(0, at).replace(INVISIBLE, '').length;
  return spans
    .map(({ start, end, type }) => {
      const inside = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start < end && end <= text.length;
      if (!inside || splitsPair(start) || splitsPair(end) || !spanTypes.includes(type)) {
        throw new RedactionError('A span from outside does not fit the text; the text was dropped.');
      }
      return { start: visible(start), end: visible(end), type };
    })
    .filter(({ start, end }) => start < end);
}

function findIn(reading: Reading, { start, cut }: Stretch, { user, recognisers }: Work): Span[] {
  const { text } = reading;
  const spans = user === null ? [] : findUserId(text, user);
  for (const { name, recognise, contextual } of recognisers) {
    // The company of a word is judged on the text as it was written: around a placeholder half of it is gone.
    if (contextual === true && !cut) continue;
    try {
      spans.push(...recognise(text, reading));
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
    const cut = inWord.test(text.charAt(span.start - 1)) || inWord.test(text.charAt(span.end));
    changed.push({ start: redacted.length, end: redacted.length + placeholder.length, cut });
    redacted += placeholder;
    end = span.end;
  }
  return { text: redacted + text.slice(end), changed };
}

/** Full dates come back moved, each in its own form; what is no full date (a year) keeps its placeholder. */
function putBackDates(text: string, placeholders: Placeholders, days: number): string {
  return text.replace(/\[DATE_\d+\]/g, (placeholder) => {
    const surface = placeholders.surfaceOf(placeholder);
    return (surface === undefined ? null : shiftDate(surface, days)) ?? placeholder;
  });
}

/** What a recogniser may see of the changes, in whole lines, which are the borders that patterns respect. */
function surroundings(text: string, changed: readonly Stretch[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { start, end, cut } of changed) {
    const last = stretches.at(-1);
    // Within the lines of the change before there is nothing to look for, which matters in a text of one long line.
    if (last !== undefined && end + CONTEXT_CHARS <= last.end && (last.cut || !cut)) continue;
    const before = start <= CONTEXT_CHARS ? -1 : text.lastIndexOf('\n', start - CONTEXT_CHARS);
    const after = text.indexOf('\n', end + CONTEXT_CHARS);
    const next = { start: Math.max(0, before), end: after < 0 ? text.length : after, cut };
    if (last === undefined || next.start > last.end) stretches.push(next);
    else stretches[stretches.length - 1] = { start: last.start, end: Math.max(last.end, next.end), cut: last.cut || cut };
  }
  return stretches;
}
