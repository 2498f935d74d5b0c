import { createHmac } from 'node:crypto';
import { UNIT_SEPARATOR } from './design/coin.ts';

const DAY_MS = 86_400_000;
// 1970-01-05 was a Monday, so seven-day epochs are calendar weeks and a weekly report never straddles two.
const FIRST_MONDAY_MS = 4 * DAY_MS;
const KEY_HEX = 32;
/** No conversation before this is taken in (`1-ingest/parse-line.ts`), so that no row stands under an epoch before its. */
const EARLIEST = new Date('2020-01-01T00:00:00Z');

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
 * Every epoch of one length from the one that `from` belongs to up to the one that `to` belongs to.
 *
 * @example epochsBetween(new Date('2025-04-25'), new Date('2025-04-28'), 7) // ['2025-04-21/7', '2025-04-28/7']
 * @throws RangeError as `epochOf` does.
 */
export function epochsBetween(from: Date, to: Date, epochDays: number): string[] {
  const last = epochOf(to, epochDays);
  const epochs: string[] = [];
  for (let at = from.getTime(); ; at += epochDays * DAY_MS) {
    const epoch = epochOf(new Date(at), epochDays);
    // Days of one calendar compare as text.
    if (epoch.slice(0, 10) > last.slice(0, 10)) return epochs;
    epochs.push(epoch);
  }
}

/**
 * The keyed hash that stands for a user within one epoch: 32 hex digits (128 bits, so that no two users meet).
 * Keyed, because user ids can be guessed and a plain hash of a guess would confirm it.
 */
export function userKey(key: Uint8Array, user: string, epoch: string): string {
  return pseudonym(key, 'user', epoch, user);
}

/** The keyed hash that stands for a user within one wave of the panel, and links their samples until it is over. */
export function panelKey(key: Uint8Array, user: string, wave: string): string {
  return pseudonym(key, 'panel', wave, user);
}

/** The keyed hash by which a user who opted out or was erased is known for as long as that holds, and nothing else is. */
export function suppressionKey(key: Uint8Array, user: string): string {
  return pseudonym(key, 'suppressed', user);
}

/** Every name that a user's rows may stand under: one key for each epoch of each length ever used, one for each wave. */
export type UserNames = { readonly suppressed: string; readonly users: readonly string[]; readonly panels: readonly string[] };

/** @param until the last instant of which there may be a row. */
export function namesOf(
  key: Uint8Array,
  user: string,
  { until, epochDays, waves }: { until: Date; epochDays: readonly number[]; waves: readonly string[] },
): UserNames {
  return {
    suppressed: suppressionKey(key, user),
    users: epochDays.flatMap((days) => epochsBetween(EARLIEST, until, days).map((epoch) => userKey(key, user, epoch))),
    panels: waves.map((wave) => panelKey(key, user, wave)),
  };
}

/** The keyed hash that stands for a producer's conversation id, the same in every epoch: seen again, it replaces itself. */
export function conversationKey(key: Uint8Array, id: string): string {
  return pseudonym(key, 'conversation', id);
}

function pseudonym(key: Uint8Array, ...parts: readonly string[]): string {
  return createHmac('sha256', key).update(parts.join(UNIT_SEPARATOR)).digest('hex').slice(0, KEY_HEX);
}
