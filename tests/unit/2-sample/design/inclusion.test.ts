import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coinOf } from '../../../../src/2-sample/design/coin.ts';
import {
  capProbability,
  countedWeight,
  decideInclusion,
  type InclusionInput,
  inCrossSection,
  type Stamp,
  verifyStamp,
} from '../../../../src/2-sample/design/inclusion.ts';
import { drawJudge } from '../../../../src/2-sample/design/judge-phase.ts';

const input = (override: Partial<InclusionInput> = {}): InclusionInput => ({
  key: Buffer.alloc(32, 3),
  design: 'd1',
  day: '2025-04-25',
  user: 'u-1',
  conversation: 'c-1',
  piSample: 0.5,
  nthToday: 1,
  panel: false,
  ...override,
});
/** Both phases of each of `n` conversations. */
const many = (n: number, override: Partial<InclusionInput>, piJudge = 0.5) =>
  Array.from({ length: n }, (_, i) => {
    const unit = input({ conversation: `c-${i}`, ...override });
    const inclusion = decideInclusion(unit);
    return { ...inclusion, judged: inclusion.taken && drawJudge(unit, piJudge, 0).judged };
  });

describe('the cap', () => {
  test.each([
    [1, 1],
    [3, 1],
    [4, 9 / 16],
    [6, 0.25],
    [9, 1 / 9],
    [10, 0.1],
    [1000, 0.1],
  ])('keeps conversation %i of a day with probability %f', (j, pi) => expect(capProbability(j)).toBeCloseTo(pi, 12));
  test('takes other settings', () => {
    expect(capProbability(4, { free: 1, floor: 0 })).toBe(1 / 16);
    expect(capProbability(4, { free: 1, floor: 0.5 })).toBe(0.5);
  });
  test.each([0, -1, 1.5, Number.NaN])('refuses j = %f', (j) => expect(() => capProbability(j)).toThrow(RangeError));
  test('never grows with j and never falls under its floor', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 10 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (j, free, floor) => {
          const pi = capProbability(j, { free, floor });
          expect(capProbability(j + 1, { free, floor })).toBeLessThanOrEqual(pi);
          expect(pi).toBeGreaterThanOrEqual(floor);
        },
      ),
    );
  });
});

describe('what a conversation counts', () => {
  test.each([
    [1, 1],
    [3, 1],
    [4, 9 / 16],
    [6, 0.25],
    [30, 0.01],
    [3_000, 1e-6],
  ])('conversation %i of a day counts %f', (j, counted) => expect(countedWeight(j)).toBeCloseTo(counted, 15));
  test('a day of one user counts less than twice what is free, however long', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 20_000 }), (free, n) => {
        let sum = 0;
        for (let j = 1; j <= n; j++) sum += countedWeight(j, { free });
        expect(sum).toBeLessThan(2 * free);
        if (n <= free) expect(sum).toBe(n);
      }),
    );
  });
  test('it is never more than the probability of being kept, so that no weight exceeds 1 / piSample', () => {
    for (let j = 1; j < 2_000; j++) expect(countedWeight(j) / capProbability(j)).toBeLessThanOrEqual(1);
  });
  test('is what the decision says', () => {
    expect(decideInclusion(input({ nthToday: 12 }))).toMatchObject({ counted: 1 / 16, piCap: 0.1 });
  });
  test.each([0, 2.5])('refuses j = %f', (j) => expect(() => countedWeight(j)).toThrow(RangeError));
});

describe('the panel', () => {
  const pairs = Array.from({ length: 2_000 }, (_, i) => {
    const override = { conversation: `c-${i}`, piSample: 0.2, nthToday: 5 };
    return [decideInclusion(input(override)), decideInclusion(input({ ...override, panel: true }))] as const;
  });
  test('takes every conversation, and moves neither the cross-section nor a probability', () => {
    for (const [without, within] of pairs) {
      expect(within).toEqual({ ...without, taken: true, panel: true });
      expect(without.taken).toBe(without.crossSection);
    }
  });
  test('is judged by the same coin as the cross-section', () => {
    const at = { piSample: 0.2, nthToday: 5 };
    const without = many(2_000, at);
    const within = many(2_000, { ...at, panel: true });
    for (const [i, one] of without.entries()) if (one.taken) expect(within[i]?.judged).toBe(one.judged);
    const judged = within.filter((one) => one.judged).length;
    expect(Math.abs(judged - 1_000)).toBeLessThan(4 * Math.sqrt(500));
  });
});

describe('a stamp', () => {
  const cap = { free: 3, floor: 0.1 };
  const unit = (conversation: string, panel = false) => ({ ...input({ conversation }), cap, panel });
  const stamp = (given: Partial<Stamp> = {}): Stamp => ({ design: 'd1', pi_sample: 0.3, pi_cap: 0.25, nth: 6, ...given });
  const ids = Array.from({ length: 2_000 }, (_, i) => `c-${i}`);

  test('holds exactly for what its probabilities take', () => {
    for (const id of ids) {
      const drawn = decideInclusion(input({ conversation: id, piSample: 0.3, nthToday: 6 }));
      expect(verifyStamp(unit(id), stamp())).toBe(drawn.taken);
      expect(inCrossSection(coinOf(input().key), unit(id), 0.3, 0.25)).toBe(drawn.crossSection);
    }
  });
  test('holds for every conversation of the panel', () => {
    expect(ids.every((id) => verifyStamp(unit(id, true), stamp()))).toBe(true);
  });
  test.each([
    { design: 'd2' },
    { pi_cap: 0.26 },
    { nth: 7 },
    { nth: 0, pi_cap: 1 },
    { nth: 1.5 },
    { pi_sample: 1.01 },
    { pi_sample: 0 },
    { pi_sample: Number.NaN },
  ])('with %j holds for nothing, not even the panel', (wrong) => {
    expect(ids.some((id) => verifyStamp(unit(id, true), stamp(wrong)))).toBe(false);
  });
  test('under another key is refused as often as chance says', () => {
    const taken = ids.filter((id) => verifyStamp(unit(id), stamp()));
    const other = taken.filter((id) => verifyStamp({ ...unit(id), key: Buffer.alloc(32, 4) }, stamp()));
    expect(taken.length).toBeGreaterThan(100);
    // 0.075 of some 150, four standard deviations.
    expect(other.length).toBeLessThan(0.075 * taken.length + 4 * Math.sqrt(0.075 * taken.length));
  });
});

test('probability 1 takes and judges everything, probability 0 nothing', () => {
  expect(many(500, { piSample: 1 }, 1).every(({ taken, judged }) => taken && judged)).toBe(true);
  expect(many(500, { piSample: 0 }, 1).some(({ taken, judged }) => taken || judged)).toBe(false);
  expect(many(500, { piSample: 1 }, 0).some(({ judged }) => judged)).toBe(false);
});

test('shares come out as the probabilities say, within four standard errors, and the phases are independent', () => {
  const n = 20_000;
  const all = many(n, { piSample: 0.3, nthToday: 6 }, 0.4);
  const taken = all.filter((one) => one.taken);
  const within = (share: number, pi: number, of: number) =>
    expect(Math.abs(share - pi)).toBeLessThan(4 * Math.sqrt((pi * (1 - pi)) / of));
  within(all.filter(({ u }) => u < 0.3).length / n, 0.3, n);
  within(taken.length / n, 0.3 * 0.25, n);
  within(taken.filter((one) => one.judged).length / taken.length, 0.4, taken.length);
});

test('the sample is nested: what a lower rate takes, a higher one takes too', () => {
  const rate = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.string(), rate, rate, fc.integer({ min: 1, max: 20 }), (conversation, a, b, nthToday) => {
      const low = decideInclusion(input({ conversation, nthToday, piSample: Math.min(a, b) }));
      const high = decideInclusion(input({ conversation, nthToday, piSample: Math.max(a, b) }));
      expect(high.taken || !low.taken).toBe(true);
    }),
  );
});

test('the same conversation is decided the same way, and another day draws again', () => {
  expect(decideInclusion(input())).toEqual(decideInclusion(input()));
  expect(decideInclusion(input()).u).not.toBe(decideInclusion(input({ day: '2025-04-26' })).u);
  expect(decideInclusion(input()).u).not.toBe(decideInclusion(input({ user: 'u-2' })).u);
});

test('the probabilities are returned exactly as used', () => {
  expect(decideInclusion(input({ piSample: 0.37, nthToday: 4 }))).toMatchObject({
    piSample: 0.37,
    piCap: 9 / 16,
  });
});

test.each([-0.1, 1.1, Number.NaN])('a probability of %f is refused', (pi) => {
  expect(() => decideInclusion(input({ piSample: pi }))).toThrow(RangeError);
});
