import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohenKappa } from '../../../src/stats/cohen-kappa.ts';
import { confusion } from '../../../src/stats/confusion.ts';
import { kappa_rare, kappa_raters, kappa_se } from './agreement-vectors.ts';
import { expectClose } from './close.ts';

describe('cohenKappa', () => {
  it('agrees with scikit-learn, counts taken from the ratings', () => {
    const { a, b, unweighted } = kappa_raters;
    const table = confusion(a.map((reference, i) => ({ reference, rated: b[i]!, weight: 1 }))).counts;
    expectClose(cohenKappa(table).kappa!, unweighted, 1e-12);
  });

  it('agrees with statsmodels on its standard errors and interval', () => {
    const found = cohenKappa(kappa_se.table, 0.95);
    if (found.kappa === null) throw new Error('undefined');
    for (const name of ['kappa', 'se', 'seNull', 'low', 'high'] as const) expectClose(found[name], kappa_se[name], 1e-6);
  });

  it('is low for rare harm although 97 of 100 units agree', () => {
    const found = cohenKappa(kappa_rare.table);
    expectClose(found.kappa!, kappa_rare.kappa, 1e-12);
    expect(found).toMatchObject({ observed: 0.97 });
  });

  it('answers the example of its docstring', () => {
    const found = cohenKappa(
      [
        [20, 5],
        [10, 15],
      ],
      0.95,
    );
    expectClose(found.kappa!, 0.4, 1e-12);
    expect(found).toMatchObject({ observed: 0.7, expected: 0.5 });
  });

  it.each([
    [
      'no unit',
      [
        [0, 0],
        [0, 0],
      ],
      'nothing rated by both',
    ],
    ['no category', [], 'nothing rated by both'],
    [
      'one category',
      [
        [7, 0],
        [0, 0],
      ],
      'one category only',
    ],
    [
      'one category, weighted',
      [
        [0, 0],
        [0, 0.3],
      ],
      'one category only',
    ],
  ])('%s has no kappa, and says why', (_what, table, reason) => {
    expect(cohenKappa(table)).toEqual({ kappa: null, reason });
  });

  it('is 1 exactly when all agree, with a standard error of 0', () => {
    expect(
      cohenKappa([
        [3, 0, 0],
        [0, 9, 0],
        [0, 0, 1],
      ]),
    ).toMatchObject({ kappa: 1, se: 0 });
  });

  it('is symmetric, at most 1, and blind to the scale of the weights', () => {
    const cell = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(fc.tuple(fc.tuple(cell, cell, cell), fc.tuple(cell, cell, cell), fc.tuple(cell, cell, cell)), (table) => {
        const found = cohenKappa(table);
        const turned = cohenKappa(table.map((_, i) => table.map((row) => row[i]!)));
        const scaled = cohenKappa(table.map((row) => row.map((each) => each * 0.37)));
        if (found.kappa === null) return turned.kappa === null && scaled.kappa === null;
        expectClose(turned.kappa!, found.kappa, 1e-9);
        expectClose(scaled.kappa!, found.kappa, 1e-9);
        return found.kappa <= 1 && found.se >= 0;
      }),
    );
  });

  it.each([
    [[[1, 2]], /square/],
    [
      [
        [1, -2],
        [0, 1],
      ],
      /cell.*-2/,
    ],
    [
      [
        [1, Number.NaN],
        [0, 1],
      ],
      /cell.*NaN/,
    ],
  ])('refuses %j', (table, message) => {
    expect(() => cohenKappa(table)).toThrow(message);
  });
});
