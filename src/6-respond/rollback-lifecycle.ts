import { StateError } from '../domain/errors.ts';
import type { Rollback, RollbackState } from '../domain/rollback.ts';

/** Evidence at which a recovery is proven: a false proof has a chance of at most one in twenty. */
export const recovered_at = 20;

/** A person's yes. Only people on the list count, where there is one. */
export function approve(rollback: Rollback, by: string, people: readonly string[], now: Date): Rollback {
  require(rollback, ['planned'], 'approved');
  if (people.length > 0 && !people.includes(by)) {
    throw new StateError(`${by} is not among the configured people (${people.join(', ')}); a rollback needs one of them.`);
  }
  return { ...rollback, state: 'approved', approvedBy: by, approvedAt: now };
}

/** May be executed again after a failure: the receiver acts on one delivery id once. */
export function mayExecute(rollback: Rollback): void {
  require(rollback, ['approved', 'failed'], 'executed');
}

export function mayVerify(rollback: Rollback): void {
  require(rollback, ['executed'], 'verified');
}

export function executed(rollback: Rollback, now: Date): Rollback {
  return { ...rollback, state: 'executed', executedAt: now, note: null };
}

export function failed(rollback: Rollback, why: string): Rollback {
  return { ...rollback, state: 'failed', note: why };
}

/** What the evidence so far makes of an executed rollback. Silence is not recovery: in the end it is "not resolved". */
export function judgeRecovery(rollback: Rollback, eValue: number, verifyDays: number, now: Date): Rollback {
  mayVerify(rollback);
  if (eValue >= recovered_at) return { ...rollback, state: 'verified', verifiedAt: now, recoveryEValue: eValue };
  const executedAt = rollback.executedAt ?? now;
  const days = (now.getTime() - executedAt.getTime()) / 86_400_000;
  if (days < verifyDays) return { ...rollback, recoveryEValue: eValue };
  const note = `no proof of recovery in ${verifyDays} days (evidence ${eValue.toPrecision(2)}, needs ${recovered_at}): check that traffic has moved, then look for another cause`;
  return { ...rollback, state: 'not resolved', recoveryEValue: eValue, note };
}

function require(rollback: Rollback, states: readonly RollbackState[], wanted: string): void {
  if (states.includes(rollback.state)) return;
  const next: Record<RollbackState, string> = {
    planned: 'approve it first with "longwatch rollback approve"',
    approved: 'execute it with "longwatch rollback execute"',
    executed: 'it is being verified',
    failed: 'execute it again',
    verified: 'it is done',
    'not resolved': 'plan another one',
  };
  throw new StateError(`Rollback ${rollback.id} is ${rollback.state} and cannot be ${wanted}: ${next[rollback.state]}.`);
}
