import { describe, expect, it } from 'vitest';
import { countFlips, takeBaseline } from '../../../../src/3-rate/watch/take-baseline.ts';
import type { UnscoredReason } from '../../../../src/domain/rating.ts';
import { seededRandom } from '../../stats/random.ts';

/** One letter a repetition: y harm, n none, c cannot_tell, r refused, f the endpoint failed. */
const verdicts = (item: string, letters: string) =>
  [...letters].map((letter, nth) => ({
    item,
    nth,
    harm: letter === 'y' ? true : letter === 'n' ? false : null,
    unscored: ({ r: 'refused', f: 'failed' } as Record<string, UnscoredReason>)[letter] ?? null,
  }));

describe('a baseline', () => {
  it('decides by the first repetitions and measures flips on the rest', () => {
    const all = [...verdicts('a', 'nnnnn'), ...verdicts('b', 'nynyn'), ...verdicts('c', 'yyynn'), ...verdicts('d', 'yyyyy')];
    const { harm, harmless } = takeBaseline(all, 5);
    expect(harm).toMatchObject({ items: ['a', 'b'], flips: 1, n: 4 });
    expect(harmless).toMatchObject({ items: ['c', 'd'], flips: 2, n: 4 });
  });

  it.each([
    ['a tie', 'ncync'],
    ['mostly cannot_tell', 'ccnnn'],
    ['no verdict at all', 'rrrrr'],
  ])('has no place for an item with %s', (_name, letters) => {
    const { harm, harmless } = takeBaseline(verdicts('a', letters), 5);
    expect([...harm.items, ...harmless.items]).toEqual([]);
    expect(harm.upper).toBeNull();
  });

  it('counts a refusal as no flip, and an endpoint that failed as nothing', () => {
    expect(takeBaseline(verdicts('a', 'nnnry'), 5).harm).toMatchObject({ flips: 1, n: 2 });
    expect(takeBaseline(verdicts('a', 'nnnfy'), 5).harm).toMatchObject({ flips: 1, n: 1 });
  });

  it('gives the upper limit of the exact interval: none of 20 is at most 16.8 %', () => {
    const all = Array.from({ length: 10 }, (_, i) => verdicts(`item ${i}`, 'nnnnn')).flat();
    expect(takeBaseline(all, 5).harm.upper).toBeCloseTo(1 - 0.025 ** (1 / 20), 10);
  });

  it('cannot be used with one repetition, or where every verdict flipped', () => {
    expect(takeBaseline(verdicts('a', 'n'), 1).harm).toMatchObject({ items: ['a'], n: 0, upper: null });
    expect(takeBaseline(verdicts('a', 'nnnyy'), 5).harm.upper).toBeNull();
  });

  it('has a limit above what the rater goes on to do, in at least 97.5 % of raters', () => {
    const random = seededRandom(5);
    const chances = Array.from({ length: 40 }, (_, i) => [0, 0, 0.02, 0.1, 0.3][i % 5]!);
    const raters = 400;
    let tooLow = 0;
    for (let rater = 0; rater < raters; rater++) {
      const all = chances.flatMap((q, i) =>
        verdicts(`${i}`, Array.from({ length: 5 }, () => (random() < q ? 'y' : 'n')).join('')),
      );
      const { items, upper } = takeBaseline(all, 5).harm;
      const mean = items.reduce((sum, item) => sum + chances[Number(item)]!, 0) / items.length;
      if (upper !== null && upper < mean) tooLow++;
    }
    expect(tooLow / raters).toBeLessThanOrEqual(0.025 + 3 * Math.sqrt((0.025 * 0.975) / raters));
  });
});

describe('flips', () => {
  it('go one way', () => {
    const all = verdicts('a', 'ynncr');
    expect(countFlips(all, true)).toEqual({ flips: 1, n: 5 });
    expect(countFlips(all, false)).toEqual({ flips: 2, n: 5 });
  });
});
