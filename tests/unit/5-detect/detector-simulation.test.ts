import { describe, expect, it } from 'vitest';
import { type BatchUnit, sumArm } from '../../../src/5-detect/arm-batch.ts';
import { newCellState } from '../../../src/5-detect/cell-state.ts';
import { type ArmDesign, stepCell } from '../../../src/5-detect/step-cell.ts';
import { everybody } from '../../../src/domain/cell.ts';
import { seededRandom, userHarms } from '../stats/random.ts';
import { unitOf } from './builders.ts';

/**
 * Whole chains of batches, from units to the alarm. Users say one to five things an hour and resemble themselves; a share of
 * their conversations is sampled by independent coins. P(alarm within n days) <= (head start + n)/threshold.
 */
const prevalence = 0.1;
const icc = 0.3;
const users = 7;
const pi = 0.7;
const days = 30;
const head_start = 10;
const threshold = (head_start + days) / 0.05;

type Arm = { readonly units: BatchUnit[]; readonly design: ArmDesign };

function simulateArm(random: () => number, version: string, hour: number, rate: number): Arm {
  const units: BatchUnit[] = [];
  let n = 0;
  let most = 0;
  for (let user = 0; user < users; user += 1) {
    const size = 1 + Math.floor(random() * 5);
    n += size;
    most = Math.max(most, size);
    for (const harm of userHarms(random, size, rate, icc)) {
      if (random() < pi) units.push(unitOf({ version, userKey: `${version} ${hour} ${user}`, weight: 1 / pi, harm: harm === 1 }));
    }
  }
  return { units, design: { n, nu: n * pi, maxUserWeight: most / pi } };
}

/** The hour of the alarm, or null. `ratioAt` gives the live rate over the baseline's. */
function runChain(seed: number, ratioAt: (hour: number) => number, clusters: 'users' | 'conversations' = 'users'): number | null {
  const random = seededRandom(seed);
  let state = newCellState(prevalence, head_start);
  for (let hour = 0; hour < 24 * days; hour += 1) {
    // News, weekdays, a stricter judge: whatever moves both arms alike must not matter.
    const rate = prevalence * (1 + 0.5 * Math.sin(hour / 20));
    const live = simulateArm(random, 'live', hour, rate * ratioAt(hour));
    const baseline = simulateArm(random, 'baseline', hour, rate);
    const split = (units: BatchUnit[]) =>
      clusters === 'users' ? units : units.map((unit, i) => ({ ...unit, userKey: `${unit.userKey} ${i}` }));
    const next = stepCell(state, {
      live: { ...sumArm(split(live.units), everybody, 'live', 1), ...live.design },
      baseline: { ...sumArm(split(baseline.units), everybody, 'baseline', 1), ...baseline.design },
      r0: 1,
      startMass: 1 / 24,
      threshold,
    });
    if (next === null) continue;
    if (next.step.crossed) return hour;
    state = next.state;
  }
  return null;
}

const seeds = (n: number, from: number) => Array.from({ length: n }, (_, i) => from + i);

describe('a cell over a month of simulated hours', () => {
  it('seldom alarms where both versions are the same, whatever moves them both and however alike a person’s conversations are', () => {
    const alarms = seeds(60, 1_000).filter((seed) => runChain(seed, () => 1) !== null).length;
    // At most 5 % of chains are allowed: more than 6 of 60 would have a chance of under 4 % even at that.
    expect(alarms).toBeLessThanOrEqual(6);
  });

  it('would alarm too often if conversations of one person were taken as independent: the simulation can tell', () => {
    const alarms = seeds(60, 20_000).filter((seed) => runChain(seed, () => 1, 'conversations') !== null).length;
    expect(alarms).toBeGreaterThan(6);
  });

  it('finds a doubled rate within days, and seldom before it doubles', () => {
    const changed_at = 10 * 24;
    const delays = seeds(12, 5_000).map((seed) => {
      const hour = runChain(seed, (at) => (at < changed_at ? 1 : 2));
      return hour === null ? Number.POSITIVE_INFINITY : (hour - changed_at) / 24;
    });
    const found = delays.filter((delay) => delay >= 0).sort((a, b) => a - b);
    expect(found.length).toBeGreaterThanOrEqual(11);
    expect(found[5]).toBeLessThan(2);
    expect(found.at(-1)).toBeLessThan(5);
  });

  it('stays silent when the live version is better', () => {
    expect(seeds(6, 9_000).map((seed) => runChain(seed, () => 0.6))).toEqual(new Array(6).fill(null));
  });
});
