/**
 * A small seeded source of chance (sfc32, seeded by hashing a string). The same seed gives the same numbers on every
 * machine, so a simulated month is a function of its name. Not for keys or privacy: it can be predicted.
 *
 * Seed one per thing that should be stable (`new Rng(`${seed}|user|${user}`)`) instead of sharing one: then a change in
 * how many numbers one thing draws moves nothing else.
 *
 * @example new Rng('a').uniform() === new Rng('a').uniform()
 *
 * References: C. Doty-Humphrey, PractRand (sfc32). Marsaglia & Tsang (2000), A simple method for generating gamma
 * variables, ACM TOMS 26(3).
 */
export class Rng {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string) {
    // Three multiply-xor hashes of the text, as in cyrb128.
    let a = 1779033703;
    let b = 3144134277;
    let c = 1013904242;
    for (let i = 0; i < seed.length; i++) {
      const code = seed.charCodeAt(i);
      a = b ^ Math.imul(a ^ code, 597399067);
      b = c ^ Math.imul(b ^ code, 2869860233);
      c = a ^ Math.imul(c ^ code, 951274213);
    }
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    for (let i = 0; i < 12; i++) this.#next();
  }

  /** 32 random bits as a signed integer. */
  #next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }

  /** Uniform on [0, 1). */
  uniform(): number {
    return (this.#next() >>> 0) / 4294967296;
  }

  /** Uniform on 0 .. n - 1. */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1) throw new RangeError(`n must be a positive integer, got ${n}`);
    return Math.floor(this.uniform() * n);
  }

  /** One element, all equally likely. */
  pick<T>(from: readonly T[]): T {
    return from[this.integer(from.length)] as T;
  }

  /** Standard normal (Box-Muller; the second value is dropped to keep no state). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Counts with the given mean. Exact: large means are sums of smaller ones, so the cost grows with the mean. */
  poisson(mean: number): number {
    if (!(mean >= 0) || mean === Number.POSITIVE_INFINITY)
      throw new RangeError(`mean must be finite and not negative, got ${mean}`);
    let count = 0;
    for (let left = mean; left > 0; left -= 30) {
      const floor = Math.exp(-Math.min(left, 30));
      for (let product = this.uniform(); product > floor; product *= this.uniform()) count++;
    }
    return count;
  }

  /** Gamma with the given shape and scale 1. */
  gamma(shape: number): number {
    if (!(shape > 0)) throw new RangeError(`shape must be positive, got ${shape}`);
    if (shape < 1) return (1 - this.uniform()) ** (1 / shape) * this.gamma(shape + 1);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** Beta with mean a / (a + b). */
  beta(a: number, b: number): number {
    const x = this.gamma(a);
    return x / (x + this.gamma(b));
  }
}
