import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contrastGrowth } from '../../../src/stats/growth.ts';
import { expectClose } from './close.ts';

const plan = { pLive: 0.2, pBaseline: 0.1, nLivePerDay: 504, nBaselinePerDay: 504, deff: 1.267 };

describe('contrastGrowth', () => {
  it('answers the example of its docstring', () => expectClose(contrastGrowth(plan), 7.929, 5e-4));

  it('plans a doubling from 10 % at log(c g)/g = 1.4 days, as simulated in METHOD 9.3', () => {
    const g = contrastGrowth(plan);
    expectClose(Math.log(7300 * g) / g, 1.4, 0.1);
  });

  it('is proportional to the calls a day and to 1/deff', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 20, noNaN: true }), (times) => {
        const more = { ...plan, nLivePerDay: 504 * times, nBaselinePerDay: 504 * times };
        expectClose(contrastGrowth(more) / contrastGrowth(plan), times, 1e-9);
        expectClose(contrastGrowth({ ...plan, deff: plan.deff * times }) * times, contrastGrowth(plan), 1e-9);
      }),
    );
  });

  it('is nothing for equal rates, and less for a smaller control', () => {
    expect(contrastGrowth({ ...plan, pLive: 0.1 })).toBeLessThan(1e-12);
    expect(contrastGrowth({ ...plan, nBaselinePerDay: 144 })).toBeLessThan(contrastGrowth(plan));
  });

  it('refuses a rate of 0 and no conversations', () => {
    expect(() => contrastGrowth({ ...plan, pBaseline: 0 })).toThrow('pBaseline must lie strictly between 0 and 1, got 0');
    expect(() => contrastGrowth({ ...plan, nLivePerDay: 0 })).toThrow('nLivePerDay must be positive and finite, got 0');
  });
});
