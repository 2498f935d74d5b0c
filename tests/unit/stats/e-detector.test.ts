import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EDetectorState, logValue, newEDetector, stepEDetector } from '../../../src/stats/e-detector.ts';
import { expectClose } from './close.ts';
import { sum } from './random.ts';
import { vector } from './vectors.ts';

type Path = { log_value_path: number[] };
const run = (factors: readonly number[][], startMass: number, headStart = 0): EDetectorState[] => {
  let state = newEDetector(factors[0]!.length, headStart);
  return factors.map((logFactors) => {
    state = stepEDetector(state, { logFactors, startMass });
    return state;
  });
};

describe('the e-detector', () => {
  it('follows stcpR6 on Bernoulli data', () => {
    const { input, expected, tol } = vector<{ x: number[]; m_pre: number; p_post: number }, Path>('stcp_bernoulli_SR');
    const bet = (input.p_post - input.m_pre) / (input.m_pre * (1 - input.m_pre));
    const states = run(
      input.x.map((x) => [Math.log1p(bet * (x - input.m_pre))]),
      1,
    );
    for (const [t, state] of states.entries()) expectClose(logValue(state), expected.log_value_path[t]!, tol);
  });

  it('is an ordinary e-process with head start 1 and no new mass, as stcpR6 has it', () => {
    const { input, expected, tol } = vector<{ x: number[]; m_pre: number; p_post: number }, Path>('stcp_bernoulli_ST');
    const bet = (input.p_post - input.m_pre) / (input.m_pre * (1 - input.m_pre));
    const states = run(
      input.x.map((x) => [Math.log1p(bet * (x - input.m_pre))]),
      0,
      1,
    );
    for (const [t, state] of states.entries()) expectClose(logValue(state), expected.log_value_path[t]!, tol);
  });

  it('follows stcpR6 bet by bet in a mixture (whose weights are its own)', () => {
    type Mixture = { x: number[]; m_pre: number; exp_lambdas: number[]; weights: number[] };
    const { input, expected, tol } = vector<Mixture, Path>('stcp_bernoulli_SR_mixture');
    const m = input.m_pre;
    const states = run(
      input.x.map((x) => input.exp_lambdas.map((l) => l * x - Math.log(1 - m + m * Math.exp(l)))),
      1,
    );
    for (const [t, state] of states.entries()) {
      const mixed = Math.log(sum(state.logR.map((logR, k) => input.weights[k]! * Math.exp(logR))));
      expectClose(mixed, expected.log_value_path[t]!, tol);
    }
  });

  it('counts the capital laid out when the factors say nothing', () => {
    const states = run(
      Array.from({ length: 48 }, () => [0, 0, 0]),
      1 / 24,
      10,
    );
    expectClose(Math.exp(logValue(states.at(-1)!)), 12, 1e-9);
  });

  it('answers the example of its docstring', () => {
    const { logR } = stepEDetector(newEDetector(1, 0), { logFactors: [Math.log(3)], startMass: 1 });
    expectClose(logR[0]!, Math.log(3), 1e-15);
  });

  it('is never lowered by better evidence', () => {
    const factor = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(fc.array(factor, { minLength: 1, maxLength: 20 }), fc.nat(), (factors, at) => {
        const better = factors.map((f, i) => (i === at % factors.length ? f + 0.1 : f));
        const value = (fs: number[]): number =>
          logValue(
            run(
              fs.map((f) => [f]),
              1,
            ).at(-1)!,
          );
        expect(value(better)).toBeGreaterThan(value(factors));
      }),
    );
  });

  it('keeps counting where the evidence itself would overflow', () => {
    const states = run(
      Array.from({ length: 100 }, () => [50]),
      1,
    );
    expectClose(logValue(states.at(-1)!), 5000, 1e-9);
  });

  it('leaves the old state as it was', () => {
    const before = newEDetector(2, 5);
    stepEDetector(before, { logFactors: [1, -1], startMass: 1 });
    expect(before).toEqual(newEDetector(2, 5));
  });

  it('refuses a factor per bet too few, a factor of zero, and negative capital', () => {
    const state = newEDetector(2, 0);
    expect(() => stepEDetector(state, { logFactors: [0], startMass: 1 })).toThrow('one entry per bet (2), got 1');
    expect(() => stepEDetector(state, { logFactors: [0, -Infinity], startMass: 1 })).toThrow(
      'logFactors must be finite, got -Infinity',
    );
    expect(() => stepEDetector(state, { logFactors: [0, 0], startMass: -1 })).toThrow(
      'startMass must be finite and at least 0, got -1',
    );
    expect(() => newEDetector(0, 1)).toThrow('nBets must be a positive integer, got 0');
    expect(() => newEDetector(8, -1)).toThrow('headStart must be finite and at least 0, got -1');
  });
});
