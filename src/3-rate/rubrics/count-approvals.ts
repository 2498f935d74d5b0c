import type { Approval, ApprovalRule, Person } from '../../domain/approval.ts';
import type { Rubric } from '../../domain/rubric.ts';
import { rubricHash } from './rubric-hash.ts';

export type ApprovalCount = {
  readonly counted: readonly Approval[];
  /** Those that count for nothing, each with the reason as it follows "does not count: ". */
  readonly passedOver: readonly { readonly approval: Approval; readonly because: string }[];
  /** What is still needed. Empty: the version may go live. */
  readonly missing: readonly ApprovalRule[];
};

/**
 * Which approvals of a version count, and which are still missing. A person counts once and for one role, must be configured
 * with that role now, must have approved these very words, and cannot have written them. Approvals noted in the file count like
 * those of the database, which come first.
 */
export function countApprovals(
  rubric: Rubric,
  rules: readonly ApprovalRule[],
  approvals: readonly Approval[],
  people: readonly Person[],
): ApprovalCount {
  const counted: Approval[] = [];
  const passedOver: { approval: Approval; because: string }[] = [];
  for (const approval of [...approvals.filter((each) => isOf(each, rubric)), ...approvalsInFile(rubric)]) {
    const because =
      refuseApprover(rubric, rules, people, approval) ??
      refuseWords(rubric, approval) ??
      (counted.some(({ person }) => isSamePerson(person, approval.person)) ? 'a person counts once' : null);
    if (because === null) counted.push(approval);
    else passedOver.push({ approval, because });
  }
  const missing = rules
    .map(({ role, count }) => ({ role, count: count - counted.filter((each) => each.role === role).length }))
    .filter(({ count }) => count > 0);
  return { counted, passedOver, missing };
}

/** Why a person's yes in a role cannot count for a rubric, whatever its words; null where it can. */
export function refuseApprover(
  rubric: Rubric,
  rules: readonly ApprovalRule[],
  people: readonly Person[],
  { person, role }: Pick<Approval, 'person' | 'role'>,
): string | null {
  const known = people.find(({ name }) => isSamePerson(name, person));
  if (known === undefined) return `${person} is not among the configured people`;
  if (!known.roles.includes(role)) return `${person} does not hold the role ${role}`;
  if (writersOf(rubric).some((writer) => isSamePerson(writer, person))) {
    return `${person} wrote it, and whoever writes a rubric does not release it`;
  }
  if (rules.length > 0 && !rules.some((rule) => rule.role === role)) return `no approval by ${role} is asked for`;
  return null;
}

/** Names are compared as people read them: neither case nor spaces around them make another person. */
export function isSamePerson(a: string, b: string): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}

/** `written_by` may name several: "Ana Lima and Ben Okafor", "Ana Lima, Ben Okafor". */
function writersOf({ written_by }: Rubric): string[] {
  return [written_by, ...written_by.split(/\s*[,;&]\s*|\s+and\s+/)];
}

function isOf(approval: Approval, { dimension, version }: Rubric): boolean {
  return approval.dimension === dimension && approval.version === version;
}

function refuseWords(rubric: Rubric, { contentHash }: Approval): string | null {
  return contentHash === rubricHash(rubric) ? null : 'it was given to other words than the file holds now';
}

function approvalsInFile(rubric: Rubric): Approval[] {
  const { dimension, version, approvals } = rubric;
  const contentHash = rubricHash(rubric);
  return approvals.map(({ by, role, at }) => ({ dimension, version, contentHash, person: by, role, at: new Date(at) }));
}
