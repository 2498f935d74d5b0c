const REPLACEMENT = 0xfffd;
const BYTES_A_UNIT = 3;
/** Room behind the end that a hash may pad into. */
export const PADDING_ROOM = 72;

/** Bytes put together in one place that is used again for the next message, so that nothing is allocated for it. */
export class ByteMessage {
  #bytes: Uint8Array;
  #view: DataView;
  length = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity + PADDING_ROOM);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Valid until more is written. */
  get view(): DataView {
    return this.#view;
  }

  byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.length++] = byte;
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /**
   * A text as UTF-8. Half of a surrogate pair becomes U+FFFD, as with `TextEncoder`, which not every runtime has, and which is
   * slower for identifiers: short and nearly always ASCII.
   */
  text(text: string): void {
    this.#reserve(text.length * BYTES_A_UNIT);
    const into = this.#bytes;
    let end = this.length;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x80) {
        into[end++] = unit;
      } else if (unit < 0x800) {
        into[end++] = 0xc0 | (unit >> 6);
        into[end++] = 0x80 | (unit & 0x3f);
      } else {
        const point = codePoint(text, i);
        if (point > 0xffff) {
          i += 1;
          into[end++] = 0xf0 | (point >> 18);
          into[end++] = 0x80 | ((point >> 12) & 0x3f);
        } else {
          into[end++] = 0xe0 | (point >> 12);
        }
        into[end++] = 0x80 | ((point >> 6) & 0x3f);
        into[end++] = 0x80 | (point & 0x3f);
      }
    }
    this.length = end;
  }

  #reserve(more: number): void {
    const needed = this.length + more + PADDING_ROOM;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(2 * needed);
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

function codePoint(text: string, i: number): number {
  const point = text.codePointAt(i) ?? REPLACEMENT;
  return point >= 0xd800 && point <= 0xdfff ? REPLACEMENT : point;
}
