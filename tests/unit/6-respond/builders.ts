import type { Alert } from '../../../src/domain/alert.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import type { Rollback } from '../../../src/domain/rollback.ts';

export const at = (hour: number) => new Date(Date.UTC(2026, 3, 25, hour));

export const findingOf = (over: Partial<Finding> = {}): Finding => ({
  cell: {
    version: 'boreas',
    dimension: 'concrete.flattery' as Finding['cell']['dimension'],
    cohort: { facet: 'all', value: 'all' },
  },
  baseline: 'atlas',
  verdict: 'drifted',
  cause: 'model',
  because: '2.3 % to 4.8 %',
  eValue: 120_000,
  threshold: 14_580,
  rate: { value: 0.048, low: 0.041, high: 0.056, n: 3_600 },
  baselineRate: { value: 0.023, low: 0.02, high: 0.026, n: 41_000 },
  ratio: { value: 2.1, low: 1.7, high: 2.6 },
  onset: { at: at(6), low: at(3), high: at(8) },
  at: at(10),
  ...over,
});

export const alertOf = (over: Partial<Alert> = {}): Alert => ({
  id: 'al-1',
  state: 'firing',
  severity: 'page',
  dimension: 'concrete.flattery',
  version: 'boreas',
  baseline: 'atlas',
  cohort: { facet: 'all', value: 'all' },
  cause: 'model',
  rate: { value: 0.048, low: 0.041, high: 0.056, n: 3_600 },
  baseline_rate: { value: 0.023, low: 0.02, high: 0.026, n: 41_000 },
  ratio: { value: 2.1, low: 1.7, high: 2.6 },
  withheld: null,
  evidence: { e_value: 120_000, threshold: 14_580, guarantee: 'at most 0.5 false alarms a year' },
  onset: { at: '2026-04-25T06:00:00.000Z', low: '2026-04-25T03:00:00.000Z', high: '2026-04-25T08:00:00.000Z' },
  fired_at: '2026-04-25T10:12:00.000Z',
  acknowledged_at: null,
  acknowledged_by: null,
  resolved_at: null,
  divergence: { thumbs_up_ratio: 1.03 },
  recommendation: { action: 'rollback', to: 'atlas' },
  simulated: false,
  ...over,
});

export const rollbackOf = (over: Partial<Rollback> = {}): Rollback => ({
  id: 'rb-1',
  alertId: 'al-1',
  from: 'boreas',
  to: 'atlas',
  state: 'planned',
  plannedBy: 'Robin',
  plannedAt: at(11),
  approvedBy: null,
  approvedAt: null,
  executedAt: null,
  verifiedAt: null,
  recoveryEValue: null,
  note: null,
  ...over,
});
