import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareCells } from '../../../src/5-detect/cell-shares.ts';
import { everybody } from '../../../src/domain/cell.ts';
import { type CohortFacet, cohortFacets } from '../../../src/domain/facets.ts';

const facets = Object.keys(cohortFacets) as CohortFacet[];
const cohortsOf = (watched: readonly CohortFacet[]) => [
  everybody,
  ...watched.flatMap((facet) => cohortFacets[facet].map((value) => ({ facet, value }))),
];
const severities = new Map([
  ['acute.self_harm', 5],
  ['concrete.flattery', 3],
]);

describe('sharing the false-alarm budget', () => {
  it('the shares of all cells there can be sum to 1 and no more, whatever is watched', () => {
    const severity = fc.dictionary(fc.string(), fc.integer({ min: 1, max: 5 }), {
      minKeys: 1,
      maxKeys: 25,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(severity, fc.subarray(facets), (given, watched) => {
        const bySeverity = new Map(Object.entries(given));
        const shareOf = shareCells(bySeverity, watched);
        const shares = [...bySeverity.keys()].flatMap((dimension) =>
          cohortsOf(watched).map((cohort) => shareOf(dimension, cohort)),
        );
        expect(Math.min(...shares)).toBeGreaterThan(0);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  it.each<[string, CohortFacet[], string, { facet: string; value: string }, number]>([
    ['alone, pooled cells have it all', [], 'acute.self_harm', everybody, 5 / 8],
    ['half goes to the pooled cells, by severity', ['memory'], 'acute.self_harm', everybody, 5 / 16],
    ['the other half to three cohorts alike', ['memory'], 'concrete.flattery', { facet: 'memory', value: 'on' }, 3 / 8 / 2 / 3],
    ['or to sixteen', ['topic', 'memory'], 'concrete.flattery', { facet: 'topic', value: 'work' }, 3 / 8 / 2 / 16],
  ])('%s', (_fact, watched, dimension, cohort, share) => {
    expect(shareCells(severities, watched)(dimension, cohort)).toBeCloseTo(share, 12);
  });

  it.each<[string, string, { facet: string; value: string }]>([
    ['a dimension that is not watched', 'concrete.unknown', everybody],
    ['a facet that is not watched', 'concrete.flattery', { facet: 'length', value: '1' }],
    ['a value that was not counted', 'concrete.flattery', { facet: 'memory', value: 'perhaps' }],
  ])('%s has no share', (_name, dimension, cohort) => {
    expect(() => shareCells(severities, ['memory'])(dimension, cohort)).toThrow(RangeError);
  });
});
