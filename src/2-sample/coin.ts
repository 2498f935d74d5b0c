import { createHmac } from 'node:crypto';

/** Coins of different purposes are independent: re-using one between phases would make the second probability wrong. */
export type CoinPurpose = 'xs' | 'cap' | 'judge' | 'human' | 'panel';

/** Joins the parts of what a coin or a pseudonym is about: a control character that identifiers do not hold. */
export const UNIT_SEPARATOR = '\u001f';

/**
 * A uniform number in (0, 1), fixed by key, purpose and what it is about: `coin(key, purpose, design, unit)`.
 * Take the unit iff the coin is below its probability. It is never 0 or 1, so probability 0 takes nothing and 1 everything.
 *
 * u = (first 8 bytes of HMAC-SHA256(key, purpose US design US unit), big-endian, shifted right 12) / 2^52 + 2^-53
 *
 * Deterministic, so that re-running a job redraws the same sample, and unpredictable to anybody without the key, so that
 * traffic cannot be shaped to stay out of it. `panel` leaves the design out (its unit alone follows): a permanent number.
 * Source: METHOD 1.1.
 *
 * @example coin('test-key-0001', 'xs', '2024-05-01', 'conv-1') // 0.8657448422364616
 */
export function coin(key: Uint8Array | string, purpose: CoinPurpose, ...about: readonly [string, ...string[]]): number {
  const digest = createHmac('sha256', key)
    .update([purpose, ...about].join(UNIT_SEPARATOR))
    .digest();
  // The upper 52 of the first 64 bits, in two exact steps instead of a bigint (three times faster).
  const bits = digest.readUInt32BE(0) * 2 ** 20 + (digest.readUInt32BE(4) >>> 12);
  return bits / 2 ** 52 + 2 ** -53;
}
