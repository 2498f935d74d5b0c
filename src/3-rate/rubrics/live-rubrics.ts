import type { Approval, ApprovalRule, Person } from '../../domain/approval.ts';
import type { Rubric } from '../../domain/rubric.ts';
import { countApprovals } from './count-approvals.ts';
import type { RubricLibrary } from './rubric-library.ts';
import { frozennessOf } from './rubric-lock.ts';
import { createRubricSet, type RubricSet } from './rubric-set.ts';

/** Where a version stands between being written and rating. */
export type RubricState =
  | { readonly state: 'live' | 'superseded' | 'draft' | 'altered' }
  | { readonly state: 'waiting'; readonly missing: readonly ApprovalRule[] };

/**
 * The rubrics in force: of each dimension the newest version that is frozen, unaltered and has the approvals the rules ask for.
 * Where no approvals are asked for, a dimension that was never frozen is rated by its first version: a draft never takes the
 * place of what came before it. Where they are, a dimension nobody released is not rated.
 */
export function liveRubrics(
  library: RubricLibrary,
  rules: readonly ApprovalRule[],
  approvals: readonly Approval[],
  people: readonly Person[],
): RubricSet {
  const live = library.all.filter((rubric) => rubricState(library, rubric, rules, approvals, people).state === 'live');
  return createRubricSet(live, library.all, library.frames);
}

/** The state of one version of the library. */
export function rubricState(
  library: RubricLibrary,
  rubric: Rubric,
  rules: readonly ApprovalRule[],
  approvals: readonly Approval[],
  people: readonly Person[],
): RubricState {
  const missingOf = (each: Rubric) => countApprovals(each, rules, approvals, people).missing;
  const frozenness = (each: Rubric) => frozennessOf(each, library.lock, library.hashes);
  const versions = library.versions(rubric.dimension);
  const released = versions.filter((each) => frozenness(each) === 'frozen' && missingOf(each).length === 0).at(-1);
  const live = released ?? (rules.length === 0 ? versions[0] : undefined);

  if (live?.version === rubric.version) return { state: 'live' };
  if (live !== undefined && rubric.version < live.version) return { state: 'superseded' };
  const own = frozenness(rubric);
  return own === 'frozen' ? { state: 'waiting', missing: missingOf(rubric) } : { state: own };
}

/** A state as a table shows it: "waiting for approval by clinical-lead, 2 x trust-and-safety". */
export function describeState(state: RubricState): string {
  if (state.state !== 'waiting') return state.state;
  return `waiting for approval by ${describeRules(state.missing)}`;
}

/** "clinical-lead, 2 x trust-and-safety". */
export function describeRules(rules: readonly ApprovalRule[]): string {
  return rules.map(({ role, count }) => (count === 1 ? role : `${count} x ${role}`)).join(', ');
}
