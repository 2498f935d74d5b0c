import { createHmac } from 'node:crypto';
import { UNIT_SEPARATOR } from './coin.ts';

const DAY_MS = 86_400_000;
// 1970-01-05 was a Monday, so seven-day epochs are calendar weeks and a weekly report never straddles two.
const FIRST_MONDAY_MS = 4 * DAY_MS;
const KEY_HEX = 32;

/**
 * The epoch that an instant belongs to: its first day (UTC) and its length. Outside the panel a user has another key in
 * each epoch, which is what makes weeks unlinkable.
 *
 * @example epochOf(new Date('2025-04-25T10:00:00Z'), 7) // '2025-04-21/7'
 * @throws RangeError if epochDays is not a positive integer or the instant is invalid.
 */
export function epochOf(at: Date, epochDays: number): string {
  if (!Number.isInteger(epochDays) || epochDays < 1)
    throw new RangeError(`epochDays must be a positive integer, not ${epochDays}`);
  if (Number.isNaN(at.getTime())) throw new RangeError('at must be a valid date');
  const length = epochDays * DAY_MS;
  const start = FIRST_MONDAY_MS + Math.floor((at.getTime() - FIRST_MONDAY_MS) / length) * length;
  return `${new Date(start).toISOString().slice(0, 10)}/${epochDays}`;
}

/**
 * The keyed hash that stands for a user within one epoch: 32 hex digits (128 bits, so that no two users meet).
 * Keyed, because user ids can be guessed and a plain hash of a guess would confirm it.
 */
export function userKey(key: Uint8Array, user: string, epoch: string): string {
  return pseudonym(key, 'user', epoch, user);
}

/** The keyed hash that stands for a producer's conversation id, the same in every epoch: seen again, it replaces itself. */
export function conversationKey(key: Uint8Array, id: string): string {
  return pseudonym(key, 'conversation', id);
}

function pseudonym(key: Uint8Array, ...parts: readonly string[]): string {
  return createHmac('sha256', key).update(parts.join(UNIT_SEPARATOR)).digest('hex').slice(0, KEY_HEX);
}
