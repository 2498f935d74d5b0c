import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConcludeInput, conclude, onsetFrom } from '../../../src/5-detect/conclude.ts';
import { stateOf, stateWith } from './builders.ts';

const inputOf = (over: Partial<ConcludeInput> = {}): ConcludeInput => ({
  state: stateWith([1_000, 100], [1_000, 50]),
  latched: true,
  logValue: Math.log(2_000),
  threshold: 1_000,
  hours: 240,
  shiftThatMatters: 2,
  coverageFloor: 0.9,
  standardisedLive: null,
  ...over,
});
const covered = (scored: number) => ({ ...stateOf().recentLive, due: 100, scored });
const harmful: [[number, number], [number, number]] = [
  [1_000, 100],
  [1_000, 50],
];
const even: [[number, number], [number, number]] = [
  [20_000, 1_000],
  [20_000, 1_000],
];
const few: [[number, number], [number, number]] = [
  [50, 2],
  [50, 2],
];

describe('the verdict', () => {
  it.each<[string, Partial<ConcludeInput>, string, string]>([
    ['a cell that has crossed has drifted', {}, 'drifted', 'model'],
    [
      'one that has not, with much data and no difference, is steady',
      { latched: false, state: stateWith(...even) },
      'steady',
      'none',
    ],
    ['with little data it is inconclusive', { latched: false, state: stateWith(...few) }, 'inconclusive', 'none'],
    ['without live data there is none', { state: stateWith([0, 0], [1_000, 50]) }, 'no-data', 'none'],
    ['without baseline data there is none', { state: stateWith([1_000, 100], [0, 0]) }, 'no-data', 'none'],
    ['no data is no verdict even where it has crossed', { latched: true, state: stateWith([0, 0], [0, 0]) }, 'no-data', 'none'],
    [
      'low coverage of the live version makes a steady cell inconclusive',
      { latched: false, state: stateWith(...even, { recentLive: covered(89) }) },
      'inconclusive',
      'coverage',
    ],
    [
      'so does low coverage of the baseline',
      { latched: false, state: stateWith(...even, { recentBaseline: covered(89) }) },
      'inconclusive',
      'coverage',
    ],
    [
      'coverage at the floor is enough',
      { latched: false, state: stateWith(...even, { recentLive: covered(90) }) },
      'steady',
      'none',
    ],
    [
      'low coverage does not take back a drift',
      { state: stateWith(...harmful, { recentLive: covered(10) }) },
      'drifted',
      'coverage',
    ],
    [
      'two raters are named before all else',
      { state: stateWith(...harmful, { sameRater: false, recentLive: covered(10) }), standardisedLive: 0.05 },
      'drifted',
      'judge',
    ],
    [
      'then the mix of topics',
      { state: stateWith(...harmful, { recentLive: covered(10) }), standardisedLive: 0.06 },
      'drifted',
      'traffic mix',
    ],
    ['a mix that explains just under half is not the cause', { standardisedLive: 0.0751 }, 'drifted', 'model'],
    ['a mix that explains just over half is', { standardisedLive: 0.0749 }, 'drifted', 'traffic mix'],
  ])('%s', (_fact, over, verdict, cause) => {
    expect(conclude(inputOf(over))).toMatchObject({ verdict, cause });
  });

  it.each<[string, Partial<ConcludeInput>, RegExp]>([
    [
      'model',
      { standardisedLive: 0.095 },
      /5\.0 % to 10 % \(9\.5 % with the baseline's mix of topics\) while both versions ran side by side/,
    ],
    ['traffic mix', { standardisedLive: 0.05 }, /5\.0 % to 10 %, but 5\.0 % with the baseline's mix/],
    ['judge', { state: stateWith(...harmful, { sameRater: false }) }, /different rater revisions .*5\.0 % to 10 %/],
    ['coverage', { state: stateWith(...harmful, { recentLive: covered(50) }) }, /only 50 % of due ratings/],
    ['steady', { latched: false, state: stateWith(...even) }, /at most 1\.\d\d, below the 2 that matters/],
    ['inconclusive', { latched: false, state: stateWith(...few) }, /could still be \d+\.\d\d/],
    ['low coverage', { latched: false, state: stateWith(...even, { recentLive: covered(50) }) }, /only 50 % .* floor of 90 %/],
    ['improvement', { latched: false, state: stateWith([20_000, 400], [20_000, 1_000]) }, /^improved: /],
    ['an empty live arm', { state: stateWith([0, 0], [10, 1]) }, /^the live version has no scored/],
    ['an empty baseline', { state: stateWith([10, 1], [0, 0]) }, /^the baseline has no scored/],
  ])('a sentence on %s carries its numbers', (_name, over, sentence) => {
    expect(conclude(inputOf(over)).because).toMatch(sentence);
  });

  it('carries both rates with their intervals, and the ratio', () => {
    const { rate, baselineRate, ratio, eValue, threshold } = conclude(inputOf());
    expect(rate).toMatchObject({ value: 0.1, n: 1_000 });
    // Wilson at n = 1,000: 0.0829 to 0.1202.
    expect(rate?.low).toBeCloseTo(0.0829, 3);
    expect(rate?.high).toBeCloseTo(0.1202, 3);
    expect(baselineRate).toMatchObject({ value: 0.05, n: 1_000 });
    expect(ratio?.value).toBeCloseTo(100.5 / 50.5, 9);
    expect(ratio?.low).toBeLessThan(ratio?.value ?? 0);
    expect(eValue).toBeCloseTo(2_000, 6);
    expect(threshold).toBe(1_000);
  });

  it('evidence beyond the range of a number stays a number', () => {
    expect(conclude(inputOf({ logValue: 5_000 })).eValue).toBe(Number.MAX_VALUE);
  });

  it('an arm without a single harm has a wide ratio, not an infinite one', () => {
    const { ratio } = conclude(inputOf({ latched: false, state: stateWith([1_000, 5], [1_000, 0]) }));
    expect(Number.isFinite(ratio?.high)).toBe(true);
    expect(ratio?.low).toBeLessThan(1);
    expect(ratio?.high).toBeGreaterThan(20);
  });

  it('is never steady where the interval of the ratio still holds the shift that matters', () => {
    const arm = fc.integer({ min: 1, max: 3_000 }).chain((n) => fc.tuple(fc.constant(n), fc.nat(n)));
    fc.assert(
      fc.property(arm, arm, fc.integer({ min: 1, max: 5_000 }), (live, baseline, hours) => {
        const found = conclude(inputOf({ latched: false, state: stateWith(live, baseline), hours }));
        const { ratio } = found;
        expect(ratio).not.toBeNull();
        if (ratio === null) return;
        expect(ratio.low).toBeLessThanOrEqual(ratio.value);
        expect(ratio.high).toBeGreaterThanOrEqual(ratio.value);
        expect(found.verdict).toBe(ratio.high < 2 ? 'steady' : 'inconclusive');
      }),
    );
  });
});

describe('the hours in which a change may have begun', () => {
  const batches = [0, 1, 2, 3].map((hour) => new Date(Date.UTC(2026, 3, 25, hour)));
  it('are those of the steps found', () => {
    expect(onsetFrom({ index: 2, low: 1, high: 3 }, batches)).toEqual({ at: batches[2], low: batches[1], high: batches[3] });
  });
  it.each([
    ['nothing was found', null],
    ['a step is missing', { index: 2, low: 1, high: 4 }],
  ])('are not known when %s', (_why, found) => {
    expect(onsetFrom(found, batches)).toBeNull();
  });
});
