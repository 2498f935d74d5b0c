import { createHmac } from 'node:crypto';
import { UNIT_SEPARATOR } from '../design/coin.ts';

const most_weeks = 26;

/**
 * By how many days the dates in a conversation are moved: whole weeks, so that a Tuesday stays one, up to half a year back or
 * forth, never none. The same for the whole conversation, however often it is seen, so that the time between its dates
 * stays; another for every conversation, so that knowing one date gives no other away.
 */
export function dateShiftDays(pseudonymKey: Uint8Array, conversationKey: string): number {
  const digest = createHmac('sha256', pseudonymKey).update(['dates', conversationKey].join(UNIT_SEPARATOR)).digest();
  const weeks = 1 + (digest.readUInt32BE(0) % most_weeks);
  return 7 * (digest.readUInt8(4) % 2 === 0 ? weeks : -weeks);
}
