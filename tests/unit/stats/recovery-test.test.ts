import { describe, expect, it } from 'vitest';
import type { ClusterSum } from '../../../src/stats/contrast-bet.ts';
import { newRecoveryTest, type RecoveryDesign, recoveryEValue, stepRecoveryTest } from '../../../src/stats/recovery-test.ts';
import { expectClose } from './close.ts';
import { meanAndError, seededRandom, sum, userHarms } from './random.ts';

const design: RecoveryDesign = { baselineRate: 0.1, recoveryRatio: 1.5, meanWeight: 1, deff: 1.267, maxWeightedSum: 5 * 0.85 };

/** A day of 168 users of 1-5 conversations, all judged: 504 on average. */
const dayOf = (random: () => number, rate: number): ClusterSum[] =>
  Array.from({ length: 168 }, () => {
    const size = 1 + Math.floor(random() * 5);
    return { weightedSum: sum(userHarms(random, size, rate, 0.1)), weight: size };
  });

/** Days until the e-value reaches 20, or null. */
function daysToRecovery(random: () => number, rate: number, d: RecoveryDesign, limit: number): number | null {
  let state = newRecoveryTest(d);
  for (let day = 1; day <= limit; day++) {
    state = stepRecoveryTest(state, dayOf(random, rate), d);
    if (recoveryEValue(state) >= 20) return day;
  }
  return null;
}

describe('the recovery test', () => {
  it('begins without evidence', () => expect(recoveryEValue(newRecoveryTest(design))).toBe(1));

  it('gains from quiet users and loses to harmed ones', () => {
    const evidence = (weightedSum: number): number =>
      recoveryEValue(stepRecoveryTest(newRecoveryTest(design), [{ weightedSum, weight: 2 }], design));
    expect(evidence(0)).toBeGreaterThan(1);
    expect(evidence(1)).toBeLessThan(1);
  });

  it.each([
    [0.1, 1.5, 1.4, 0.2, 300],
    [0.1, 1.25, 3.6, 0.5, 300],
    [0.02, 1.5, 5.4, 0.8, 200],
    [0.02, 1.25, 16.7, 2.5, 100],
  ])('finds a full recovery to %s, ratio %s, in about %s days (METHOD 9.8)', (rate, recoveryRatio, days, tolerance, runs) => {
    const random = seededRandom(98);
    const d = { ...design, baselineRate: rate, recoveryRatio, maxWeightedSum: 5 * (1 - recoveryRatio * rate) };
    const delays = Array.from({ length: runs }, () => daysToRecovery(random, rate, d, 400)!);
    const { mean } = meanAndError(delays);
    expectClose(mean, days, tolerance);
  });

  it('says "recovered" in at most 1 of 20 worlds that are still elevated', () => {
    const random = seededRandom(20);
    const worlds = 200;
    const wrong = Array.from({ length: worlds }, () => daysToRecovery(random, 0.15, design, 25)).filter((d) => d !== null).length;
    expect(wrong / worlds).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / worlds));
    expect(wrong, 'a test that cannot err proves nothing').toBeGreaterThan(0);
  });

  it('does not see a common scale of the weights', () => {
    const random = seededRandom(1);
    const day = dayOf(random, 0.1);
    const tenth = { ...design, meanWeight: 10, maxWeightedSum: 10 * design.maxWeightedSum };
    const weighted = day.map((u) => ({ weightedSum: 10 * u.weightedSum, weight: 10 * u.weight }));
    const plain = stepRecoveryTest(newRecoveryTest(design), day, design);
    const scaled = stepRecoveryTest(newRecoveryTest(tenth), weighted, tenth);
    for (const [k, log] of plain.logE.entries()) expectClose(scaled.logE[k]!, log, 1e-10);
  });

  it('keeps the worst user it was told of from taking everything', () => {
    const wary = { ...design, baselineRate: 0.4, maxWeightedSum: 500 };
    const worst = { weightedSum: 500 + 0.6 * 5, weight: 5 };
    const { logE } = stepRecoveryTest(newRecoveryTest(wary), [worst], wary);
    for (const log of logE) expect(log).toBeGreaterThanOrEqual(Math.log(0.0999));
  });

  it('refuses a user far beyond the design, and a ratio that is no elevation', () => {
    const giant = [{ weightedSum: 1000, weight: 1000 }];
    expect(() => stepRecoveryTest(newRecoveryTest(design), giant, design)).toThrow(
      'maxWeightedSum = 4.25 is exceeded by a cluster at 1000',
    );
    expect(() => newRecoveryTest({ ...design, recoveryRatio: 1 })).toThrow('recoveryRatio must exceed 1, got 1');
    expect(() => newRecoveryTest({ ...design, baselineRate: 0.8 })).toThrow('recoveryRatio x baselineRate must lie strictly');
    expect(() => stepRecoveryTest({ logE: [0] }, [], design)).toThrow('state must hold 5 stakes, got 1');
  });

  it('stays a number at any evidence', () => expect(recoveryEValue({ logE: [900, 900, 900, 900, 900] })).toBe(Number.MAX_VALUE));
});
