import { Conversation } from '../domain/conversation.ts';

export type ParsedLine =
  | { readonly ok: true; readonly conversation: Conversation }
  | { readonly ok: false; readonly field: string; readonly reason: string };

/** Before there were chat models. One such line would make every hour since due. */
const earliest_ms = Date.UTC(2020, 0, 1);

/** How far ahead of our clock a producer's may run. */
const clock_skew_ms = 5 * 60_000;

/**
 * One line of native JSONL to a conversation. The reason for a rejection names the field and never repeats its content,
 * because the content may be a person's words.
 */
export function parseLine(line: string, now: Date): ParsedLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { ok: false, field: '(line)', reason: 'not valid JSON' };
  }
  const parsed = Conversation.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue === undefined || issue.path.length === 0 ? '(line)' : issue.path.join('.');
    return { ok: false, field, reason: issue?.message ?? 'not a conversation' };
  }
  if (Date.parse(parsed.data.at) < earliest_ms) {
    return { ok: false, field: 'at', reason: 'lies before 2020; check the unit and the time zone of the clock it came from' };
  }
  const ahead_ms = Date.parse(parsed.data.at) - now.getTime();
  if (ahead_ms > clock_skew_ms) {
    return {
      ok: false,
      field: 'at',
      reason: `lies ${Math.ceil(ahead_ms / 60_000)} minutes in the future; check the producer's clock and this machine's`,
    };
  }
  return { ok: true, conversation: parsed.data };
}
