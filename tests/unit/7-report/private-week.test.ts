import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makePrivateWeek, type PrivateInput } from '../../../src/7-report/private-week.ts';
import { renderPrivate } from '../../../src/7-report/render-private.ts';
import { meanAndError, seededRandom } from '../stats/random.ts';
import { monday, nextMonday } from './builders.ts';

const chance = (seed: number) => {
  const random = seededRandom(seed);
  return (n: number) => Math.floor(random() * n);
};
const inputOf = (over: Partial<PrivateInput> = {}): PrivateInput => ({
  week: '2026-W17',
  from: monday,
  to: nextMonday,
  rater: 'judge',
  simulated: false,
  releasedAt: nextMonday,
  releasedBy: 'Robin',
  epsilon: 1,
  epsilonPerYear: 12,
  versions: ['atlas', 'boreas'],
  dimensions: ['acute.self_harm', 'concrete.flattery'],
  counts: [
    { version: 'boreas', dimension: 'concrete.flattery', rated: 2_000, harmed: 200 },
    { version: 'boreas', dimension: 'acute.self_harm', rated: 2_000, harmed: 0 },
  ],
  ...over,
});
const make = (over: Partial<PrivateInput> = {}, seed = 1) => makePrivateWeek(inputOf(over), chance(seed));

describe('a private week', () => {
  it('has a row for every version and dimension, whether anybody was there or not', () => {
    const names = (counts: PrivateInput['counts']) => make({ counts }).rows.map((row) => `${row.version} ${row.dimension}`);
    const every = ['atlas acute.self_harm', 'atlas concrete.flattery', 'boreas acute.self_harm', 'boreas concrete.flattery'];
    expect(names(inputOf().counts)).toEqual(every);
    expect(names([])).toEqual(every);
    expect(names([{ version: 'never listed', dimension: 'x', rated: 9, harmed: 9 }])).toEqual(every);
  });

  it('adds noise of twice the dimensions over epsilon to each count, none of it twice the same', () => {
    const noises = Array.from({ length: 1_000 }, (_, seed) => make({}, seed).rows[3]!).map((row) => row.ratedUsers - 2_000);
    const { mean, se } = meanAndError(noises);
    expect(Math.abs(mean)).toBeLessThan(4 * se);
    const squares = meanAndError(noises.map((noise) => noise ** 2));
    const { noiseSd } = make();
    // Scale 2 x 2 / 1 = 4: standard deviation near 4 x sqrt 2.
    expect(noiseSd).toBeCloseTo(5.64, 2);
    expect(Math.abs(squares.mean - noiseSd ** 2)).toBeLessThan(4 * squares.se);
    const { rows } = make();
    expect(new Set(rows.flatMap((row) => [row.ratedUsers, row.harmedUsers])).size).toBeGreaterThan(4);
  });

  it.each([
    [1, 1],
    [0.25, 0.25],
    // Thousandths, rounded down: never more than allowed.
    [0.33349, 0.333],
    [0.3, 0.3],
  ])('allowed an epsilon of %d spends %d', (epsilon, spent) => {
    expect(make({ epsilon })).toMatchObject({ epsilon: spent });
  });

  it('refuses an epsilon too small to spend', () => {
    expect(() => make({ epsilon: 0.0009 })).toThrow('epsilon must be at least 0.001, got 0.0009');
  });

  it('gives a share whose interval covers the true one in 95 of 100 weeks or more', () => {
    const truth = 0.05;
    const random = seededRandom(7);
    const weeks = 400;
    let covered = 0;
    for (let week = 0; week < weeks; week++) {
      const rated = 800;
      let harmed = 0;
      for (let user = 0; user < rated; user++) if (random() < truth) harmed += 1;
      const counts = [{ version: 'boreas', dimension: 'concrete.flattery', rated, harmed }];
      const { share } = make({ counts }, 1_000 + week).rows[3]!;
      if (share !== null && share.low <= truth && truth <= share.high) covered += 1;
    }
    expect(covered / weeks).toBeGreaterThanOrEqual(0.95);
  });

  it('gives no share where the noise outweighs what was counted', () => {
    expect(make().rows.map((row) => row.share === null)).toEqual([true, true, false, false]);
  });

  it('has shares within [0, 1], inside their intervals, whatever the counts', () => {
    const counted = fc.record({ rated: fc.nat({ max: 300 }), share: fc.double({ min: 0, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(counted, fc.nat(), ({ rated, share }, seed) => {
        const counts = [{ version: 'boreas', dimension: 'concrete.flattery', rated, harmed: Math.round(rated * share) }];
        for (const row of make({ counts }, seed).rows) {
          if (row.share === null) continue;
          const { value, low, high } = row.share;
          expect(0 <= low && low <= value && value <= high && high <= 1).toBe(true);
        }
      }),
    );
  });

  it('states its guarantee: the unit, epsilon, the noise, and what it does not cover', () => {
    const stated = make().guarantee.join(' ');
    for (const part of [
      'epsilon 1)',
      'one user’s presence'.replace('’', "'"),
      '4 counts change by 1 at most',
      'scale 4 / 1',
      'Not covered: the names of versions',
      'the same person in other weeks',
      'at most 12 in releases of 365 days',
    ])
      expect(stated).toContain(part);
  });
});

describe('a private week as Markdown', () => {
  it('has its guarantee before its numbers, and says where there is no share', () => {
    const markdown = renderPrivate(make());
    expect(markdown).toContain('# Longwatch, week 2026-W17, under differential privacy');
    expect(markdown).toContain('Released by Robin on 2026-04-27.');
    expect(markdown.indexOf('Not covered')).toBeLessThan(markdown.indexOf('| dimension |'));
    expect(markdown.match(/too few beside the noise/g)).toHaveLength(2);
    expect(markdown).toContain('noise of standard deviation 5.6');
    expect(markdown).not.toMatch(/undefined|NaN|null|simulated/);
  });

  it('says when the judge is simulated, and when no version ran', () => {
    expect(renderPrivate(make({ simulated: true }))).toContain('The judge is simulated');
    expect(renderPrivate(make({ versions: [] }))).toContain('No version ran this week.');
  });
});
