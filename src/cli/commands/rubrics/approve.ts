import { join } from 'node:path';
import type { Command } from 'commander';
import { loadRubricLibrary, type RubricLibrary } from '../../../3-rate/load-rubrics.ts';
import { countApprovals, isSamePerson, refuseApprover } from '../../../3-rate/rubrics/count-approvals.ts';
import { describeRules, describeState, rubricState } from '../../../3-rate/rubrics/live-rubrics.ts';
import { rubricHash } from '../../../3-rate/rubrics/rubric-hash.ts';
import { frozennessOf } from '../../../3-rate/rubrics/rubric-lock.ts';
import { packageRoot } from '../../../compose.ts';
import { addApproval, listApprovals } from '../../../db/rubric-approvals.ts';
import type { Approval, ApprovalRule, Person } from '../../../domain/approval.ts';
import { StateError } from '../../../domain/errors.ts';
import type { Rubric } from '../../../domain/rubric.ts';
import { printResult } from '../../print.ts';
import { findVersion } from './find-version.ts';
import { versionOf } from './rubrics-folder.ts';
import { type ApprovalDeps, withApprovals } from './with-approvals.ts';

export function addRubricsApprove(group: Command): void {
  group
    .command('approve')
    .argument('<dimension>', 'such as concrete.flattery')
    .requiredOption('--version <n>', 'the version approved')
    .requiredOption('--by <name>', 'who approves it: one of the configured people, and not who wrote it')
    .option('--role <role>', 'the role they approve in (default: the one role of theirs that is asked for)')
    .description('approve a frozen version; with all approvals that rubrics.approvals asks for it goes live')
    .action(async (dimension: string, given: { version: string; by: string; role?: string }, command: Command) => {
      const version = versionOf(given.version, '--version');
      await withApprovals(command, async (app, { json }) => {
        const library = await loadRubricLibrary(join(packageRoot(), 'rubrics'));
        const result = await approveRubric(app, library, { dimension, version, by: given.by, role: given.role });
        printResult(json, result, () => result.says);
      });
    });
}

type Wish = {
  readonly dimension: string;
  readonly version: number;
  readonly by: string;
  readonly role: string | undefined;
};

/**
 * Notes an approval in the database and in the audit log, both or neither. The same person again changes nothing.
 * @throws StateError where the version is not frozen as it stands, or the approval could not count.
 */
export async function approveRubric(app: ApprovalDeps, library: RubricLibrary, wish: Wish) {
  const { people, rubrics } = app.config;
  const rules = rubrics.approvals;
  const rubric = findVersion(library, wish.dimension, wish.version);
  mustBeFrozen(library, rubric);
  const approval: Approval = {
    dimension: rubric.dimension,
    version: rubric.version,
    contentHash: rubricHash(rubric),
    // As configured, so that one person is one row however the name was typed.
    person: people.find(({ name }) => isSamePerson(name, wish.by))?.name ?? wish.by,
    role: wish.role ?? chooseRole(rubric, rules, people, wish.by),
    at: app.clock.now(),
  };
  const refusal = refuseApprover(rubric, rules, people, approval);
  if (refusal !== null)
    throw new StateError(`${nameOf(rubric)} cannot be approved so: ${refusal}. ${whoMay(rubric, rules, people)}`);

  const { db } = app.database;
  const isNew = await db.transaction().execute(async (trx) => {
    const added = await addApproval(trx, approval);
    if (!added) return false;
    const { at, person, role, contentHash } = approval;
    const subject = `${rubric.dimension} v${rubric.version}`;
    await app.audit.append(trx, {
      at,
      kind: 'approve rubric',
      who: person,
      subject,
      detail: { role, content_hash: contentHash },
    });
    return true;
  });
  const approvals = await listApprovals(db, rubric.dimension);
  const state = rubricState(library, rubric, rules, approvals, people);
  const { missing } = countApprovals(rubric, rules, approvals, people);
  const done = isNew
    ? `${approval.person} approved ${nameOf(rubric)} as ${approval.role}.`
    : `${approval.person} had approved ${nameOf(rubric)} before; nothing has changed.`;
  const next = missing.length > 0 ? `Still needed: ${describeRules(missing)}.` : `It is ${describeState(state)}.`;
  const { dimension, version, person, role, contentHash } = approval;
  const says = `${done} ${next}`;
  return { dimension, version, person, role, content_hash: contentHash, new: isNew, state: state.state, missing, says };
}

function mustBeFrozen({ lock, hashes }: RubricLibrary, rubric: Rubric): void {
  const frozenness = frozennessOf(rubric, lock, hashes);
  if (frozenness === 'draft') {
    throw new StateError(
      `${nameOf(rubric)} is a draft, and an approval is of words that stay: run "longwatch rubrics freeze ${rubric.dimension}" first.`,
    );
  }
  if (frozenness === 'altered') {
    throw new StateError(
      `${nameOf(rubric)} or its frame was changed after it was frozen: restore it ("longwatch rubrics lint").`,
    );
  }
}

/** The role to approve in where none is named: the only one it can be. */
function chooseRole(rubric: Rubric, rules: readonly ApprovalRule[], people: readonly Person[], by: string): string {
  const held = people.find(({ name }) => isSamePerson(name, by))?.roles;
  if (held === undefined) throw new StateError(`${by} is not among the configured people. ${whoMay(rubric, rules, people)}`);
  if (held.length === 0) throw new StateError(`${by} holds no role: give them one under "people" in the configuration.`);
  const fitting = rules.length === 0 ? held : held.filter((role) => rules.some((rule) => rule.role === role));
  const [only, ...others] = fitting;
  if (others.length > 0) throw new StateError(`${by} holds ${fitting.join(' and ')}: say in which with --role.`);
  return only ?? held.join(', ');
}

function whoMay(rubric: Rubric, rules: readonly ApprovalRule[], people: readonly Person[]): string {
  if (people.length === 0) return 'No people are configured: name them with their roles under "people" in the configuration.';
  const able = people.flatMap(({ name, roles }) => {
    const fitting = roles.filter((role) => refuseApprover(rubric, rules, people, { person: name, role }) === null);
    return fitting.length === 0 ? [] : [`${name} (${fitting.join(', ')})`];
  });
  if (able.length > 0) return `Those who may: ${able.join(', ')}.`;
  return 'Nobody configured may: give a role that is asked for to somebody under "people" who did not write it.';
}

function nameOf({ dimension, version }: Rubric): string {
  return `${dimension} version ${version}`;
}
