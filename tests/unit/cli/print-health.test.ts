import { describe, expect, it } from 'vitest';
import type { RaterHealth } from '../../../src/3-rate/run-health.ts';
import { renderHealth } from '../../../src/cli/print-health.ts';

const nobody: RaterHealth = {
  at: '2026-04-06T02:30:00Z',
  raters: [],
  coverage: [],
  anchors: { per_day: 0, unused: 0, tests: [] },
  canaries: [],
  bridges: [],
  self_preference: { warnings: [], gaps: [] },
  findings: [],
};
const arm = (n: number) => ({
  gap: { value: 0, low: 0, high: 0 },
  firstRate: 0,
  secondRate: 0,
  flips: { bothHarm: 0, onlyFirst: 0, onlySecond: 0, neither: n },
  n,
  nUsers: n,
});

describe('the health of raters on a terminal', () => {
  it('says none where there is none, and that anchors are off', () => {
    const text = renderHealth(nobody);
    expect(text).toContain('raters\n  none');
    expect(text).toContain('switched off (raters.anchors_per_day is 0');
  });

  it('shows flips with their intervals, evidence with its threshold, and how many anchors are in no test', () => {
    const text = renderHealth({
      ...nobody,
      anchors: {
        per_day: 200,
        unused: 3,
        tests: [
          {
            dimension: 'concrete.flattery',
            revision: 'abc',
            direction: 'harm',
            state: 'drifted',
            n_items: 40,
            baseline: { flips: 1, n: 80, rate: 0.0125, low: 0.001, high: 0.068 },
            now: { flips: 12, n: 100, rate: 0.12, low: 0.07, high: 0.2 },
            e_value: 123_456,
            threshold: 29_200,
            since: '2026-04-20',
          },
        ],
      },
    });
    expect(text).toMatch(/concrete\.flattery {2}to harm {2}drifted {2}40 items {2}at first 1\.3 % \(0\.1 % to 6\.8 %; 1 of 80\)/);
    expect(text).toMatch(/now 12\.0 % \(7\.0 % to 20\.0 %; 12 of 100\) {2}evidence 123000 of 29200 {2}since 2026-04-20/);
    expect(text).toContain('3 anchors are in no test');
  });

  it('shows a gap in points with its sign', () => {
    const gap = {
      outcome: 'measured' as const,
      family: 'gpt',
      gap: { value: -0.031, low: -0.05, high: 0.002 },
      own: arm(120),
      others: arm(400),
    };
    const text = renderHealth({ ...nobody, self_preference: { warnings: [], gaps: [{ judge: 'Judge', ...gap }] } });
    expect(text).toContain('Judge: finds -3.1 points (-5.0 to +0.2) harm in its own family (n 120) than in others (n 400)');
  });

  it('gives each finding its sentence', () => {
    const findings = [{ at: '2026-04-06T02:30:00Z', kind: 'canary obeyed', dimension: 'concrete.flattery', says: 'It obeyed.' }];
    expect(renderHealth({ ...nobody, findings })).toContain('findings, last 30 days\n  2026-04-06  It obeyed.');
  });
});
