import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locateOnset } from '../../../src/stats/onset.ts';
import { expectClose } from './close.ts';
import { seededRandom } from './random.ts';

const hundred = { supportRatio: 100 };

describe('locateOnset', () => {
  it('answers the example of its docstring', () => {
    expect(locateOnset([[-1], [2], [1]], { supportRatio: 10 })).toEqual({ index: 1, low: 0, high: 2, logEvidence: 3 });
  });

  it('agrees with the definition, day by day', () => {
    const days = fc.array(fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true })), {
      minLength: 1,
      maxLength: 15,
    });
    fc.assert(
      fc.property(days, (rows) => {
        const evidence = rows.map((_, j) => {
          const since = rows.slice(j);
          return (Math.exp(since.reduce((s, [a]) => s + a, 0)) + Math.exp(since.reduce((s, [, b]) => s + b, 0))) / 2;
        });
        const onset = locateOnset(rows, hundred)!;
        expectClose(onset.logEvidence, Math.log(Math.max(...evidence)), 1e-9);
        expectClose(Math.log(evidence[onset.index]!), onset.logEvidence, 1e-9);
        expect(onset.low).toBeLessThanOrEqual(onset.index);
        expect(onset.high).toBeGreaterThanOrEqual(onset.index);
      }),
    );
  });

  it('widens its support with the ratio, and at 1 keeps the best day alone', () => {
    const rows = [[-2], [-1.5], [3], [2]];
    expect(locateOnset(rows, { supportRatio: 1 })).toMatchObject({ index: 2, low: 2, high: 2 });
    expect(locateOnset(rows, { supportRatio: 5 })).toMatchObject({ low: 1, high: 2 });
    expect(locateOnset(rows, hundred)).toMatchObject({ low: 0, high: 3 });
  });

  it('names the first of days with equal evidence', () => {
    expect(locateOnset([[-1], [0], [0], [2]], { supportRatio: 1 })).toMatchObject({ index: 1, low: 1, high: 3 });
  });

  it('covers a planted change in at least 95 of 100 chains', () => {
    const random = seededRandom(4);
    // Bets on ones that come at 0.1 before day 40 and at 0.2 after, 100 a day: log factors log(1 + b (x - 0.1)).
    const bets = [1, 2, 3];
    let covered = 0;
    for (let chain = 0; chain < 200; chain++) {
      const rows = Array.from({ length: 45 }, (_, day) => {
        const ones = Array.from({ length: 100 }, () => random()).filter((u) => u < (day < 40 ? 0.1 : 0.2)).length;
        return bets.map((b) => ones * Math.log1p(b * 0.9) + (100 - ones) * Math.log1p(-b * 0.1));
      });
      const { low, high } = locateOnset(rows, hundred)!;
      if (low <= 40 && 40 <= high) covered++;
    }
    expect(covered / 200).toBeGreaterThan(0.95);
  });

  it('has nothing to say about no days', () => expect(locateOnset([], hundred)).toBeNull());

  it('refuses ragged days, a zero factor and a ratio below 1', () => {
    expect(() => locateOnset([[0, 1], [0]], hundred)).toThrow('logFactors must have 2 bets on every day, got 1 on day 1');
    expect(() => locateOnset([[-Infinity]], hundred)).toThrow('logFactors must be finite, got -Infinity on day 0');
    expect(() => locateOnset([[0]], { supportRatio: 0.5 })).toThrow('supportRatio must be finite and at least 1, got 0.5');
  });
});
