import { describe, expect, it } from 'vitest';
import { bridgeTable } from '../../../../src/3-rate/watch/bridge-tables.ts';
import { compareRaters, type Pair } from '../../../../src/3-rate/watch/compare-raters.ts';
import { familyOf, kinGap, kinWarnings } from '../../../../src/3-rate/watch/self-preference.ts';
import type { DoubleRating } from '../../../../src/domain/double-rating.ts';
import { seededRandom } from '../../stats/random.ts';

const pair = (first: boolean, second: boolean, user: string, weight = 1): Pair => ({ first, second, user, weight });

describe('two raters on the same conversations', () => {
  it('are compared by weight, and counted as they are', () => {
    const result = compareRaters([
      pair(true, false, 'a', 3),
      pair(false, true, 'b'),
      pair(true, true, 'c'),
      pair(false, false, 'd', 5),
    ]);
    expect(result?.gap.value).toBeCloseTo((3 - 1) / 10, 12);
    expect(result?.firstRate).toBeCloseTo(4 / 10, 12);
    expect(result?.secondRate).toBeCloseTo(2 / 10, 12);
    expect(result?.flips).toEqual({ bothHarm: 1, onlyFirst: 1, onlySecond: 1, neither: 1 });
    expect(result).toMatchObject({ n: 4, nUsers: 4 });
  });

  it('that never disagree may still differ by as much as was not looked at', () => {
    const result = compareRaters(Array.from({ length: 100 }, (_, i) => pair(i < 5, i < 5, `u${i}`)));
    expect(result?.gap.value).toBe(0);
    expect(result?.gap.high).toBeGreaterThan(0.03);
    expect(result?.gap.low).toBeLessThan(-0.03);
  });

  it('are less certain where few users have many conversations', () => {
    const pairs = (users: number) => Array.from({ length: 200 }, (_, i) => pair(i % users < users / 10, false, `u${i % users}`));
    const width = (users: number) => {
      const { low, high } = compareRaters(pairs(users))!.gap;
      return high - low;
    };
    expect(width(20)).toBeGreaterThan(1.5 * width(200));
  });

  it('are in nobody’s table without a pair', () => {
    expect(compareRaters([])).toBeNull();
  });

  it('differ by what the interval says, in about 95 of 100 samples', () => {
    const random = seededRandom(11);
    const runs = 400;
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      // 120 users of 1 to 3 conversations, some drawn with half the probability; 6 % only new, 2 % only old, clustered by user.
      const pairs: Pair[] = [];
      for (let user = 0; user < 120; user++) {
        const weight = user % 2 === 0 ? 1 : 2;
        const mood = random() < 0.2 ? 3 : 0.5;
        for (let k = 0; k <= user % 3; k++) {
          const u = random();
          pairs.push(pair(u < 0.06 * mood, u >= 0.06 * mood && u < 0.08 * mood, `${user}`, weight));
        }
      }
      const { low, high } = compareRaters(pairs)!.gap;
      if (low <= 0.04 && 0.04 <= high) covered++;
    }
    expect(covered / runs, 'measured 0.95').toBeGreaterThan(0.91);
    expect(covered / runs).toBeLessThanOrEqual(0.995);
  });
});

const rater = (revision: string) => ({
  revision,
  dimension: 'concrete.flattery',
  rater: 'judge' as const,
  rubricVersion: 1,
  model: revision,
  parameters: {},
  firstUsedAt: new Date(0),
  lastUsedAt: new Date(0),
});
const bridge = { dimension: 'concrete.flattery', from: rater('old'), to: rater('new'), until: new Date(1) };
const doubles = (version: string, n: number, given: Partial<DoubleRating> = {}): DoubleRating[] =>
  Array.from({ length: n }, (_, i) => ({
    dimension: 'concrete.flattery',
    version,
    userKey: `${version} ${i}`,
    judgeRevision: 'new',
    secondRevision: 'old',
    judgeHarm: i % 5 === 0,
    secondHarm: i % 10 === 0,
    weight: 1,
    ...given,
  }));

describe('the table of a bridge', () => {
  it('has a row for all and for each version, and links the old rate for display', () => {
    const { cells } = bridgeTable(
      bridge,
      [...doubles('atlas-1', 50), ...doubles('atlas-2', 100)],
      [{ version: 'atlas-2', rate: 0.2, nUsers: 90 }],
      20,
    );
    expect(cells.map(({ version, gap }) => [version, gap?.n])).toEqual([
      [null, 150],
      ['atlas-1', 50],
      ['atlas-2', 100],
    ]);
    for (const { gap } of cells) expect(gap?.gap.value).toBeCloseTo(0.1, 10);
    expect(cells[2]?.linked).toBeCloseTo(0.3, 10);
    expect(cells[1]?.linked).toBeNull();
  });

  it('withholds a version of too few people, and another by which it could be worked out', () => {
    const { cells } = bridgeTable(bridge, [...doubles('a', 5), ...doubles('b', 50), ...doubles('c', 100)], [], 20);
    expect(cells.map(({ withheld }) => withheld)).toEqual([false, true, true, false]);
    for (const { withheld, gap } of cells) expect(gap === null).toBe(withheld);
  });

  it('takes nothing from other raters', () => {
    const others = [doubles('a', 50, { judgeRevision: 'newer' }), doubles('a', 50, { secondRevision: 'second judge' })].flat();
    expect(bridgeTable(bridge, others, [], 20).cells).toEqual([{ version: null, gap: null, withheld: false, linked: null }]);
  });
});

const families = { 'gpt-': 'gpt', 'gpt-oss': 'oss', atlas: 'atlas' };
const judge = { name: 'Judge', family: 'gpt' };
const second = { name: 'Other', family: 'claude' };

describe('self-preference', () => {
  it('takes the family of the longest prefix', () => {
    expect(['gpt-4o', 'gpt-oss-20b', 'atlas-1', 'other'].map((version) => familyOf(version, families))).toEqual([
      'gpt',
      'oss',
      'atlas',
      null,
    ]);
  });

  it('warns of a judge that rates its own family, and of no other', () => {
    expect(kinWarnings([judge, second, { name: 'x', family: null }], ['gpt-5', 'gpt-4o', 'atlas-1'], families)).toEqual([
      { judge: 'Judge', family: 'gpt', versions: ['gpt-4o', 'gpt-5'] },
    ]);
  });

  it('measures kindness to its kin apart from how strict a judge is', () => {
    // Stricter than the second by 10 points on others, milder by 10 on its own.
    const own = doubles('gpt-4o', 200, {}).map((each) => ({ ...each, judgeHarm: each.secondHarm, secondHarm: each.judgeHarm }));
    const gap = kinGap(judge, second, [...own, ...doubles('atlas-1', 300)], families, 20);
    expect(gap).toMatchObject({ outcome: 'measured', family: 'gpt', own: { n: 200 }, others: { n: 300 } });
    if (gap.outcome !== 'measured') throw new Error('not measured');
    expect(gap.gap.value).toBeCloseTo(-0.2, 10);
    expect(gap.gap.high).toBeLessThan(0);
  });

  it.each([
    [{ ...judge, family: null }, second, 'no family is configured for Judge (judge.family)'],
    [judge, null, 'there is no second judge (second_judge)'],
    [judge, { ...second, family: null }, 'no family is configured for the second judge Other'],
    [judge, { ...second, family: 'gpt' }, 'the second judge Other is of the same family'],
    [{ ...judge, family: 'llama' }, second, 'raters.families names no version of the family llama'],
    [judge, second, 'both judges have scored no version of the family gpt'],
  ])('says why it is not measured: %o %o', (first, other, reason) => {
    expect(kinGap(first, other, doubles('atlas-1', 50), families, 20)).toMatchObject({ outcome: 'not measured', reason });
  });

  it('is not shown where few people are behind it', () => {
    const gap = kinGap(judge, second, [...doubles('gpt-4o', 5), ...doubles('atlas-1', 50)], families, 20);
    expect(gap).toMatchObject({ outcome: 'not measured', reason: 'fewer than 20 people in one of the arms' });
  });
});
