import { describe, expect, it } from 'vitest';
import { betRatios } from '../../../src/stats/contrast-bet.ts';
import { logValue, newEDetector, stepEDetector } from '../../../src/stats/e-detector.ts';
import { logFlipFactors } from '../../../src/stats/flip-test.ts';
import { meanAndError, seededRandom, sum } from './random.ts';

const logC = Math.log(365 / 0.05);

/** The first day on which the detector alarms; undefined where it does not within `days`. */
function alarmDay(days: number, upper: number, flipsOf: (day: number) => { flips: number; n: number }): number | undefined {
  let state = newEDetector(betRatios.length, 0);
  for (let day = 1; day <= days; day++) {
    state = stepEDetector(state, { logFactors: logFlipFactors(flipsOf(day), upper), startMass: 1 });
    if (logValue(state) >= logC) return day;
  }
  return undefined;
}

const binomial = (random: () => number, n: number, p: number) => sum(Array.from({ length: n }, () => (random() < p ? 1 : 0)));

/** A simple random draw without replacement. */
function draw<T>(random: () => number, items: readonly T[], n: number): T[] {
  const left = [...items];
  return Array.from({ length: n }, () => left.splice(Math.floor(random() * left.length), 1)[0]!);
}

describe('the factors of a day of flips', () => {
  it('are the likelihood ratios of odds times each ratio', () => {
    const [flips, n, upper] = [3, 50, 0.02];
    for (const [k, ratio] of betRatios.entries()) {
      const p = (ratio * upper) / (1 + (ratio - 1) * upper);
      const expected = flips * Math.log(p / upper) + (n - flips) * Math.log((1 - p) / (1 - upper));
      expect(logFlipFactors({ flips, n }, upper)[k]).toBeCloseTo(expected, 12);
    }
    expect(logFlipFactors({ flips, n }, upper)[4]).toBeCloseTo(1.0893, 4);
  });

  it('average exactly 1 where every item flips at the limit', () => {
    const [n, p] = [6, 0.15];
    const choose = [1, 6, 15, 20, 15, 6, 1];
    for (const k of betRatios.keys()) {
      const mean = sum(choose.map((c, f) => c * p ** f * (1 - p) ** (n - f) * Math.exp(logFlipFactors({ flips: f, n }, p)[k]!)));
      expect(mean).toBeCloseTo(1, 10);
    }
  });

  it('average at most 1 over every draw of unlike items, sure ones and wavering ones', () => {
    // All 15 draws of 4 out of 6; mean flip rate exactly 1/3.
    const q = [1, 0.7, 0.3, 0, 0, 0];
    const masks = Array.from({ length: 64 }, (_, m) => m).filter((m) => sum([...m.toString(2)].map(Number)) === 4);
    expect(masks).toHaveLength(15);
    for (const k of betRatios.keys()) {
      const [flip, keep] = [logFlipFactors({ flips: 1, n: 1 }, 1 / 3)[k]!, logFlipFactors({ flips: 0, n: 1 }, 1 / 3)[k]!].map(
        Math.exp,
      );
      const ofDraw = (mask: number) =>
        q.reduce((product, p, i) => ((mask >> i) & 1 ? product * (p * flip! + (1 - p) * keep!) : product), 1);
      const mean = sum(masks.map(ofDraw)) / masks.length;
      expect(mean).toBeLessThan(1);
      expect(mean).toBeGreaterThan(0);
    }
  });

  it('are no evidence on a day without a verdict', () => {
    expect(logFlipFactors({ flips: 0, n: 0 }, 0.1)).toEqual(betRatios.map(() => 0));
  });

  it.each([
    [{ flips: 2, n: 1 }, 0.1],
    [{ flips: -1, n: 1 }, 0.1],
    [{ flips: 0.5, n: 1 }, 0.1],
    [{ flips: 0, n: Number.NaN }, 0.1],
    [{ flips: 0, n: 1 }, 0],
    [{ flips: 0, n: 1 }, 1],
  ])('refuse %o at %d', (count, upper) => {
    expect(() => logFlipFactors(count, upper)).toThrow(RangeError);
  });
});

describe('the anchor alarm', () => {
  it('keeps to 5 % false alarms a year where a few items always flip and the rest never', () => {
    const random = seededRandom(2);
    const items = Array.from({ length: 100 }, (_, i) => i < 4);
    const years = 300;
    let alarms = 0;
    let reached = 0;
    for (let year = 0; year < years; year++) {
      let state = newEDetector(betRatios.length, 0);
      let best = -Infinity;
      for (let day = 0; day < 365; day++) {
        const flips = draw(random, items, 12).filter(Boolean).length;
        state = stepEDetector(state, { logFactors: logFlipFactors({ flips, n: 12 }, 0.04), startMass: 1 });
        best = Math.max(best, logValue(state));
      }
      if (best >= logC) alarms++;
      if (best >= Math.log(365 / 0.5)) reached++;
    }
    // Three Monte-Carlo errors above the bound.
    expect(alarms / years, 'bound 0.05').toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / years));
    expect(reached / years, 'the bound at a tenth of the evidence is 0.5').toBeLessThanOrEqual(0.5 + 3 * Math.sqrt(0.25 / years));
    expect(reached, 'a test that cannot alarm proves nothing').toBeGreaterThan(0);
  });

  it.each([
    // METHOD 9.7, whose looks are hourly.
    { p0: 0.02, p1: 0.03, n: 120, days: 27.1 },
    { p0: 0.02, p1: 0.04, n: 48, days: 18.9 },
    { p0: 0.01, p1: 0.02, n: 48, days: 35.4 },
    { p0: 0.02, p1: 0.03, n: 504, days: 7.4 },
  ])('finds a flip rate that rises from $p0 to $p1 at $n a day in about $days days', ({ p0, p1, n, days }) => {
    const random = seededRandom(n);
    const runs = 60;
    const delays = Array.from({ length: runs }, () => {
      const day = alarmDay(340, p0, (at) => ({ flips: binomial(random, n, at > 20 ? p1 : p0), n }));
      return day === undefined ? 320 : day - 20;
    }).filter((delay) => delay > 0);
    const { mean, se } = meanAndError(delays);
    // A day's wait for the end of the day beside the Monte-Carlo error.
    expect(mean, `se ${se}`).toBeGreaterThan(days - 3 * se);
    expect(mean, `se ${se}`).toBeLessThan(days + 1 + 3 * se);
    expect(delays.length).toBeGreaterThan(0.9 * runs);
  });
});
