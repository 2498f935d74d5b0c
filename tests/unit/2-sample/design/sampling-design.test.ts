import { beforeAll, describe, expect, test } from 'vitest';
import { type CoinPurpose, coin } from '../../../../src/2-sample/design/coin.ts';
import { capProbability, countedWeight, decideInclusion } from '../../../../src/2-sample/design/inclusion.ts';
import { drawJudge } from '../../../../src/2-sample/design/judge-phase.ts';
import { panelShare, panelWave, unionProbability } from '../../../../src/2-sample/design/panel.ts';
import { Rng } from '../../../../src/simulate/rng.ts';
import { designInterval } from '../../../../src/stats/design-interval.ts';
import { hajekMean, type WeightedUnit } from '../../../../src/stats/hajek.ts';

/**
 * The design against its own claims: the population stays, the key changes. Every seed is fixed, so a failure is no accident.
 * MCSE: Monte-Carlo standard error, the standard deviation of an estimate over keys by the square root of their number.
 */
const day = '2026-04-22';
const noon = new Date(`${day}T12:00:00Z`);
const keyOf = (n: number) => Buffer.from(`sampling-design ${n}`.padEnd(32));
const meanOf = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;
const mcseOf = (xs: readonly number[]) => {
  const mean = meanOf(xs);
  return Math.sqrt(xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (xs.length - 1) / xs.length);
};

describe('inclusion over 600 keys', () => {
  const keys = Array.from({ length: 600 }, (_, i) => keyOf(i));
  const strata = [0.02, 0.2, 1];
  const positions = [1, 3, 4, 7, 12, 300];
  const unitsEach = 12;
  const unitOf = (key: Uint8Array, j: number, i: number, salt = '') => ({
    key,
    design: 'd',
    day,
    user: `u-${i}`,
    conversation: `c-${j}-${i}${salt}`,
  });
  const draw = (key: Uint8Array, piSample: number, j: number, i: number, salt = '') =>
    decideInclusion({ ...unitOf(key, j, i, salt), piSample, nthToday: j, panel: false });

  test('comes out as stored, for every stratum and position in the day, within 4.5 standard deviations', () => {
    let chiSquare = 0;
    for (const piSample of strata) {
      for (const j of positions) {
        let taken = 0;
        let judged = 0;
        for (const key of keys) {
          for (let i = 0; i < unitsEach; i++) {
            // Other ids in each stratum, for the sum of squares takes cells to be independent.
            const drawn = draw(key, piSample, j, i, ` ${piSample}`);
            if (drawn.taken) taken += 1;
            if (drawn.taken && drawJudge(unitOf(key, j, i, ` ${piSample}`), 0.3, 0).judged) judged += 1;
          }
        }
        const n = keys.length * unitsEach;
        const z = (count: number, pi: number) => (pi === 1 ? count - n : (count - n * pi) / Math.sqrt(n * pi * (1 - pi)));
        const pi = piSample * capProbability(j);
        expect(Math.abs(z(taken, pi))).toBeLessThan(4.5);
        expect(Math.abs(z(judged, pi * 0.3))).toBeLessThan(4.5);
        chiSquare += z(taken, pi) ** 2;
      }
    }
    // 16 of the 18 cells have a probability below 1; qchisq(0.9999, 16) = 45.9.
    expect(chiSquare).toBeLessThan(45.9);
  });
  test('is the same for each single conversation: no id is luckier than its probability', () => {
    for (let i = 0; i < 200; i++) {
      const taken = keys.filter((key) => draw(key, 0.2, 1, i).taken).length;
      expect(Math.abs(taken - 120)).toBeLessThan(4.5 * Math.sqrt(600 * 0.2 * 0.8));
    }
  });
  test('of one phase says nothing about another: correlations of coins over keys stay within 4.5 / sqrt(n)', () => {
    const purposes: readonly CoinPurpose[] = ['xs', 'cap', 'judge', 'second', 'human', 'panel'];
    const n = keys.length * 20;
    const series = purposes.map((purpose) =>
      keys.flatMap((key) => Array.from({ length: 20 }, (_, i) => coin(key, purpose, 'd', day, `u-${i}`, `c-${i}`) - 0.5)),
    );
    for (const [a, x] of series.entries()) {
      for (const y of series.slice(a + 1)) {
        // Uniforms have variance 1/12.
        const correlation = (12 * x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0)) / n;
        expect(Math.abs(correlation)).toBeLessThan(4.5 / Math.sqrt(n));
      }
    }
  });
  test('is nested: raising a rate adds to the sample and takes nothing out', () => {
    for (const key of keys.slice(0, 50)) {
      let before = new Set<number>();
      for (const piSample of [0.05, 0.1, 0.3, 0.9]) {
        const now = new Set(Array.from({ length: 60 }, (_, i) => i).filter((i) => draw(key, piSample, 2, i).taken));
        expect([...before].every((i) => now.has(i))).toBe(true);
        before = now;
      }
    }
  });
});

/** One conversation of a population, with what is true of it and how it is sampled. */
type Unit = {
  readonly user: string;
  readonly id: string;
  readonly j: number;
  readonly piSample: number;
  readonly cohort: boolean;
  readonly harm: 0 | 1;
};

/**
 * 2,600 users of one to forty conversations; three strata with rates 0.04 to 0.4; harm in about a tenth, clustered by user
 * (each has a propensity from a beta distribution, intraclass correlation 0.1) and more frequent for the heavy ones.
 */
function population(): readonly Unit[] {
  const rng = new Rng('sampling-design');
  return Array.from({ length: 2_600 }, (_, u) => {
    const heavy = rng.uniform() < 0.06;
    const n = heavy ? 6 + rng.integer(35) : 1 + rng.poisson(1.4);
    const rate = heavy ? 0.16 : 0.09;
    const propensity = rng.beta(9 * rate, 9 * (1 - rate));
    return Array.from({ length: n }, (__, i): Unit => {
      const stratum = rng.pick([0, 0, 0, 1, 1, 2]);
      const piSample = [0.04, 0.12, 0.4][stratum] ?? 0;
      const harm = rng.uniform() < propensity * (stratum === 2 ? 1.3 : 1) ? 1 : 0;
      return { user: `u-${u}`, id: `c-${u}-${i}`, j: i + 1, piSample, cohort: rng.uniform() < 0.4, harm };
    });
  }).flat();
}

const cappedRate = (units: readonly Unit[]) => {
  const weight = units.reduce((sum, { j }) => sum + countedWeight(j), 0);
  return units.reduce((sum, { j, harm }) => sum + countedWeight(j) * harm, 0) / weight;
};

describe('500 samples of one population', () => {
  const share = 0.05;
  const units = population();
  const cohort = units.filter((unit) => unit.cohort);
  const groups = { whole: units, cohort } as const;
  type Group = keyof typeof groups;
  const estimates: Record<Group, number[]> = { whole: [], cohort: [] };
  const covered: Record<Group, number> = { whole: 0, cohort: 0 };
  const sizes: Record<Group, number[]> = { whole: [], cohort: [] };
  const union: { rates: number[]; totals: number[] } = { rates: [], totals: [] };

  beforeAll(() => {
    for (let k = 0; k < 500; k++) {
      const key = keyOf(10_000 + k);
      const inPanel = new Map<string, boolean>();
      const crossSection: Record<Group, WeightedUnit[]> = { whole: [], cohort: [] };
      const both: WeightedUnit[] = [];
      for (const { user, id, j, piSample, harm, cohort: belongs } of units) {
        const panel = inPanel.get(user) ?? panelWave(key, user, noon, share) !== null;
        inPanel.set(user, panel);
        const drawn = decideInclusion({ key, design: 'd', day, user, conversation: id, piSample, nthToday: j, panel });
        if (!drawn.taken) continue;
        const pi = drawn.piSample * drawn.piCap;
        const unit = { value: harm, cluster: user, weight: drawn.counted / pi };
        if (drawn.crossSection) crossSection.whole.push(unit);
        if (drawn.crossSection && belongs) crossSection.cohort.push(unit);
        both.push({ ...unit, weight: drawn.counted / unionProbability(panelShare(share), pi) });
      }
      for (const group of ['whole', 'cohort'] as const) {
        const mean = hajekMean(crossSection[group]);
        if (mean === null) throw new Error('an empty sample');
        const { low, high } = designInterval({ ...mean, rate: mean.estimate, confidence: 0.95 });
        const truth = cappedRate(groups[group]);
        estimates[group].push(mean.estimate);
        sizes[group].push(mean.n);
        if (low <= truth && truth <= high) covered[group] += 1;
      }
      const mean = hajekMean(both);
      union.rates.push(mean?.estimate ?? Number.NaN);
      union.totals.push(mean?.sumWeightedValues ?? Number.NaN);
    }
  });

  test.each(['whole', 'cohort'] as const)('of the %s: the Hajek mean has no bias beyond 3 MCSE', (group) => {
    const truth = cappedRate(groups[group]);
    const bias = meanOf(estimates[group]) - truth;
    report(
      `${group}: truth ${truth.toFixed(4)}, n ${meanOf(sizes[group]).toFixed(0)}, bias ${bias.toFixed(5)}, MCSE ${mcseOf(estimates[group]).toFixed(5)}`,
    );
    expect(truth).toBeGreaterThan(0.08);
    expect(truth).toBeLessThan(0.13);
    expect(Math.abs(bias)).toBeLessThan(3 * mcseOf(estimates[group]));
  });
  // The MCSE of a coverage of 0.95 over 500 samples is 0.0097.
  test.each(['whole', 'cohort'] as const)('of the %s: intervals of 95 percent cover in 93 to 97', (group) => {
    report(`${group}: coverage ${(covered[group] / 500).toFixed(3)}`);
    expect(covered[group] / 500).toBeGreaterThanOrEqual(0.93);
    expect(covered[group] / 500).toBeLessThanOrEqual(0.97);
  });
  test('with the panel: rate and total by union probabilities have no bias beyond 3 MCSE', () => {
    const total = units.reduce((sum, { j, harm }) => sum + countedWeight(j) * harm, 0);
    const bias = [meanOf(union.rates) - cappedRate(units), meanOf(union.totals) - total] as const;
    report(
      `union: rate bias ${bias[0].toFixed(5)}, MCSE ${mcseOf(union.rates).toFixed(5)}; total ${total.toFixed(1)}, bias ${bias[1].toFixed(2)}, MCSE ${mcseOf(union.totals).toFixed(2)}`,
    );
    expect(Math.abs(bias[0])).toBeLessThan(3 * mcseOf(union.rates));
    expect(Math.abs(bias[1])).toBeLessThan(3 * mcseOf(union.totals));
  });
});

function report(line: string): void {
  if (process.env.SHOW_FIGURES !== undefined) process.stdout.write(`${line}\n`);
}

describe('one user who sends 10,000 harmful conversations in a day, among 20,000 others of whom 2 % are', () => {
  const others = 20_000;
  const flood = 10_000;
  const k = 3;
  const harmful = (i: number) => (i % 50 === 0 ? 1 : 0);
  const capped = Array.from({ length: flood }, (_, i) => countedWeight(i + 1)).reduce((sum, weight) => sum + weight, 0);
  const truthWithout = 0.02;
  const truthWith = (0.02 * others + capped) / (others + capped);

  test('moves the rate of capped conversations by no more than 2k/N, where the plain rate would move by a third', () => {
    expect(capped).toBeLessThan(2 * k);
    expect(truthWith - truthWithout).toBeGreaterThan(0);
    expect(truthWith - truthWithout).toBeLessThan((2 * k) / others);
    expect((0.02 * others + flood) / (others + flood) - truthWithout).toBeGreaterThan(0.32);
  });
  test('moves the estimates as much, on average over 500 keys, within 3 MCSE', () => {
    const shifts: number[] = [];
    const plain: number[] = [];
    for (let n = 0; n < 500; n++) {
      const key = keyOf(20_000 + n);
      const draw = (user: string, conversation: string, nthToday: number) =>
        decideInclusion({ key, design: 'd', day, user, conversation, piSample: 0.05, nthToday, panel: false });
      let weight = 0;
      let harm = 0;
      for (let i = 0; i < others; i++) {
        const { taken, counted, piSample, piCap } = draw(`u-${i}`, `c-${i}`, 1);
        if (!taken) continue;
        weight += counted / (piSample * piCap);
        harm += (harmful(i) * counted) / (piSample * piCap);
      }
      let added = 0;
      let addedPlain = 0;
      for (let j = 1; j <= flood; j++) {
        const { taken, counted, piSample, piCap } = draw('flood', `f-${j}`, j);
        if (!taken) continue;
        added += counted / (piSample * piCap);
        addedPlain += 1 / (piSample * piCap);
      }
      shifts.push((harm + added) / (weight + added) - harm / weight);
      plain.push((harm + addedPlain) / (weight + addedPlain) - harm / weight);
    }
    report(
      `flood: shift ${meanOf(shifts).toExponential(3)}, truth ${(truthWith - truthWithout).toExponential(3)}, MCSE ${mcseOf(shifts).toExponential(1)}; plain ${meanOf(plain).toFixed(3)}`,
    );
    expect(Math.abs(meanOf(shifts) - (truthWith - truthWithout))).toBeLessThan(3 * mcseOf(shifts));
    expect(meanOf(plain)).toBeGreaterThan(0.3);
  });
});
