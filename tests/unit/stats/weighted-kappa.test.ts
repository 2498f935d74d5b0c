import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohenKappa } from '../../../src/stats/cohen-kappa.ts';
import { confusion } from '../../../src/stats/confusion.ts';
import { weightedKappa } from '../../../src/stats/weighted-kappa.ts';
import { kappa_raters } from './agreement-vectors.ts';
import { expectClose } from './close.ts';

const { a, b } = kappa_raters;
const pairs = a.map((value, i) => ({ a: value, b: b[i]!, weight: 1 }));

describe('weightedKappa', () => {
  it.each(['linear', 'quadratic'] as const)('agrees with scikit-learn, %s', (weights) => {
    expectClose(weightedKappa(pairs, weights).kappa!, kappa_raters[weights], 1e-12);
  });

  it('answers the example of its docstring', () => {
    const example = [
      { a: 0, b: 0, weight: 1 },
      { a: 2, b: 1, weight: 1 },
    ];
    expectClose(weightedKappa(example, 'quadratic').kappa!, 2 / 3, 1e-12);
  });

  it('is plain kappa on two categories, whatever the weights', () => {
    const unit = fc.record({
      a: fc.integer({ min: 0, max: 1 }),
      b: fc.integer({ min: 0, max: 1 }),
      weight: fc.double({ min: 0.1, max: 50, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 40 }), (units) => {
        const plain = cohenKappa(confusion(units.map((u) => ({ reference: u.a, rated: u.b, weight: u.weight }))).weighted);
        for (const weights of ['linear', 'quadratic'] as const) {
          const { kappa } = weightedKappa(units, weights);
          if (plain.kappa === null || kappa === null) expect(kappa).toBe(plain.kappa);
          else expectClose(kappa, plain.kappa, 1e-6);
        }
      }),
    );
  });

  it('a unit of weight 3 is three units', () => {
    const thrice = [...pairs, pairs[9]!, pairs[9]!];
    const weighted = pairs.map((pair, i) => (i === 9 ? { ...pair, weight: 3 } : pair));
    expectClose(weightedKappa(weighted, 'linear').kappa!, weightedKappa(thrice, 'linear').kappa!, 1e-12);
  });

  it('takes the mean of a crowd as it is', () => {
    const shifted = [1, 2, 3, 4].map((value) => ({ a: value, b: value + 0.5, weight: 1 }));
    expectClose(weightedKappa(shifted, 'quadratic').kappa!, 1 - 0.25 / 2.75, 1e-12);
  });

  it('has no value without a pair or with one value only', () => {
    expect(weightedKappa([], 'linear')).toEqual({ kappa: null, reason: 'nothing rated by both' });
    expect(weightedKappa([{ a: 2, b: 2, weight: 4 }], 'linear')).toEqual({ kappa: null, reason: 'one category only' });
  });

  it('refuses what is no rating and no weight', () => {
    expect(() => weightedKappa([{ a: Number.NaN, b: 1, weight: 1 }], 'linear')).toThrow(RangeError);
    expect(() => weightedKappa([{ a: 1, b: 1, weight: 0 }], 'linear')).toThrow(/weight/);
  });
});
