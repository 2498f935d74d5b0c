import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addClusters, clampRate, estimateArm, fromJson, newCellState, toJson } from '../../../src/5-detect/cell-state.ts';
import { stepCell } from '../../../src/5-detect/step-cell.ts';
import { hajekMean } from '../../../src/stats/hajek.ts';
import { batchOf, usersOf } from './builders.ts';

const none = newCellState(0.05, 10).live;

describe('what a cell remembers', () => {
  it('comes back from storage as it was, an empty detector too', () => {
    for (const state of [newCellState(0.05, 10), newCellState(0.05, 0), stepCell(newCellState(0.05, 0), batchOf())?.state]) {
      expect(state).toBeDefined();
      expect(fromJson(JSON.parse(JSON.stringify(toJson(state!))))).toEqual(state);
    }
  });

  it('an empty detector is minus infinity, which JSON does not have', () => {
    const stored = JSON.stringify(toJson(newCellState(0.05, 0)));
    expect(stored).toContain('[null,null,null,null,null,null,null,null]');
    expect(fromJson(JSON.parse(stored)).detector.logR).toEqual(new Array(8).fill(Number.NEGATIVE_INFINITY));
  });

  it('begins with a prior of 2,000 conversations at the rate LKG has had', () => {
    const state = newCellState(0.02, 10);
    expect(state.harm).toBeCloseTo(40, 12);
    expect(state.conversations).toBe(2_000);
    expect(state.detector.logR).toEqual(new Array(8).fill(Math.log(10)));
    expect(state.sameRater).toBe(true);
  });

  it.each([
    [0, 0.000_1],
    [0.05, 0.05],
    [1, 0.9],
  ])('a rate of %d is kept as %d, where bets are defined', (rate, kept) => {
    expect(clampRate(rate)).toBe(kept);
    expect(newCellState(rate, 0).harm).toBeCloseTo(kept * 2_000, 9);
  });

  it('has no rate before anything was scored', () => {
    expect(estimateArm(none)).toBeNull();
  });

  it('its running sums give the weighted mean of all clusters, however they came in batches', () => {
    const cluster = fc
      .record({ weight: fc.double({ min: 0.5, max: 50, noNaN: true }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
      .map(({ weight, share }) => ({ weight, weightedSum: weight * share }));
    fc.assert(
      fc.property(fc.array(cluster, { minLength: 2, maxLength: 30 }), fc.nat(30), (clusters, cut) => {
        const first = addClusters(none, clusters.slice(0, cut), Math.min(cut, clusters.length), 1);
        const sums = addClusters(first, clusters.slice(cut), Math.max(0, clusters.length - cut), 1);
        const units = clusters.map((each, i) => ({
          value: each.weightedSum / each.weight,
          weight: each.weight,
          cluster: `${i}`,
        }));
        const expected = hajekMean(units);
        const arm = estimateArm(sums);
        expect(arm?.n).toBe(clusters.length);
        expect(arm?.rate).toBeCloseTo(expected?.estimate ?? Number.NaN, 9);
        // The same ultimate-cluster variance, without the factor k / (k - 1) that running sums cannot carry exactly.
        const k = clusters.length;
        expect(arm?.variance).toBeCloseTo(((expected?.variance ?? Number.NaN) * (k - 1)) / k, 9);
      }),
    );
  });

  it.each([
    [10, 0],
    [10, 10],
  ])('of %d conversations with %d harms the effective size is their number', (n, harms) => {
    expect(estimateArm(addClusters(none, usersOf(n, harms), n, 1))).toMatchObject({ rate: harms / n, variance: 0, n, nEff: n });
  });
});
