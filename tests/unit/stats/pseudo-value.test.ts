import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgePseudoValue, threePhasePseudoValue } from '../../../src/stats/pseudo-value.ts';
import { expectClose } from './close.ts';
import { vector } from './vectors.ts';

type Phases = {
  f: number[];
  g: (number | null)[];
  y: (number | null)[];
  in2: number[];
  pi2: number[];
  in3: number[];
  pi3: (number | null)[];
  lam1: number;
  lam2: number;
};
const unit = fc.double({ min: 0, max: 1, noNaN: true });
const probability = fc.double({ min: 0.05, max: 1, noNaN: true });

describe('pseudo-values', () => {
  it('agree with the reference for a judged, an unjudged and a human-labelled conversation', () => {
    const { input, expected, tol } = vector<Phases, number[]>('pseudo_values');
    for (const [i, psi] of expected.entries()) {
      const actual = threePhasePseudoValue({
        screen: input.f[i]!,
        judge: input.in2[i] ? input.g[i]! : null,
        piJudge: input.pi2[i]!,
        human: input.in3[i] ? input.y[i]! : null,
        piHuman: input.pi3[i]!,
        lambdaScreen: input.lam1,
        lambdaJudge: input.lam2,
      });
      expectClose(actual, psi, tol);
    }
  });

  it('answer the example of the docstring', () => {
    expectClose(judgePseudoValue({ screen: 0.1, judge: 1, piJudge: 0.5, lambda: 0.7 }), 1.93, 1e-12);
  });

  it('average to the judge label over the coin, whatever the screen says', () => {
    fc.assert(
      fc.property(unit, unit, probability, fc.double({ min: 0, max: 2, noNaN: true }), (screen, judge, piJudge, lambda) => {
        const taken = judgePseudoValue({ screen, judge, piJudge, lambda });
        const notTaken = judgePseudoValue({ screen, judge: null, piJudge, lambda });
        expectClose(piJudge * taken + (1 - piJudge) * notTaken, judge, 1e-9);
      }),
    );
  });

  it('average to the human label over both coins, whatever screen and judge say', () => {
    fc.assert(
      fc.property(unit, unit, unit, probability, probability, (screen, judge, human, piJudge, piHuman) => {
        const base = { screen, piJudge, piHuman, lambdaScreen: 0.7, lambdaJudge: 0.9 };
        const both = threePhasePseudoValue({ ...base, judge, human });
        const judged = threePhasePseudoValue({ ...base, judge, human: null });
        const neither = threePhasePseudoValue({ ...base, judge: null, human: null });
        const mean = piJudge * (piHuman * both + (1 - piHuman) * judged) + (1 - piJudge) * neither;
        expectClose(mean, human, 1e-8);
      }),
    );
  });

  it('are the label itself when everything is judged', () => {
    expect(judgePseudoValue({ screen: 0.4, judge: 1, piJudge: 1, lambda: 0 })).toBe(1);
  });

  it('refuse a zero probability, a label outside [0, 1], and a human who saw an unjudged conversation', () => {
    const three = { screen: 0.1, judge: null, piJudge: 0.5, human: null, piHuman: null, lambdaScreen: 1, lambdaJudge: 1 };
    expect(() => judgePseudoValue({ screen: 0.1, judge: 1, piJudge: 0, lambda: 1 })).toThrow('piJudge must lie in (0, 1], got 0');
    expect(() => judgePseudoValue({ screen: 0.1, judge: 2, piJudge: 1, lambda: 1 })).toThrow('judge must lie in [0, 1], got 2');
    expect(() => threePhasePseudoValue({ ...three, human: 1, piHuman: 0.5 })).toThrow(
      'human must be null where judge is null, got 1',
    );
    expect(() => threePhasePseudoValue({ ...three, judge: 1, human: 1 })).toThrow(
      'piHuman must be given where human is, got null',
    );
  });
});
