import { describe, expect, it } from 'vitest';
import { type Need, neededPerDay } from '../../../../src/2-sample/design/needed-per-day.ts';
import { contrastGrowth } from '../../../../src/stats/growth.ts';

const need = (given: Partial<Need>): number =>
  neededPerDay({ rates: [{ rate: 0.1, deff: 1.2 }], shift: 1.25, days: 1, threshold: 10_000, ...given });
const plannedDays = (n: number, rate: number, shift: number, deff: number, threshold: number) => {
  const g = contrastGrowth({ pLive: rate * shift, pBaseline: rate, nLivePerDay: n, nBaselinePerDay: n, deff });
  return Math.log(threshold * g) / g;
};

describe('the conversations needed a day', () => {
  it.each([
    [0.1, 1.25, 1],
    [0.02, 1.25, 1],
    [0.02, 2, 7],
    [0.3, 1.5, 0.5],
  ])('at rate %f find a rise by %f in %f days, by the planning formula', (rate, shift, days) => {
    const n = need({ rates: [{ rate, deff: 1.3 }], shift, days });
    expect(plannedDays(n, rate, shift, 1.3, 10_000)).toBeCloseTo(days, 6);
  });
  it('are what the rarest harm needs', () => {
    const rare = { rate: 0.01, deff: 1 };
    expect(need({ rates: [{ rate: 0.2, deff: 1 }, rare] })).toBe(need({ rates: [rare] }));
  });
  it('grow with the design effect and shrink with patience', () => {
    expect(need({ rates: [{ rate: 0.1, deff: 2.4 }] })).toBeCloseTo(2 * need({}), 6);
    expect(need({ days: 7 })).toBeLessThan(need({}) / 5);
  });
  it('have no bound without rates, or with one that tells nothing', () => {
    expect(need({ rates: [] })).toBe(Infinity);
    expect(need({ rates: [{ rate: 0, deff: 1 }] })).toBe(Infinity);
    expect(need({ rates: [{ rate: 1, deff: 1 }] })).toBe(Infinity);
  });
  it('are finite for rates that a rise would take past 1', () => {
    expect(need({ rates: [{ rate: 0.95, deff: 1 }] })).toBeGreaterThan(0);
  });
  it('are at least one nat’s worth a period, whatever the threshold', () => {
    const perConversation = contrastGrowth({ pLive: 0.125, pBaseline: 0.1, nLivePerDay: 1, nBaselinePerDay: 1, deff: 1.2 });
    expect(need({ threshold: 1 }) * perConversation).toBeCloseTo(1, 9);
  });
  it('has an example that is right', () => expect(need({})).toBeCloseTo(8_929.92, 2));
});
