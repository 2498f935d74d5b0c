import { describe, expect, it } from 'vitest';
import { clopperPearsonInterval } from '../../../src/stats/clopper-pearson.ts';
import { designInterval } from '../../../src/stats/design-interval.ts';
import { hajekMean } from '../../../src/stats/hajek.ts';
import { kornGraubardInterval } from '../../../src/stats/korn-graubard.ts';
import { expectClose } from './close.ts';
import { vector } from './vectors.ts';

const surveyed = { rate: 0.1, n: 200, nEff: 120, df: 18, confidence: 0.95 };

describe('kornGraubardInterval', () => {
  it('agrees with R svyciprop(method = "beta") when not truncated', () => {
    type Survey = { y: number[]; w: number[]; cluster: number[] };
    const { input, expected, tol } = vector<Survey & { stratum: number[] }, { lo: number; hi: number }>('korn_graubard_beta');
    const mean = hajekMean(
      input.y.map((value, i) => ({ value, weight: input.w[i]!, cluster: `${input.cluster[i]}`, stratum: `${input.stratum[i]}` })),
    )!;
    const { low, high } = kornGraubardInterval({
      rate: mean.estimate,
      n: mean.n,
      nEff: mean.nEff,
      df: mean.df,
      confidence: 0.95,
      truncate: false,
    });
    expectClose(low, expected.lo, tol);
    expectClose(high, expected.hi, tol);
  });

  it('answers the example of its docstring', () => {
    const { low, high } = kornGraubardInterval(surveyed);
    expectClose(low, 0.0502, 5e-5);
    expectClose(high, 0.1737, 5e-5);
  });

  it('is Clopper-Pearson at n when there was no harm', () => {
    expect(kornGraubardInterval({ ...surveyed, rate: 0 })).toEqual(
      clopperPearsonInterval({ count: 0, n: 200, confidence: 0.95 }),
    );
  });

  it('is wider than the displayed interval', () => {
    const cautious = kornGraubardInterval(surveyed);
    const shown = designInterval(surveyed);
    expect(cautious.high - cautious.low).toBeGreaterThan(shown.high - shown.low);
  });

  it('ignores a flattering design effect unless told otherwise', () => {
    const flattered = { ...surveyed, nEff: 400 };
    expect(kornGraubardInterval(flattered)).toEqual(clopperPearsonInterval({ count: 20, n: 200, confidence: 0.95 }));
    expect(kornGraubardInterval({ ...flattered, truncate: false }).high).toBeLessThan(kornGraubardInterval(flattered).high);
  });
});
