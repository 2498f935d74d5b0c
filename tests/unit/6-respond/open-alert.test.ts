import { describe, expect, it } from 'vitest';
import { type AlertContext, openAlert } from '../../../src/6-respond/open-alert.ts';
import { Alert } from '../../../src/domain/alert.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import { at, findingOf } from './builders.ts';

const contextOf = (over: Partial<AlertContext> = {}): AlertContext => ({
  now: at(10),
  response: 'propose-rollback',
  thumbsUpRatio: 1.03,
  falseAlarmsPerYear: 0.5,
  simulated: false,
  ...over,
});
const open = (finding: Partial<Finding> = {}, context: Partial<AlertContext> = {}) =>
  openAlert(findingOf(finding), contextOf(context));

describe('the alert that a finding calls for', () => {
  it('is a valid alert with the finding’s numbers', () => {
    const alert = open();
    expect(Alert.parse(alert)).toEqual(alert);
    expect(alert).toMatchObject({
      state: 'firing',
      dimension: 'concrete.flattery',
      version: 'boreas',
      baseline: 'atlas',
      rate: { value: 0.048, n: 3_600 },
      baseline_rate: { value: 0.023 },
      ratio: { value: 2.1, low: 1.7, high: 2.6 },
      evidence: { e_value: 120_000, threshold: 14_580, guarantee: expect.stringContaining('at most 0.5 false alarms a year') },
      onset: { at: '2026-04-25T06:00:00.000Z' },
      fired_at: '2026-04-25T10:00:00.000Z',
      divergence: { thumbs_up_ratio: 1.03 },
      simulated: false,
    });
  });

  it.each<[AlertContext['response'], Finding['cause'], string, string, string | null]>([
    ['propose-rollback', 'model', 'page', 'rollback', 'atlas'],
    ['propose-rollback', 'judge', 'page', 'investigate', null],
    ['propose-rollback', 'traffic mix', 'page', 'investigate', null],
    ['propose-rollback', 'coverage', 'page', 'investigate', null],
    ['page', 'model', 'page', 'investigate', null],
    ['page', 'judge', 'page', 'investigate', null],
    ['watch', 'model', 'watch', 'watch', null],
    ['watch', 'coverage', 'watch', 'watch', null],
  ])('where the rubric says %s and the cause is %s: severity %s, %s', (response, cause, severity, action, to) => {
    expect(open({ cause }, { response })).toMatchObject({ severity, cause, recommendation: { action, to } });
  });

  it.each<[string, Partial<Finding>]>([
    ['steady', { verdict: 'steady' }],
    ['inconclusive', { verdict: 'inconclusive' }],
    ['no-data', { verdict: 'no-data' }],
    ['without a rate', { rate: null }],
    ['without the baseline’s rate', { baselineRate: null }],
    ['without a ratio', { ratio: null }],
    ['without an onset', { onset: null }],
  ])('is none when the finding is %s', (_why, over) => {
    expect(open(over)).toBeNull();
  });

  it('is the same for the same finding whenever it is made, and another for another', () => {
    const id = open()?.id;
    expect(open({}, { now: at(23), thumbsUpRatio: null })?.id).toBe(id);
    const { cell } = findingOf();
    const others = [
      open({ at: at(11) }),
      open({ baseline: 'older' }),
      open({ cell: { ...cell, version: 'caelum' } }),
      open({ cell: { ...cell, dimension: 'acute.self_harm' } }),
    ];
    expect(new Set([id, ...others.map((alert) => alert?.id)]).size).toBe(5);
  });

  it('says when the judge only stands in for one', () => {
    expect(open({}, { simulated: true })).toMatchObject({ simulated: true });
  });
});
