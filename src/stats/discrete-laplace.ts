import { requireInsideUnitInterval } from './argument.ts';

/** Chance: each whole number from 0 to n - 1 as likely as any other. For privacy it must come from the operating system. */
export type RandomInteger = (n: number) => number;

/** How wide the noise is: numerator / denominator, both whole and positive. */
export type Scale = { readonly numerator: number; readonly denominator: number };

const largest = 2 ** 20;

/**
 * One draw of discrete (two-sided geometric) Laplace noise: P(z) is proportional to exp(-|z| / scale) over the whole numbers.
 *
 * Use it to publish a count under epsilon-differential privacy: scale = sensitivity / epsilon, where one person can change all
 * published counts together by at most the sensitivity. Do not draw twice for one release, and do not draw with a seeded
 * generator: whoever knows the noise knows the count.
 *
 * Guarantee: exactly this distribution, given fair integers. No logarithm and no fraction is taken: Laplace noise made from
 * floating-point numbers leaves gaps between them that give the count away (Mironov 2012).
 *
 * @example discreteLaplaceVariance({ numerator: 2, denominator: 1 }) // 7.8354
 *
 * References: Canonne, Kamath & Steinke (2020) algorithms 1 and 2; Ghosh, Roughgarden & Sundararajan (2012); Mironov (2012).
 */
export function drawDiscreteLaplace(scale: Scale, random: RandomInteger): number {
  checkScale(scale);
  const { numerator, denominator } = scale;
  for (;;) {
    const within = random(numerator);
    if (!happensByExp(within, numerator, random)) continue;
    let whole = 0;
    while (happensByExp(1, 1, random)) whole += 1;
    const size = Math.floor((within + numerator * whole) / denominator);
    const negative = random(2) === 1;
    // Zero has one sign only, or it would come twice as often as it should.
    if (!(negative && size === 0)) return negative ? -size : size;
  }
}

/** Its variance, 2q / (1 - q)^2 with q = exp(-1 / scale); about 2 scale^2. */
export function discreteLaplaceVariance(scale: Scale): number {
  checkScale(scale);
  const q = Math.exp(-scale.denominator / scale.numerator);
  return (2 * q) / (1 - q) ** 2;
}

/**
 * The least whole number that the noise exceeds in size with at most this probability: P(|Z| > m) = 2 q^(m + 1) / (1 + q).
 *
 * @example discreteLaplaceBound({ numerator: 2, denominator: 1 }, 0.05) // 6
 */
export function discreteLaplaceBound(scale: Scale, probability: number): number {
  checkScale(scale);
  requireInsideUnitInterval('probability', probability);
  const rate = scale.denominator / scale.numerator;
  return Math.max(0, Math.ceil(Math.log(2 / (probability * (1 + Math.exp(-rate)))) / rate) - 1);
}

/** True with probability exp(-x / y), by tossing until a toss of probability x / (y k) first fails (algorithm 1). For x <= y. */
function happensByExp(x: number, y: number, random: RandomInteger): boolean {
  let k = 1;
  while (random(y * k) < x) k += 1;
  return k % 2 === 1;
}

function checkScale({ numerator, denominator }: Scale): void {
  for (const [name, value] of Object.entries({ numerator, denominator })) {
    if (!Number.isInteger(value) || value < 1 || value > largest) {
      throw new RangeError(`${name} must be a whole number from 1 to ${largest}, got ${value}`);
    }
  }
}
