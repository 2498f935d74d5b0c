import { join } from 'node:path';
import type { Command } from 'commander';
import { loadRubricLibrary, type RubricLibrary } from '../../../3-rate/load-rubrics.ts';
import { countApprovals } from '../../../3-rate/rubrics/count-approvals.ts';
import { describeState, rubricState } from '../../../3-rate/rubrics/live-rubrics.ts';
import { rubricHash } from '../../../3-rate/rubrics/rubric-hash.ts';
import { packageRoot } from '../../../compose.ts';
import { listApprovals, listRubricUses, type RubricUse } from '../../../db/rubric-approvals.ts';
import type { Approval } from '../../../domain/approval.ts';
import { minute, printResult } from '../../print.ts';
import { versionsOf } from './find-version.ts';
import { type ApprovalDeps, withApprovals } from './with-approvals.ts';

export function addRubricsHistory(group: Command): void {
  group
    .command('history')
    .argument('<dimension>', 'such as concrete.flattery')
    .description('every version of a rubric: its hash, who wrote and who approved it in which role, and since when it has rated')
    .action(async (dimension: string, _options, command: Command) => {
      await withApprovals(command, async (app, { json }) => {
        const history = await readHistory(app, await loadRubricLibrary(join(packageRoot(), 'rubrics')), dimension);
        printResult(json, history, () => [dimension, ...history.map(renderVersion)].join('\n\n'));
      });
    });
}

type VersionHistory = {
  readonly version: number;
  readonly content_hash: string;
  readonly state: string;
  readonly written_by: string;
  readonly approvals: readonly ReturnType<typeof showApproval>[];
  /** Null: it has rated nothing. */
  readonly rated: { readonly from: Date; readonly to: Date; readonly n_revisions: number } | null;
};

/** @throws InputError for a dimension without a rubric. */
export async function readHistory(
  app: Pick<ApprovalDeps, 'config' | 'database'>,
  library: RubricLibrary,
  dimension: string,
): Promise<VersionHistory[]> {
  const versions = versionsOf(library, dimension);
  const rules = app.config.rubrics.approvals;
  const { people } = app.config;
  const approvals = await listApprovals(app.database.db, dimension);
  const uses = await listRubricUses(app.database.db, dimension);
  return versions.map((rubric) => {
    const { counted, passedOver } = countApprovals(rubric, rules, approvals, people);
    return {
      version: rubric.version,
      content_hash: rubricHash(rubric),
      state: describeState(rubricState(library, rubric, rules, approvals, people)),
      written_by: rubric.written_by,
      approvals: [
        ...counted.map((approval) => showApproval(approval, null)),
        ...passedOver.map(({ approval, because }) => showApproval(approval, because)),
      ],
      rated: showUse(uses.find(({ version }) => version === rubric.version)),
    };
  });
}

function showApproval({ person, role, at, contentHash }: Approval, does_not_count: string | null) {
  return { person, role, at, content_hash: contentHash, does_not_count };
}

function showUse(use: RubricUse | undefined): VersionHistory['rated'] {
  return use === undefined ? null : { from: use.from, to: use.to, n_revisions: use.nRevisions };
}

function renderVersion({ version, content_hash, state, written_by, approvals, rated }: VersionHistory): string {
  return [
    `version ${version}: ${state}`,
    `  content  ${content_hash}`,
    `  written  by ${written_by}`,
    ...(approvals.length === 0 ? ['  approved by nobody'] : approvals.map((each) => `  approved ${renderApproval(each)}`)),
    rated === null
      ? '  rated    nothing so far'
      : `  rated    since ${minute(rated.from)}, last ${minute(rated.to)}, by ${rated.n_revisions} rater ${rated.n_revisions === 1 ? 'revision' : 'revisions'}`,
  ].join('\n');
}

function renderApproval({ person, role, at, does_not_count }: VersionHistory['approvals'][number]): string {
  return `by ${person} as ${role}, ${minute(at)}${does_not_count === null ? '' : ` (does not count: ${does_not_count})`}`;
}
