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
  people: { live: { inside: 900, outside: 0 }, baseline: { inside: 4_000, outside: 0 } },
  minUsers: 20,
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

  const people = (live: [number, number], baseline: [number, number]): Partial<AlertContext> => ({
    people: { live: { inside: live[0], outside: live[1] }, baseline: { inside: baseline[0], outside: baseline[1] } },
  });

  it.each<[string, Partial<AlertContext>, (keyof Alert)[]]>([
    ['enough people on both sides', people([20, 0], [20, 0]), []],
    ['a cohort and the rest of enough people each', people([20, 20], [20, 20]), []],
    ['too few in the live cell', people([19, 500], [900, 500]), ['rate', 'ratio']],
    ['too few in the baseline’s', people([900, 500], [19, 500]), ['baseline_rate', 'ratio']],
    ['too few in both', people([19, 0], [19, 0]), ['rate', 'baseline_rate', 'ratio']],
    ['a cohort of all but a few', people([900, 3], [900, 500]), ['rate', 'ratio']],
    ['nobody counted', people([0, 0], [0, 0]), ['rate', 'baseline_rate', 'ratio']],
  ])('with %s withholds what would tell of them, and fires all the same', (_what, context, withheld) => {
    const alert = open({}, context);
    expect(Alert.parse(alert)).toEqual(alert);
    const nulls = (['rate', 'baseline_rate', 'ratio'] as const).filter((field) => alert?.[field] === null);
    expect(nulls.sort()).toEqual([...withheld].sort());
    expect(alert?.withheld).toBe(withheld.length === 0 ? null : 'fewer than 20 people, here or in a cell beside it');
    const { people: _, ...rest } = contextOf();
    expect(alert).toMatchObject({
      state: 'firing',
      severity: 'page',
      evidence: { e_value: 120_000 },
      fired_at: rest.now.toISOString(),
      recommendation: { action: 'rollback', to: 'atlas' },
    });
  });

  it('stored before numbers could be withheld is read as one with all its numbers', () => {
    const { withheld: _, ...old } = open() ?? {};
    expect(Alert.parse(old)).toEqual(open());
  });

  it('says when the judge only stands in for one', () => {
    expect(open({}, { simulated: true })).toMatchObject({ simulated: true });
  });
});
