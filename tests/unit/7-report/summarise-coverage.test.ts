import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type LedgerState, summariseCoverage } from '../../../src/7-report/summarise-coverage.ts';

const row = (state: string, n: number, over: Partial<LedgerState> = {}): LedgerState => ({
  rater: 'judge',
  dimension: 'acute.self_harm',
  state,
  n,
  ...over,
});
const flattery = { dimension: 'concrete.flattery' };

it('counts by rater what was due, what was scored, and why the rest was not', () => {
  const ledger = [
    row('scored', 50),
    row('scored', 900, flattery),
    row('refused', 10),
    row('refused', 40, flattery),
    row('scored', 20, { rater: 'screen' }),
  ];
  // Two dimensions: 20 people make 40 ratings.
  expect(summariseCoverage(ledger, 20)).toEqual([
    { rater: 'judge', due: 1_000, scored: 0.95, missing: { refused: 0.05 } },
    { rater: 'screen', due: 20, scored: 1, missing: {} },
  ]);
});

it('does not name a reason that few ratings share, nor count the ratings of few', () => {
  const ledger = [row('scored', 900), row('refused', 3), row('truncated', 4), row('scored', 19, { rater: 'screen' })];
  expect(summariseCoverage(ledger, 20)).toEqual([
    { rater: 'judge', due: 900, scored: 0.992, missing: { other: 0.008 } },
    { rater: 'screen', due: null, scored: null, missing: {} },
  ]);
});

it('calls only all of it all of it', () => {
  expect(summariseCoverage([row('scored', 99_999), row('expired', 1)], 20)).toMatchObject([
    { scored: 0.999, missing: { other: 0 } },
  ]);
});

it('tells how many people there are to no more than 20, however many dimensions each was rated in', () => {
  fc.assert(
    fc.property(fc.nat({ max: 500 }), fc.integer({ min: 1, max: 27 }), (people, n) => {
      const coverage = (count: number) =>
        summariseCoverage(
          Array.from({ length: n }, (_, i) => row('scored', count, { dimension: `concrete.d${i}` })),
          20,
        );
      const fewer = people - (people % 20);
      expect(coverage(people)).toEqual(coverage(fewer === 0 ? people : fewer));
      if (people < 20) expect(coverage(people)).toMatchObject([{ due: null }]);
    }),
  );
});
