import { describe, expect, it } from 'vitest';
import { acknowledge, resolve } from '../../../src/6-respond/alert-lifecycle.ts';
import { approve, executed, failed, judgeRecovery, mayExecute, recovered_at } from '../../../src/6-respond/rollback-lifecycle.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import { StateError } from '../../../src/domain/errors.ts';
import { type RollbackState, rollbackStates } from '../../../src/domain/rollback.ts';
import { alertOf, at, rollbackOf } from './builders.ts';

const now = at(12);
const acknowledged = alertOf({ state: 'acknowledged', acknowledged_at: at(11).toISOString(), acknowledged_by: 'Robin' });
const resolved = alertOf({ state: 'resolved', resolved_at: at(11).toISOString() });

describe('the life of an alert', () => {
  it.each<[string, Alert, 'acknowledge' | 'resolve', Partial<Alert> | null]>([
    ['firing', alertOf(), 'acknowledge', { state: 'acknowledged', acknowledged_by: 'Kim', acknowledged_at: now.toISOString() }],
    ['acknowledged', acknowledged, 'acknowledge', acknowledged],
    ['resolved', resolved, 'acknowledge', null],
    ['firing', alertOf(), 'resolve', { state: 'resolved', resolved_at: now.toISOString() }],
    ['acknowledged', acknowledged, 'resolve', { state: 'resolved', acknowledged_by: 'Robin', resolved_at: now.toISOString() }],
    ['resolved', resolved, 'resolve', null],
  ])('%s, then %3$s', (_state, alert, action, expected) => {
    const act = () => (action === 'acknowledge' ? acknowledge(alert, 'Kim', now) : resolve(alert, now));
    if (expected === null) expect(act).toThrow(StateError);
    else expect(act()).toEqual({ ...alert, ...expected });
  });

  it('is never changed in place', () => {
    const alert = Object.freeze(alertOf());
    acknowledge(alert, 'Kim', now);
    expect(resolve(alert, now)).not.toBe(alert);
  });
});

describe('the life of a rollback', () => {
  const actions: Readonly<Record<string, (state: RollbackState) => unknown>> = {
    approve: (state) => approve(rollbackOf({ state }), 'Robin', [], now).state,
    execute: (state) => mayExecute(rollbackOf({ state })),
    verify: (state) => judgeRecovery(rollbackOf({ state, executedAt: at(10) }), recovered_at, 14, now).state,
  };
  const allowed: Readonly<Record<string, readonly RollbackState[]>> = {
    approve: ['planned'],
    execute: ['approved', 'failed'],
    verify: ['executed'],
  };
  it.each(
    rollbackStates.flatMap((state) =>
      Object.keys(actions).map((action) => [state, action, allowed[action]?.includes(state) ?? false] as const),
    ),
  )('when %s, to %s is allowed: %s', (state, action, may) => {
    const act = () => actions[action]?.(state);
    if (may) expect(act).not.toThrow();
    else {
      expect(act).toThrow(StateError);
      expect(act).toThrow(new RegExp(`^Rollback rb-1 is ${state} and cannot be \\w+: .+\\.$`));
    }
  });

  it.each<[string, string[], string, boolean]>([
    ['anybody', [], 'Kim', true],
    ['one on the list', ['Robin', 'Kim'], 'Kim', true],
    ['one who is not', ['Robin'], 'Kim', false],
    ['another spelling', ['Robin'], 'robin', false],
  ])('a yes from %s of %j', (_who, people, by, counts) => {
    const act = () => approve(rollbackOf(), by, people, now);
    if (counts) expect(act()).toEqual(rollbackOf({ state: 'approved', approvedBy: by, approvedAt: now }));
    else expect(act).toThrow(`Kim is not among`.replace('Kim', by));
  });

  it('executed forgets why it had failed before', () => {
    const before = failed(rollbackOf({ state: 'approved', approvedBy: 'Robin' }), 'answered 500');
    expect(before).toMatchObject({ state: 'failed', note: 'answered 500', approvedBy: 'Robin' });
    expect(executed(before, now)).toMatchObject({ state: 'executed', executedAt: now, note: null });
  });

  const executedAt = at(0);
  const days = (n: number) => new Date(executedAt.getTime() + n * 86_400_000);
  it.each<[string, number, Date, RollbackState]>([
    ['enough evidence', 20, days(1), 'verified'],
    ['enough evidence, late', 25, days(40), 'verified'],
    ['almost enough', 19.99, days(1), 'executed'],
    ['none, on the last day', 0.5, days(13.99), 'executed'],
    ['none, when time is up', 0.5, days(14), 'not resolved'],
    ['almost enough, when time is up', 19.99, days(14), 'not resolved'],
  ])('%s (%d): silence is not recovery', (_name, eValue, when, state) => {
    const judged = judgeRecovery(rollbackOf({ state: 'executed', executedAt }), eValue, 14, when);
    expect(judged).toMatchObject({ state, recoveryEValue: eValue, verifiedAt: state === 'verified' ? when : null });
    if (state === 'not resolved') expect(judged.note).toMatch(/no proof of recovery in 14 days .*needs 20/);
  });
});
