import { ByteMessage } from './byte-message.ts';
import { compress } from './sha256-compress.ts';

const BLOCK_BYTES = 64;
const DIGEST_WORDS = 8;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

// FIPS 180-4, 5.3.3: fractional parts of the square roots of the first eight primes.
// biome-ignore format: eight to a line, as in the standard
const initialState = Int32Array.of(
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
);

// Scratch of one hash at a time: nothing here calls back, so no other hash can begin in between.
const state = new Int32Array(DIGEST_WORDS);
/** The second half of what the outer hash hashes: an inner digest, and padding that is always the same. */
const outerBlock = new DataView(new ArrayBuffer(BLOCK_BYTES));
pad(outerBlock, 4 * DIGEST_WORDS, BLOCK_BYTES);

/**
 * HMAC-SHA256 under one key, with the two blocks that the key alone decides hashed in advance: what remains of a message of
 * up to 119 bytes is three compressions.
 *
 * Why not `node:crypto`: the edge sampler runs where there is no Node, and crossing into OpenSSL costs more than hashing so
 * short a message (`bench-sampler` prints both). Not for long texts, and made for one thread.
 *
 * References: RFC 2104; FIPS 180-4; vectors of RFC 4231.
 */
export class HmacSha256 {
  readonly #inner: Int32Array;
  readonly #outer: Int32Array;

  /** @param key of any length. Wiping it afterwards does not help: what is kept is enough to go on with. */
  constructor(key: Uint8Array) {
    const block = new Uint8Array(BLOCK_BYTES);
    block.set(key.length > BLOCK_BYTES ? sha256(key) : key);
    this.#inner = afterBlock(block.map((byte) => byte ^ INNER_PAD));
    this.#outer = afterBlock(block.map((byte) => byte ^ OUTER_PAD));
  }

  /**
   * The digest of a message, as eight words. The array is used again by the next call: read what is needed at once.
   * Behind its end the message is written over, for the padding.
   */
  digest(message: ByteMessage): Int32Array {
    absorb(this.#inner, message, BLOCK_BYTES);
    for (let i = 0; i < DIGEST_WORDS; i++) outerBlock.setInt32(4 * i, state[i] as number);
    compress(state, this.#outer, outerBlock, 0);
    return state;
  }
}

function sha256(bytes: Uint8Array): Uint8Array {
  const message = new ByteMessage(bytes.length);
  message.bytes(bytes);
  absorb(initialState, message, 0);
  const digest = new DataView(new ArrayBuffer(4 * DIGEST_WORDS));
  for (let i = 0; i < DIGEST_WORDS; i++) digest.setInt32(4 * i, state[i] as number);
  return new Uint8Array(digest.buffer);
}

function afterBlock(block: Uint8Array): Int32Array {
  const after = new Int32Array(DIGEST_WORDS);
  compress(after, initialState, new DataView(block.buffer), 0);
  return after;
}

/** Hashes a message to its end into `state`. `from`: the state after the bytes hashed already, of which there were `before`. */
function absorb(from: Int32Array, { view, length }: ByteMessage, before: number): void {
  const end = pad(view, length, before);
  compress(state, from, view, 0);
  for (let at = BLOCK_BYTES; at < end; at += BLOCK_BYTES) compress(state, state, view, at);
}

/** A one, zeros, and the number of bits in all; returns the length it comes to, in whole blocks (FIPS 180-4, 5.1.1). */
function pad(view: DataView, length: number, before: number): number {
  const end = Math.ceil((length + 9) / BLOCK_BYTES) * BLOCK_BYTES;
  view.setUint8(length, 0x80);
  for (let i = length + 1; i < end - 8; i++) view.setUint8(i, 0);
  const bits = (before + length) * 8;
  view.setUint32(end - 8, bits / 2 ** 32);
  view.setUint32(end - 4, bits);
  return end;
}
