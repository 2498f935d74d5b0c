import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideInclusion } from '../../../../src/2-sample/design/inclusion.ts';
import { drawJudge, judgeProbability, neymanSize, solveEta, uniformPlan } from '../../../../src/2-sample/design/judge-phase.ts';

const meanOf = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;
const unit = (conversation: string, seed = 3) => ({
  key: Buffer.alloc(32, seed),
  design: 'd1',
  day: '2025-04-25',
  user: `user of ${conversation}`,
  conversation,
});
const ids = (n: number) => Array.from({ length: n }, (_, i) => `c-${i}`);

describe('the size of a sample', () => {
  // sqrt(sum_d scale_d f_d (1 - f_d)) / pi1 with Python's math.sqrt.
  test.each([
    [{ a: 0.5 }, { a: 4 }, 0.1, 10],
    [{ a: 0.02, b: 0.3 }, { a: 500, b: 20 }, 0.07, 53.45224838248487],
    [{ a: 0.001 }, { a: 2 }, 0.5, 0.08939798655450805],
    [{ a: 0.02, b: 0.3, unwatched: 0.5 }, { a: 500, b: 20 }, 0.07, 53.45224838248487],
    [{ a: 0.5 }, { a: 4, unscored: 9 }, 0.1, 10],
    [{}, { a: 4 }, 0.1, 0],
    [{ a: 0.5 }, {}, 0.1, 0],
    [{ a: 0, b: 1 }, { a: 1, b: 1 }, 0.1, 0],
  ])('of scores %j at scale %j and probability %f is %f', (scores, scale, pi1, size) =>
    expect(neymanSize(scores, scale, pi1)).toBeCloseTo(size, 12),
  );
  test('is largest where the screen cannot tell, and the same for a score and its opposite', () => {
    const score = fc.integer({ min: 0, max: 10_000 }).map((n) => n / 10_000);
    fc.assert(
      fc.property(score, (f) => {
        const size = neymanSize({ a: f }, { a: 1 }, 0.2);
        expect(size).toBeLessThanOrEqual(neymanSize({ a: 0.5 }, { a: 1 }, 0.2));
        expect(neymanSize({ a: 1 - f }, { a: 1 }, 0.2)).toBeCloseTo(size, 6);
      }),
    );
  });
});

describe('the probability of being judged', () => {
  test.each([
    [{ floor: 0.1, eta: 0.05 }, 0, 0.1],
    [{ floor: 0.1, eta: 0.05 }, 4, 0.3],
    [{ floor: 0.1, eta: 0.05 }, 18, 1],
    [{ floor: 0.1, eta: 0.05 }, 1e9, 1],
    [{ floor: 0.37, eta: 0 }, 1e9, 0.37],
    [{ floor: 1, eta: 3 }, 2, 1],
  ])('with %j at size %f is %f', (plan, size, pi) => expect(judgeProbability(plan, size)).toBeCloseTo(pi, 15));
  test('follows METHOD 1.3 word for word: floor + min(eta u, 1 - floor)', () => {
    const positive = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 1e-4, max: 1, noNaN: true }), positive, positive, positive, (floor, eta, a, b) => {
        const pi = judgeProbability({ floor, eta }, a);
        expect(pi).toBeCloseTo(floor + Math.min(eta * a, 1 - floor), 12);
        expect(pi).toBeGreaterThanOrEqual(floor);
        expect(pi).toBeLessThanOrEqual(1);
        if (b >= a) expect(judgeProbability({ floor, eta }, b)).toBeGreaterThanOrEqual(pi);
      }),
    );
  });
  test('is the share for every sample alike before there is a plan', () => {
    const plan = uniformPlan(0.4, 0.05);
    expect(plan.from.getTime()).toBe(0);
    for (const f of [0.001, 0.3, 0.9]) expect(judgeProbability(plan, neymanSize({ a: f }, plan.scale, 0.01))).toBe(0.4);
    expect(plan.secondShare).toBe(0.05);
  });
});

describe('eta', () => {
  // Exact: with the k largest sizes at probability 1, eta = (n (share - floor) - k (1 - floor)) / (sum of the others), for the k
  // at which that agrees with itself. In rationals with Python's fractions.
  test.each([
    [[1, 1, 2], 0.5, 0.25, 3 / 16],
    [[0.5, 1, 2, 4, 10, 0], 0.3, 0.15, 9 / 175],
    [[0.5, 1, 2, 4, 10, 0], 0.6, 0.15, 2 / 7],
    [[0.01, 0.02, 5, 5, 5], 0.7, 0.175, 5],
    [[...Array.from({ length: 9 }, () => 0.1), 30], 0.2, 0.05, 11 / 18],
  ])('of sizes %j for share %f over floor %f is %f', (sizes, share, floor, eta) =>
    expect(solveEta(sizes, share, floor)).toBeCloseTo(eta, 12),
  );
  test.each([
    ['no samples', [], 0.5, 0.25],
    ['sizes of nothing but zero', [0, 0, 0], 0.5, 0.25],
    ['a share that is all floor', [1, 2, 3], 0.3, 0.3],
  ])('of %s is 0: all alike', (_what, sizes, share, floor) => expect(solveEta(sizes, share, floor)).toBe(0));
  test('takes every sample with a size for sure where even that is less than the share', () => {
    const sizes = [0, 0, 0, 2, 3];
    const eta = solveEta(sizes, 0.9, 0.1);
    const pis = sizes.map((size) => judgeProbability({ floor: 0.1, eta }, size));
    expect(pis).toEqual([0.1, 0.1, 0.1, 1, 1]);
  });
  test('makes the probabilities come to the share on average, and none fall below the floor', () => {
    const size = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true }), fc.constant(3));
    const within = fc.double({ min: 0.001, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 60 }), within, within, (sizes, share, tau) => {
        const floor = tau * share;
        const eta = solveEta(sizes, share, floor);
        const pis = sizes.map((each) => judgeProbability({ floor, eta }, each));
        const attainable = meanOf(sizes.map((each) => (each > 0 ? 1 : floor)));
        const wanted = sizes.some((each) => each > 0) ? Math.min(share, attainable) : floor;
        expect(Math.abs(meanOf(pis) - wanted)).toBeLessThan(1e-9);
        for (const pi of pis) expect(pi).toBeGreaterThanOrEqual(floor);
      }),
      { numRuns: 500 },
    );
  });
  test('depends on sizes only by their ratios, so that no unit of theirs matters', () => {
    const sizes = [0.2, 1, 1.5, 7, 40];
    const eta = solveEta(sizes, 0.4, 0.1);
    for (const unitOfSize of [1e-6, 1e6]) {
      expect(
        solveEta(
          sizes.map((size) => size * unitOfSize),
          0.4,
          0.1,
        ) * unitOfSize,
      ).toBeCloseTo(eta, 9);
    }
  });
  test('takes the floor from the share and not from the other samples: half the share, half of every probability', () => {
    const sizes = Array.from({ length: 200 }, (_, i) => 1 + (i % 17));
    const [whole, half] = [0.3, 0.15].map((share) => {
      const floor = 0.5 * share;
      const eta = solveEta(sizes, share, floor);
      return sizes.map((size) => judgeProbability({ floor, eta }, size));
    });
    for (const [i, pi] of (whole ?? []).entries()) expect(half?.[i]).toBeCloseTo(pi / 2, 9);
  });
  test.each([
    [0.5, 0],
    [0.5, -0.1],
    [0.5, 0.6],
    [1.1, 0.5],
    [Number.NaN, 0.5],
    [0.5, Number.NaN],
  ])('for share %f over floor %f is refused', (share, floor) => expect(() => solveEta([1], share, floor)).toThrow(RangeError));
});

describe('the draw of the judge', () => {
  const probability = fc.double({ min: 0, max: 1, noNaN: true });

  test('is nested: what a lower probability takes, a higher one takes too', () => {
    fc.assert(
      fc.property(fc.string(), probability, probability, probability, probability, (id, a, b, c, d) => {
        const low = drawJudge(unit(id), Math.min(a, b), Math.min(c, d));
        const high = drawJudge(unit(id), Math.max(a, b), Math.max(c, d));
        expect(high.judged || !low.judged).toBe(true);
        expect(high.second || !low.second).toBe(true);
      }),
    );
  });
  test('takes everything at 1 and nothing at 0, and shows the second judge only what the first sees', () => {
    for (const id of ids(500)) {
      expect(drawJudge(unit(id), 1, 1)).toEqual({ judged: true, second: true });
      expect(drawJudge(unit(id), 0, 1)).toEqual({ judged: false, second: false });
      expect(drawJudge(unit(id), 1, 0)).toEqual({ judged: true, second: false });
      const { judged, second } = drawJudge(unit(id), 0.3, 0.6);
      expect(judged || !second).toBe(true);
    }
  });
  test('is the same every time, whatever else is known of the sample, and another under another key, day or design', () => {
    const drawn = (given: object) => ids(64).map((id) => drawJudge({ ...unit(id), ...given }, 0.5, 0.5));
    expect(drawn({})).toEqual(drawn({ panel: true, piSample: 0.1, nthToday: 9 }));
    for (const other of [{ key: Buffer.alloc(32, 4) }, { day: '2025-04-26' }, { design: 'd2' }, { user: 'u-2' }]) {
      expect(drawn(other)).not.toEqual(drawn({}));
    }
  });
  test.each([-0.1, 1.1, Number.NaN])('refuses a probability of %f', (pi) => {
    expect(() => drawJudge(unit('c'), pi, 0)).toThrow(RangeError);
    expect(() => drawJudge(unit('c'), 1, pi)).toThrow(RangeError);
  });
  test('is independent of whether the sample was taken, and by which of its coins: chi-square over all eight cells', () => {
    // Sampling at 0.4, cap at 0.25 (the sixth of a day), judge at 0.3, second at 0.5 of the judged.
    const cells = new Map<string, number>();
    const n = 40_000;
    for (const id of ids(n)) {
      const { u, crossSection } = decideInclusion({ ...unit(id), piSample: 0.4, nthToday: 6, panel: false });
      const { judged, second } = drawJudge(unit(id), 0.3, 0.5);
      const phase1 = u >= 0.4 ? 'not drawn' : crossSection ? 'taken' : 'over the cap';
      const cell = `${phase1}, ${second ? 'second' : judged ? 'judged' : 'neither'}`;
      cells.set(cell, (cells.get(cell) ?? 0) + 1);
    }
    const first = { 'not drawn': 0.6, 'over the cap': 0.3, taken: 0.1 };
    const later = { neither: 0.7, judged: 0.15, second: 0.15 };
    let chiSquare = 0;
    for (const [a, pa] of Object.entries(first)) {
      for (const [b, pb] of Object.entries(later)) {
        chiSquare += ((cells.get(`${a}, ${b}`) ?? 0) - n * pa * pb) ** 2 / (n * pa * pb);
      }
    }
    // Nine cells of known probability: qchisq(0.9999, 8) = 31.83.
    expect(chiSquare).toBeLessThan(31.83);
  });
});
