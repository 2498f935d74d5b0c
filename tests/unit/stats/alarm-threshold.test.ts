import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alarmThreshold, headStartDays } from '../../../src/stats/alarm-threshold.ts';
import { expectClose } from './close.ts';

const budget = { alphaTotal: 0.5, share: 0.1, headStartDays: 14, deploymentsPerYear: 26 };

describe('alarmThreshold', () => {
  it('answers the example of its docstring', () => expectClose(alarmThreshold(budget), 14580, 1e-9));

  it('is 7300 for one cell at 5 % a year without head starts', () => {
    expectClose(alarmThreshold({ alphaTotal: 0.05, share: 1, headStartDays: 0, deploymentsPerYear: 0 }), 7300, 1e-9);
  });

  it('spends the budget exactly: the false-alarm bounds of all cells sum to alphaTotal', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (parts) => {
        const total = parts.reduce((s, p) => s + p, 0);
        const bounds = parts.map((p) => (365 + 26 * 14) / alarmThreshold({ ...budget, share: p / total }));
        expectClose(
          bounds.reduce((s, b) => s + b, 0),
          0.5,
          1e-9,
        );
      }),
    );
  });

  it('refuses no budget and no share', () => {
    expect(() => alarmThreshold({ ...budget, alphaTotal: 0 })).toThrow('alphaTotal must be positive and finite, got 0');
    expect(() => alarmThreshold({ ...budget, share: 0 })).toThrow('share must lie in (0, 1], got 0');
    expect(() => alarmThreshold({ ...budget, headStartDays: -1 })).toThrow('headStartDays must be finite and at least 0, got -1');
  });
});

describe('headStartDays', () => {
  it('is 90 days for rare deployments and shares out the year among frequent ones', () => {
    expect([0, 1, 4].map(headStartDays)).toEqual([90, 90, 90]);
    expectClose(headStartDays(26), 14.038461538461538, 1e-12);
    expectClose(headStartDays(365), 1, 1e-12);
  });

  it('refuses a negative number of deployments', () => {
    expect(() => headStartDays(-1)).toThrow('deploymentsPerYear must be finite and at least 0, got -1');
  });
});
