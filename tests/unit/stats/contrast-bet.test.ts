import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betRatios, type ClusterSum, contrastBets, logBatchFactors } from '../../../src/stats/contrast-bet.ts';
import { expectClose } from './close.ts';
import { vector } from './vectors.ts';

const hour = {
  m: 0.1,
  r0: 1,
  nuLive: 21,
  nuBaseline: 21,
  deffLive: 1.267,
  deffBaseline: 1.267,
  nTrafficLive: 210,
  nTrafficBaseline: 210,
  maxNegativeLive: 5,
  maxPositiveBaseline: 45,
};
const roomy = { ...hour, maxNegativeLive: 0, maxPositiveBaseline: 0 };

describe('contrastBets', () => {
  it('stakes delta/V on each ratio when no clip is near', () => {
    const variance = (2 * 0.09 * 1.267) / 21;
    for (const [k, kappa] of contrastBets(roomy).entries()) expectClose(kappa, ((betRatios[k]! - 1) * 0.1) / variance, 1e-12);
    expectClose(contrastBets(roomy)[4]!, 9.208, 0.001);
  });

  it('answers the example of its docstring, where the largest baseline user binds', () => {
    expectClose(contrastBets(hour)[4]!, 4.2, 1e-12);
    expectClose(contrastBets(hour)[0]!, 1.105, 0.001);
  });

  it('clips for the lowest live user too', () => {
    expectClose(contrastBets({ ...roomy, maxNegativeLive: 90 })[7]!, (0.9 * 210) / 90, 1e-12);
  });

  it('never stakes more when the sample is more clustered, or the ratio smaller', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 5, noNaN: true }), fc.double({ min: 1, max: 1.5, noNaN: true }), (deff, r0) => {
        const loose = contrastBets({ ...hour, r0, deffLive: deff, deffBaseline: deff });
        const tight = contrastBets({ ...hour, r0, deffLive: deff * 1.1, deffBaseline: deff * 1.1 });
        for (const [k, kappa] of tight.entries()) {
          expect(kappa).toBeLessThanOrEqual(loose[k]!);
          expect(kappa).toBeGreaterThan(0);
          if (k > 0) expect(kappa).toBeGreaterThanOrEqual(tight[k - 1]!);
        }
      }),
    );
  });

  it('leaves every user who keeps to the design a factor of at least 0.1', () => {
    const user = fc.record({
      size: fc.integer({ min: 1, max: 5 }),
      harms: fc.integer({ min: 0, max: 5 }),
      pi: fc.constantFrom(0.1, 0.5, 1),
    });
    fc.assert(
      fc.property(
        user,
        fc.double({ min: 0.005, max: 0.5, noNaN: true }),
        fc.double({ min: 1, max: 1.5, noNaN: true }),
        (u, m, r0) => {
          const design = { ...hour, m, r0, maxNegativeLive: (m * 5) / 0.1, maxPositiveBaseline: ((1 - m / r0) * 5) / 0.1 };
          const cluster: ClusterSum = { weightedSum: Math.min(u.harms, u.size) / u.pi, weight: u.size / u.pi };
          const batch = { ...design, kappas: contrastBets(design) };
          for (const log of logBatchFactors({ ...batch, live: [cluster], baseline: [] }))
            expect(log).toBeGreaterThan(Math.log(0.0999));
          for (const log of logBatchFactors({ ...batch, live: [], baseline: [cluster] }))
            expect(log).toBeGreaterThan(Math.log(0.0999));
        },
      ),
    );
  });

  it('refuses a batch without traffic, and an r0 below 1', () => {
    expect(() => contrastBets({ ...hour, nTrafficBaseline: 0 })).toThrow('nTrafficBaseline must be positive and finite, got 0');
    expect(() => contrastBets({ ...hour, r0: 0.9 })).toThrow('r0 must be finite and at least 1, got 0.9');
    expect(() => contrastBets({ ...hour, m: 0 })).toThrow('m must lie strictly between 0 and 1, got 0');
    expect(() => contrastBets({ ...hour, ratios: [1] })).toThrow('ratios must each exceed 1, got 1');
  });
});

type Batch = { live_SN: [number, number][]; lkg_SN: [number, number][]; lamL: number[]; lamK: number[]; mL: number; r0: number };
const clusters = (pairs: [number, number][]): ClusterSum[] => pairs.map(([weightedSum, weight]) => ({ weightedSum, weight }));

describe('logBatchFactors', () => {
  const batch = { kappas: [1, 3], m: 0.1, r0: 1.1, nTrafficLive: 200, nTrafficBaseline: 100 };
  const user = fc.record({
    weightedSum: fc.double({ min: 0, max: 5, noNaN: true }),
    weight: fc.double({ min: 1, max: 10, noNaN: true }),
  });
  const users = fc.array(user, { maxLength: 12 });

  it('agrees with the reference', () => {
    const { input, expected, tol } = vector<Batch, number[]>('contrast_batch');
    for (const [k, lamL] of input.lamL.entries()) {
      // The reference states bets per conversation: lamL = kappa/N_L and lamK = r0 kappa/N_K.
      const [log] = logBatchFactors({
        kappas: [lamL],
        m: input.mL,
        r0: input.r0,
        nTrafficLive: 1,
        nTrafficBaseline: (input.r0 * lamL) / input.lamK[k]!,
        live: clusters(input.live_SN),
        baseline: clusters(input.lkg_SN),
      });
      expectClose(log!, expected[k]!, tol);
    }
  });

  it('does not change with the order of users', () => {
    fc.assert(
      fc.property(users, users, (live, baseline) => {
        const there = logBatchFactors({ ...batch, live, baseline });
        const back = logBatchFactors({ ...batch, live: [...live].reverse(), baseline: [...baseline].reverse() });
        for (const [k, log] of there.entries()) expectClose(back[k]!, log, 1e-12);
      }),
    );
  });

  it('does not change when all weights and traffic are scaled together', () => {
    const tenfold = (u: ClusterSum): ClusterSum => ({ weightedSum: u.weightedSum * 10, weight: u.weight * 10 });
    fc.assert(
      fc.property(users, users, (live, baseline) => {
        const small = logBatchFactors({ ...batch, live, baseline });
        const large = logBatchFactors({
          ...batch,
          nTrafficLive: 2000,
          nTrafficBaseline: 1000,
          live: live.map(tenfold),
          baseline: baseline.map(tenfold),
        });
        for (const [k, log] of small.entries()) expectClose(large[k]!, log, 1e-12);
      }),
    );
  });

  it('rises with harm in the live arm and falls with harm in the baseline', () => {
    const calm = { weightedSum: 0, weight: 3 };
    const harmed = { weightedSum: 1, weight: 3 };
    const at = (live: ClusterSum, baseline: ClusterSum): number =>
      logBatchFactors({ ...batch, live: [live], baseline: [baseline] })[0]!;
    expect(at(harmed, calm)).toBeGreaterThan(at(calm, calm));
    expect(at(calm, harmed)).toBeLessThan(at(calm, calm));
  });

  it('is no evidence when nobody was sampled or nothing staked', () => {
    expect(logBatchFactors({ ...batch, live: [], baseline: [] })).toEqual([0, 0]);
    expect(logBatchFactors({ ...batch, kappas: [0], live: [{ weightedSum: 2, weight: 3 }], baseline: [] })).toEqual([0]);
  });

  it('refuses a cluster that would make a factor zero or less, and names the arm', () => {
    const heavy = [{ weightedSum: 50, weight: 50 }];
    expect(() => logBatchFactors({ ...batch, live: [], baseline: heavy })).toThrow(
      /^baseline: a cluster's factor must be positive, got -/,
    );
    expect(() => logBatchFactors({ ...batch, live: [{ weightedSum: 0, weight: 2000 }], baseline: [] })).toThrow(RangeError);
  });

  it('refuses a weight below zero and a negative stake', () => {
    expect(() => logBatchFactors({ ...batch, live: [{ weightedSum: 0, weight: -1 }], baseline: [] })).toThrow('weight must be');
    expect(() => logBatchFactors({ ...batch, kappas: [-1], live: [], baseline: [] })).toThrow('kappas must be');
  });
});
