import { ByteMessage } from './byte-message.ts';
import { HmacSha256 } from './hmac-sha256.ts';

/** Coins of different purposes are independent: re-using one between phases would make the second probability wrong. */
export type CoinPurpose = 'xs' | 'cap' | 'judge' | 'second' | 'human' | 'panel';

/** Joins the parts of what a coin or a pseudonym is about: a control character that identifiers do not hold. */
export const UNIT_SEPARATOR = '\u001f';
const SEPARATOR_BYTE = 0x1f;

/** The coins of one key. */
export type Coin = (purpose: CoinPurpose, ...about: readonly [string, ...string[]]) => number;

// One coin is flipped at a time.
const message = new ByteMessage(1_024);
const coins = new WeakMap<Uint8Array, Coin>();

/**
 * A uniform number in (0, 1), fixed by key, purpose and what it is about: `coin(key, purpose, design, unit)`.
 * Take the unit iff the coin is below its probability. It is never 0 or 1, so probability 0 takes nothing and 1 everything.
 *
 * u = (first 8 bytes of HMAC-SHA256(key, purpose US design US unit), big-endian, shifted right 12) / 2^52 + 2^-53
 *
 * Deterministic, so that re-running a job redraws the same sample, and unpredictable to anybody without the key, so that
 * traffic cannot be shaped to stay out of it. `panel` leaves the design out (its unit alone follows): a permanent number.
 * Server and edge flip this very function, which is why they agree bit for bit. Source: METHOD 1.1.
 *
 * @param key a text counts as its UTF-8 bytes. What a byte array begins with is remembered by identity: do not change it.
 * @example coin('test-key-0001', 'xs', '2024-05-01', 'conv-1') // 0.8657448422364616
 */
export function coin(key: Uint8Array | string, purpose: CoinPurpose, ...about: readonly [string, ...string[]]): number {
  return coinOf(key)(purpose, ...about);
}

/** The coins of a key, made ready once for as long as the key is in use. */
export function coinOf(key: Uint8Array | string): Coin {
  if (typeof key === 'string') return createCoin(utf8(key));
  let made = coins.get(key);
  if (made === undefined) {
    made = createCoin(key);
    coins.set(key, made);
  }
  return made;
}

/** The same coins with the key's half of the work done in advance: 500,000 a second need it (`bench-sampler`). */
export function createCoin(key: Uint8Array): Coin {
  const hmac = new HmacSha256(key);
  return (purpose, ...about) => {
    message.length = 0;
    message.text(purpose);
    for (let i = 0; i < about.length; i++) {
      message.byte(SEPARATOR_BYTE);
      message.text(about[i] as string);
    }
    const digest = hmac.digest(message);
    // The upper 52 of the first 64 bits, in two exact steps instead of a bigint (three times faster).
    const bits = ((digest[0] as number) >>> 0) * 2 ** 20 + ((digest[1] as number) >>> 12);
    return bits / 2 ** 52 + 2 ** -53;
  };
}

function utf8(text: string): Uint8Array {
  const bytes = new ByteMessage(3 * text.length);
  bytes.text(text);
  return new Uint8Array(bytes.view.buffer, 0, bytes.length);
}
