import type { z } from 'zod';
import { Conversation } from '../domain/conversation.ts';
import { SeenRecord } from '../domain/seen.ts';

export type ParsedLine =
  | { readonly ok: true; readonly kind: 'conversation'; readonly conversation: Conversation }
  | { readonly ok: true; readonly kind: 'seen'; readonly seen: SeenRecord }
  | { readonly ok: false; readonly field: string; readonly reason: string };

/** Before there were chat models. One such line would make every hour since due. */
const earliest_ms = Date.UTC(2020, 0, 1);

/** How far ahead of our clock a producer's may run. */
const clock_skew_ms = 5 * 60_000;

/**
 * One line of native JSONL: a conversation, or what an edge sampler counted. The reason for a rejection names the field and never repeats its content,
 * because the content may be a person's words.
 */
export function parseLine(line: string, now: Date): ParsedLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { ok: false, field: '(line)', reason: 'not valid JSON' };
  }
  if (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'seen') {
    const parsed = SeenRecord.safeParse(value);
    if (!parsed.success) return refuse(parsed.error);
    return wrongTime(parsed.data.at, now) ?? { ok: true, kind: 'seen', seen: parsed.data };
  }
  const parsed = Conversation.safeParse(value);
  if (!parsed.success) return refuse(parsed.error);
  return wrongTime(parsed.data.at, now) ?? { ok: true, kind: 'conversation', conversation: parsed.data };
}

function refuse({ issues: [issue] }: z.ZodError): ParsedLine {
  const field = issue === undefined || issue.path.length === 0 ? '(line)' : issue.path.join('.');
  return { ok: false, field, reason: issue?.message ?? 'not a conversation' };
}

function wrongTime(at: string, now: Date): ParsedLine | null {
  if (Date.parse(at) < earliest_ms) {
    return { ok: false, field: 'at', reason: 'lies before 2020; check the unit and the time zone of the clock it came from' };
  }
  const ahead_ms = Date.parse(at) - now.getTime();
  if (ahead_ms <= clock_skew_ms) return null;
  const minutes = Math.ceil(ahead_ms / 60_000);
  return {
    ok: false,
    field: 'at',
    reason: `lies ${minutes} minutes in the future; check the producer's clock and this machine's`,
  };
}
