import { describe, expect, it } from 'vitest';
import type { CellState } from '../../../src/5-detect/cell-state.ts';
import { standardiseLive } from '../../../src/5-detect/standardise-live.ts';
import type { Cell } from '../../../src/domain/cell.ts';
import { cellOf, stateWith } from './builders.ts';

type Stratum = { cell: Cell; state: CellState };
const topic = (value: string, live: [number, number], baseline: [number, number], over: Partial<Cell> = {}): Stratum => ({
  cell: cellOf({ cohort: { facet: 'topic', value }, ...over }),
  state: stateWith(live, baseline),
});

describe('the live rate with the baseline’s mix of topics', () => {
  it('weighs each topic as the baseline has it', () => {
    // Live asks mostly about health (20 %), the baseline mostly about work (2 %): 0.9 x 0.02 + 0.1 x 0.2.
    const strata = [topic('work', [100, 2], [900, 18]), topic('health', [900, 180], [100, 20])];
    expect(standardiseLive(cellOf(), strata)).toBeCloseTo(0.038, 12);
  });

  it('is the live rate itself where the mixes agree', () => {
    const strata = [topic('work', [600, 6], [600, 0]), topic('health', [200, 40], [200, 0])];
    expect(standardiseLive(cellOf(), strata)).toBeCloseTo(46 / 800, 12);
  });

  it.each<[string, Cell, Stratum[]]>([
    ['of a cohort', cellOf({ cohort: { facet: 'topic', value: 'work' } }), [topic('work', [100, 2], [100, 2])]],
    ['without topics', cellOf(), []],
    ['of topics that only one arm has', cellOf(), [topic('work', [100, 2], [0, 0])]],
    ['of topics with too few live conversations', cellOf(), [topic('work', [19, 2], [100, 2])]],
    ['of topics with too few baseline conversations', cellOf(), [topic('work', [100, 2], [19, 2])]],
    [
      'where less than four fifths of the mix can be compared',
      cellOf(),
      [topic('work', [100, 2], [790, 2]), topic('health', [19, 2], [210, 2])],
    ],
    ['of another version’s topics', cellOf(), [topic('work', [100, 2], [100, 2], { version: 'other' })]],
    ['of another dimension’s', cellOf(), [topic('work', [100, 2], [100, 2], { dimension: 'acute.self_harm' })]],
    ['of another facet', cellOf(), [topic('on', [100, 2], [100, 2], { cohort: { facet: 'memory', value: 'on' } })]],
  ])('is not told %s', (_case, cell, strata) => {
    expect(standardiseLive(cell, strata)).toBeNull();
  });

  it('leaves out a thin topic and rescales the rest', () => {
    const strata = [topic('work', [100, 10], [800, 8]), topic('health', [19, 19], [200, 2])];
    expect(standardiseLive(cellOf(), strata)).toBeCloseTo(0.1, 12);
  });
});
