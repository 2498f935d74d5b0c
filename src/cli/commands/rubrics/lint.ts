import type { Command } from 'commander';
import { type LintReport, lintRubrics } from '../../../3-rate/rubrics/lint-rubrics.ts';
import { describeState, type RubricState } from '../../../3-rate/rubrics/live-rubrics.ts';
import { listApprovals } from '../../../db/rubric-approvals.ts';
import type { Approval } from '../../../domain/approval.ts';
import { RubricError } from '../../../domain/errors.ts';
import { configOf, globalOptions } from '../../context.ts';
import { columns, printResult } from '../../print.ts';
import { folderOption, readFolder } from './rubrics-folder.ts';
import { withApprovals } from './with-approvals.ts';

export function addRubricsLint(group: Command): void {
  group
    .command('lint')
    .addOption(folderOption())
    .description(
      'check every rubric, its gold cases, the lock and the approvals, and list what is in force (exit 1 if any is wrong)',
    )
    .action(async ({ folder }: { folder?: string }, command: Command) => {
      const options = globalOptions(command);
      const { rubrics, people } = configOf(options);
      // The database is asked only where it has something to say: files can be checked without one.
      const approvals: Approval[] =
        rubrics.approvals.length === 0 ? [] : await withApprovals(command, (app) => listApprovals(app.database.db));
      const report = lintRubrics(await readFolder(folder), rubrics.approvals, approvals, people);
      printResult(options.json, report, () => renderLint(report));
      const wrong = [...report.problems, ...report.unfrozen];
      // Printed as a result too: a program reads them there, a person here.
      if (wrong.length > 0) throw new RubricError(options.json ? countOf(wrong.length) : describeProblems(report));
    });
}

function renderLint({ rows, unrated }: LintReport): string {
  if (rows.length === 0) return 'There is no rubric that can be read.';
  const head = ['dimension', 'version', 'state', 'scope', 'severity', 'response', 'gold', 'languages of gold'];
  const lines = rows.map((row) => [
    row.dimension,
    `v${row.version}`,
    describeState(row as RubricState),
    row.scope,
    String(row.severity),
    row.response,
    String(row.n_gold),
    row.gold_languages.join(', '),
  ]);
  const live = new Set(rows.filter(({ state }) => state === 'live').map(({ dimension }) => dimension)).size;
  const summary = `${live} dimensions are rated${unrated.length === 0 ? '' : `, and not: ${unrated.join(', ')}`}.`;
  return `${columns([head, ...lines])}\n\n${summary}`;
}

function describeProblems({ problems, unfrozen }: LintReport): string {
  const lines = [...problems, ...unfrozen].map(({ says }) => says);
  return [...lines, countOf(lines.length)].join('\n');
}

function countOf(n: number): string {
  return n === 1 ? '1 problem in the rubrics.' : `${n} problems in the rubrics.`;
}
