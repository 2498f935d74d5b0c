/** Numbers kept of a user: as many as fill a cache line. */
const STRIDE = 8;
const COUNT = 0;
/** The half-week for which panel membership is known: positive for a member, negative for others, 0 before it was asked. */
const PANEL = 1;
const LATEST_HOUR = 2;
const WEIGHT_OF_DAY = 3;
/** Two pairs of version and design weight in the latest hour, for the two versions of a rollout. Version 0 is none. */
const FIRST_PAIR = 4;
const FIRST_SLOTS = 2_048;
const LOW_BITS = 2 ** 21;

/**
 * What the edge remembers of each user for a day, in two arrays of numbers: a user is looked up at random at every decision,
 * and a map of strings to objects would miss the cache at each step and cost as much as the coin. Some 150 to 300 bytes a user.
 *
 * Names are not kept, only 53 bits of a seeded hash: of a million users in a day two share one, and with it their count, once
 * in 18,000 days. Probabilities are recorded as used, so even then every estimate stays unbiased.
 *
 * References: the hash is cyrb53 (bryc), public domain; open addressing with linear probing, Knuth TAOCP 3, 6.4.
 */
export class EdgeUsers {
  readonly #seed: number;
  /** 0 is empty. */
  #names = new Float64Array(FIRST_SLOTS);
  #numbers = new Float64Array(STRIDE * FIRST_SLOTS);
  #size = 0;

  /** @param seed 32 bits that nobody who chooses names can know. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Where a user's numbers are, for the methods below: until the next user is asked for. */
  placeOf(user: string): number {
    let high = 0xdeadbeef ^ this.#seed;
    let low = 0x41c6ce57 ^ this.#seed;
    for (let i = 0; i < user.length; i++) {
      const unit = user.charCodeAt(i);
      high = Math.imul(high ^ unit, 2654435761);
      low = Math.imul(low ^ unit, 1597334677);
    }
    high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
    low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
    const name = (high >>> 0) * LOW_BITS + (low >>> 11) || 1;
    let slot = this.#slotOf(name, high);
    if (this.#names[slot] === 0) {
      if (2 * this.#size >= this.#names.length) {
        this.#grow();
        slot = this.#slotOf(name, high);
      }
      this.#names[slot] = name;
      this.#size += 1;
    }
    return STRIDE * slot;
  }

  /** The slot of a name, or the empty one where it belongs. */
  #slotOf(name: number, high: number): number {
    const names = this.#names;
    const last = names.length - 1;
    let slot = high & last;
    for (let found = names[slot]; found !== name && found !== 0; found = names[slot]) slot = (slot + 1) & last;
    return slot;
  }

  #grow(): void {
    const names = this.#names;
    const numbers = this.#numbers;
    this.#names = new Float64Array(2 * names.length);
    this.#numbers = new Float64Array(2 * numbers.length);
    for (const [i, name] of names.entries()) {
      if (name === 0) continue;
      const slot = this.#slotOf(name, Math.floor(name / LOW_BITS));
      this.#names[slot] = name;
      this.#numbers.set(numbers.subarray(STRIDE * i, STRIDE * (i + 1)), STRIDE * slot);
    }
  }

  /** Counts a conversation: which of the user's day it is, from 1. */
  count(place: number): number {
    return this.#add(place + COUNT, 1);
  }

  /** Whether the user is in the panel this half-week; undefined until it is noted. */
  inPanel(place: number, halfWeek: number): boolean | undefined {
    const known = this.#at(place + PANEL);
    return Math.abs(known) === halfWeek ? known > 0 : undefined;
  }

  notePanel(place: number, halfWeek: number, inPanel: boolean): boolean {
    this.#numbers[place + PANEL] = inPanel ? halfWeek : -halfWeek;
    return inPanel;
  }

  /**
   * Adds design weight to the user's total of an hour and version, and returns the total: the whole day's where the hour is
   * not the latest or the version a third of it, which is never less.
   * @param version a number from 1.
   */
  weigh(place: number, hour: number, version: number, weight: number): number {
    const ofDay = this.#add(place + WEIGHT_OF_DAY, weight);
    const pair = place + FIRST_PAIR;
    const latest = this.#at(place + LATEST_HOUR);
    if (hour > latest) {
      this.#numbers[place + LATEST_HOUR] = hour;
      this.#numbers[pair] = version;
      this.#numbers[pair + 1] = weight;
      this.#numbers[pair + 2] = 0;
      this.#numbers[pair + 3] = 0;
      return weight;
    }
    if (hour < latest) return ofDay;
    if (this.#at(pair) === version) return this.#add(pair + 1, weight);
    if (this.#at(pair + 2) === 0) this.#numbers[pair + 2] = version;
    return this.#at(pair + 2) === version ? this.#add(pair + 3, weight) : ofDay;
  }

  #add(index: number, more: number): number {
    const sum = this.#at(index) + more;
    this.#numbers[index] = sum;
    return sum;
  }

  #at(index: number): number {
    return this.#numbers[index] ?? 0;
  }
}
