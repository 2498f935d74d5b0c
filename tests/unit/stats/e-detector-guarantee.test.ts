import { describe, expect, it } from 'vitest';
import { alarmThreshold } from '../../../src/stats/alarm-threshold.ts';
import { betRatios, type ClusterSum, contrastBets, logBatchFactors } from '../../../src/stats/contrast-bet.ts';
import { logValue, newEDetector, stepEDetector } from '../../../src/stats/e-detector.ts';
import { judgePseudoValue } from '../../../src/stats/pseudo-value.ts';
import { meanAndError, seededRandom, sum, userHarms } from './random.ts';

const ICC = 0.1;

/**
 * A hostile quiet world. Users of 1-5 conversations and three levels of risk, both arms with the same people (live has twice as
 * many); whole users drawn by coins that favour the risky, each conversation judged by a second coin; a common prevalence
 * that swings by a factor of up to 6; and the bets centred on a fixed rate that is usually too low (too high would hide a failure to cancel).
 */
const CENTRE = 0.04;
const kinds = [
  { risk: 0.2, pi: 0.3, screen: 0.01 },
  { risk: 1, pi: 0.5, screen: 0.03 },
  { risk: 4, pi: 0.8, screen: 0.2 },
];
const PI_JUDGE = 0.7;
const people = Array.from({ length: 30 }, (_, i) => ({ size: 1 + (i % 5), kind: kinds[[0, 0, 0, 1, 1, 2][i % 6]!]! }));
const conversations = sum(people.map((p) => p.size));

function sampleArm(random: () => number, prevalence: number, copies: number): ClusterSum[] {
  const clusters: ClusterSum[] = [];
  for (let copy = 0; copy < copies; copy++) {
    for (const { size, kind } of people) {
      if (random() >= kind.pi) continue;
      const psi = userHarms(random, size, Math.min(0.9, prevalence * kind.risk), ICC).map((judge) =>
        judgePseudoValue({ screen: kind.screen, judge: random() < PI_JUDGE ? judge : null, piJudge: PI_JUDGE, lambda: 1 }),
      );
      clusters.push({ weightedSum: sum(psi) / kind.pi, weight: size / kind.pi });
    }
  }
  return clusters;
}

const lowest = Math.max(...kinds.map((k) => (5 * (CENTRE + k.screen * (1 / PI_JUDGE - 1))) / k.pi));
const highest = Math.max(...kinds.map((k) => (5 * (k.screen + (1 - k.screen) / PI_JUDGE - CENTRE)) / k.pi));
const design = {
  m: CENTRE,
  r0: 1,
  nuLive: 78,
  nuBaseline: 39,
  // Generous, so that four of the eight stakes stay below the clip and differ.
  deffLive: 5,
  deffBaseline: 5,
  nTrafficLive: 2 * conversations,
  nTrafficBaseline: conversations,
  maxNegativeLive: lowest,
  maxPositiveBaseline: highest,
};
function quietBatch(random: () => number, day: number, kappas: readonly number[]): number[] {
  const prevalence = 0.05 * Math.exp(0.4 * Math.sin(day / 5)) * (random() < 0.1 ? 3 : 1);
  return logBatchFactors({
    ...design,
    kappas,
    live: sampleArm(random, prevalence, 2),
    baseline: sampleArm(random, prevalence, 1),
  });
}

/** METHOD's plain world: an hour of 7 users of 1-5 conversations, all judged: 504 conversations a day on average. */
function hourOf(random: () => number, prevalence: number, icc = ICC): number[][] {
  return Array.from({ length: 7 }, () => userHarms(random, 1 + Math.floor(random() * 5), prevalence, icc));
}
const perUser = (users: number[][]): ClusterSum[] => users.map((y) => ({ weightedSum: sum(y), weight: y.length }));
const perConversation = (users: number[][]): ClusterSum[] => users.flat().map((y) => ({ weightedSum: y, weight: 1 }));
const weightOf = (clusters: readonly ClusterSum[]): number => sum(clusters.map((c) => c.weight));

function plainFactors(live: ClusterSum[], baseline: ClusterSum[], m: number): number[] {
  const batch = { m, r0: 1, nTrafficLive: weightOf(live), nTrafficBaseline: weightOf(baseline) };
  const expected = { nuLive: 21, nuBaseline: 21, deffLive: 1.267, deffBaseline: 1.267 };
  const kappas = contrastBets({ ...batch, ...expected, maxNegativeLive: m * 5, maxPositiveBaseline: (1 - m) * 5 });
  return logBatchFactors({ ...batch, kappas, live, baseline });
}

describe('the guarantee of the alarm', () => {
  const kappas = contrastBets(design);

  it('holds over simulated quiet years: factors average at most 1, false alarms stay under their bound', () => {
    const random = seededRandom(31);
    const years = 100;
    const alphaTotal = 0.2;
    const c = alarmThreshold({ alphaTotal, share: 1, headStartDays: 0, deploymentsPerYear: 0 });
    const factors = betRatios.map((): number[] => []);
    let falseAlarms = 0;
    for (let year = 0; year < years; year++) {
      let state = newEDetector(betRatios.length, 0);
      let alarmed = false;
      for (let day = 0; day < 365; day++) {
        const logFactors = quietBatch(random, day, kappas);
        for (const [k, log] of logFactors.entries()) factors[k]!.push(Math.exp(log));
        state = stepEDetector(state, { logFactors, startMass: 1 });
        alarmed ||= logValue(state) >= Math.log(c);
      }
      if (alarmed) falseAlarms++;
    }
    for (const [k, values] of factors.entries()) {
      const { mean, se } = meanAndError(values);
      expect(mean, `mean factor of the bet on x${betRatios[k]}, se ${se}`).toBeLessThanOrEqual(1 + 3 * se);
    }
    const frequency = falseAlarms / years;
    const bound = alphaTotal + 3 * Math.sqrt((alphaTotal * (1 - alphaTotal)) / years);
    expect(frequency, `false alarms a year, bound ${alphaTotal}`).toBeLessThanOrEqual(bound);
    expect(frequency, 'a test that cannot alarm proves nothing').toBeGreaterThan(0);
  });

  it('is lost with one factor per conversation: clustered quiet data then pay', () => {
    const random = seededRandom(32);
    const hours = Array.from({ length: 5000 }, () => [hourOf(random, 0.1, 0.3), hourOf(random, 0.1, 0.3)] as const);
    const pays = (clusters: (users: number[][]) => ClusterSum[]): { mean: number; se: number } =>
      meanAndError(hours.map(([live, baseline]) => Math.exp(plainFactors(clusters(live), clusters(baseline), 0.1)[4]!)));
    const honest = pays(perUser);
    const naive = pays(perConversation);
    expect(honest.mean).toBeLessThanOrEqual(1 + 3 * honest.se);
    expect(naive.mean).toBeGreaterThan(1 + 3 * naive.se);
  });
});

describe('the speed of the alarm', () => {
  it('finds a doubling from 10 % in about 1.4 days (METHOD 9.3: 504 judged a day in each arm, change at day 30)', () => {
    const random = seededRandom(93);
    const logC = Math.log(365 / 0.05);
    const changeHour = 24 * 30;
    const forget = 0.5 ** (1 / (24 * 14));
    const delays: number[] = [];
    let earlyAlarms = 0;
    for (let run = 0; run < 100; run++) {
      let state = newEDetector(betRatios.length, 0);
      let harms = 200;
      let rated = 2000;
      for (let hour = 1; hour < changeHour + 24 * 60; hour++) {
        const m = harms / rated;
        const live = perUser(hourOf(random, hour > changeHour ? 0.2 : 0.1));
        const baseline = perUser(hourOf(random, 0.1));
        state = stepEDetector(state, { logFactors: plainFactors(live, baseline, m), startMass: 1 / 24 });
        if (logValue(state) >= logC) {
          if (hour > changeHour) delays.push((hour - changeHour) / 24);
          else earlyAlarms++;
          break;
        }
        harms = forget * harms + sum([...live, ...baseline].map((u) => u.weightedSum));
        rated = forget * rated + weightOf(live) + weightOf(baseline);
      }
    }
    const { mean } = meanAndError(delays);
    expect(delays.length + earlyAlarms, 'every doubling is found').toBe(100);
    expect(mean, 'measured 1.45, se 0.03').toBeGreaterThan(1.15);
    expect(mean).toBeLessThan(1.65);
    expect(earlyAlarms).toBeLessThanOrEqual(5);
  });
});
