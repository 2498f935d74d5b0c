import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standardisedRate } from '../../../src/stats/standardise.ts';
import { expectClose } from './close.ts';

const two = [
  { rate: 0.02, variance: 1e-5, share: 0.75 },
  { rate: 0.1, variance: 4e-5, share: 0.25 },
];

describe('standardisedRate', () => {
  it('answers the example of its docstring', () => {
    const { rate, variance } = standardisedRate(two);
    expectClose(rate, 0.04, 1e-15);
    expectClose(variance!, 8.125e-6, 1e-18);
  });

  it('does not move when only the traffic mix moves: it never sees it', () => {
    expect(standardisedRate([...two].reverse()).rate).toBeCloseTo(standardisedRate(two).rate, 15);
  });

  it('lies between the lowest and the highest stratum', () => {
    const stratum = fc.record({
      rate: fc.double({ min: 0, max: 1, noNaN: true }),
      part: fc.double({ min: 0.01, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(stratum, { minLength: 1, maxLength: 9 }), (strata) => {
        const total = strata.reduce((s, x) => s + x.part, 0);
        const { rate } = standardisedRate(strata.map((s) => ({ rate: s.rate, variance: 0, share: s.part / total })));
        expect(rate).toBeGreaterThanOrEqual(Math.min(...strata.map((s) => s.rate)) - 1e-12);
        expect(rate).toBeLessThanOrEqual(Math.max(...strata.map((s) => s.rate)) + 1e-12);
      }),
    );
  });

  it('has no variance when a stratum that counts has none', () => {
    expect(standardisedRate([two[0]!, { ...two[1]!, variance: null }]).variance).toBeNull();
    const unused = { rate: 0.5, variance: null, share: 0 };
    expectClose(standardisedRate([...two, unused]).variance!, 8.125e-6, 1e-18);
  });

  it('refuses shares that are not a mix', () => {
    expect(() => standardisedRate([two[0]!])).toThrow('share must sum to 1 over the strata, got 0.75');
    expect(() => standardisedRate([])).toThrow('share must sum to 1 over the strata, got 0');
    expect(() => standardisedRate([{ rate: 0.1, variance: -1, share: 1 }])).toThrow(
      'variance must be finite and at least 0, got -1',
    );
  });
});
