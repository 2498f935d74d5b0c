import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { krippendorffAlpha } from '../../../src/stats/krippendorff-alpha.ts';
import { alphas } from './agreement-vectors.ts';
import { expectClose } from './close.ts';

const levels = ['nominal', 'ordinal', 'interval'] as const;
const unitsOf = (data: readonly (readonly (number | null)[])[]) =>
  data[0]!.map((_, u) => ({ values: data.map((row) => row[u]!).filter((value) => value !== null) }));

describe('krippendorffAlpha', () => {
  it.each(Object.keys(alphas) as (keyof typeof alphas)[])('agrees with fast-krippendorff on the %s data', (name) => {
    const { data, ...expected } = alphas[name];
    for (const level of levels) expectClose(krippendorffAlpha(unitsOf(data), level).alpha!, expected[level], 1e-9);
  });

  it('answers the example of its docstring, and leaves out what only one rated', () => {
    const found = krippendorffAlpha([{ values: [1, 1] }, { values: [2, 2, 3] }, { values: [3] }], 'nominal');
    expect(found).toEqual({ alpha: 0.5, reason: null, nUnits: 2, nValues: 5 });
  });

  it('changes with neither the order of raters and units nor the scale of weights', () => {
    const unit = fc.record({
      values: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 }),
      weight: fc.double({ min: 0.1, max: 20, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 15 }), fc.constantFrom(...levels), (units, level) => {
        const { alpha } = krippendorffAlpha(units, level);
        const turned = units.map(({ values, weight }) => ({ values: values.toReversed(), weight: weight * 7 })).toReversed();
        const again = krippendorffAlpha(turned, level).alpha;
        if (alpha === null || again === null) return alpha === again;
        return Math.abs(alpha - again) < 1e-9 && alpha <= 1 + 1e-12;
      }),
    );
  });

  it('weights change the share of each unit and not the small-sample correction', () => {
    const units = unitsOf(alphas.krippendorff.data);
    const heavy = units.map((unit, i) => ({ ...unit, weight: i === 5 ? 3 : 1 }));
    const plain = krippendorffAlpha(units, 'nominal').alpha!;
    // Unit 5 is the one with most disagreement.
    expect(krippendorffAlpha(heavy, 'nominal').alpha).toBeLessThan(plain);
  });

  it.each(levels)('all alike in more than one category is 1, %s', (level) => {
    expect(krippendorffAlpha([{ values: [1, 1] }, { values: [2, 2] }], level).alpha).toBe(1);
  });

  it('has no value where nothing can be paired, or nothing differs', () => {
    expect(krippendorffAlpha([{ values: [1] }, { values: [] }], 'nominal')).toMatchObject({
      alpha: null,
      reason: 'no unit rated twice',
    });
    expect(krippendorffAlpha([{ values: [1, 1] }, { values: [2] }], 'ordinal')).toMatchObject({
      alpha: null,
      reason: 'one category only',
    });
  });
});
