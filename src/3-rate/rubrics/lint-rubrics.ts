import type { Approval, ApprovalRule, Person } from '../../domain/approval.ts';
import type { GoldCase } from '../../domain/gold-case.ts';
import type { Rubric } from '../../domain/rubric.ts';
import { dimensionsOf } from '../../domain/taxonomy.ts';
import { checkGold, checkRubric } from './check-rubric.ts';
import { describeState, type RubricState, rubricState } from './live-rubrics.ts';
import { parseGold } from './parse-gold.ts';
import { collect, type RubricFiles, type RubricProblem } from './read-rubrics.ts';
import { type RubricLibrary, readLibrary } from './rubric-library.ts';
import { checkLock, controlsIn, frozenWith } from './rubric-lock.ts';
import { goldPathOf, rubricPathOf } from './rubric-paths.ts';

/** A version in force or on its way there. */
export type LintRow = {
  readonly dimension: string;
  readonly version: number;
  readonly state: RubricState['state'];
  /** The approvals it waits for. */
  readonly missing: readonly ApprovalRule[];
  readonly scope: Rubric['scope'];
  readonly severity: number;
  readonly response: Rubric['response'];
  readonly n_gold: number;
  readonly gold_languages: readonly string[];
};

export type LintReport = {
  readonly rows: readonly LintRow[];
  /** Every dimension of the taxonomy that nothing rates. */
  readonly unrated: readonly string[];
  readonly problems: readonly RubricProblem[];
  /** Files in use that no lock protects yet: mended by freezing them, and by nothing else. */
  readonly unfrozen: readonly RubricProblem[];
};

/** Checks a whole rubrics folder: each file by itself, the files against one another, the taxonomy and the lock. */
export function lintRubrics(
  files: RubricFiles,
  rules: readonly ApprovalRule[],
  approvals: readonly Approval[],
  people: readonly Person[],
): LintReport {
  const { library, problems: unreadable } = readLibrary(files);
  const problems = [...unreadable];
  const states = new Map(library.all.map((each) => [each, rubricState(library, each, rules, approvals, people)]));
  const gold = new Map<Rubric, readonly GoldCase[]>();
  for (const rubric of library.all) {
    const path = goldPathOf(rubric);
    const text = files.get(path);
    if (text === undefined) {
      problems.push({ file: path, says: `${path}: the file: is missing; write gold cases for ${rubric.dimension} there.` });
    } else gold.set(rubric, collect(problems, path, () => parseGold(text, path, rubric)) ?? []);
  }

  const unrated = dimensionsOf(library.taxonomy).filter(
    ({ dimension }) => !library.versions(dimension).some((each) => states.get(each)?.state === 'live'),
  );
  problems.push(
    ...unrated.map(({ dimension }) => describeUnrated(library, dimension, states)),
    ...library.all.flatMap((rubric) => [...checkPlace(library, rubric), ...checkRubric(rubric)]),
    ...[...gold].flatMap(([rubric, cases]) => (cases.length === 0 ? [] : checkGold(rubric, cases))),
    ...checkIds(gold),
    ...checkPools(library),
    ...checkStrays(files, library),
    ...checkLock(library.lock, library.hashes, files),
  );
  return {
    rows: library.all.flatMap((rubric) => rowOf(rubric, states.get(rubric), gold.get(rubric) ?? [])),
    unrated: unrated.map(({ dimension }) => dimension),
    problems,
    unfrozen: checkFrozen(library, states, files),
  };
}

function rowOf(rubric: Rubric, state: RubricState | undefined, gold: readonly GoldCase[]): LintRow[] {
  if (state === undefined || state.state === 'superseded') return [];
  const { dimension, version, scope, severity, response } = rubric;
  const gold_languages = [...new Set(gold.map(({ language = 'en' }) => language))].sort();
  const missing = state.state === 'waiting' ? state.missing : [];
  return [{ dimension, version, state: state.state, missing, scope, severity, response, n_gold: gold.length, gold_languages }];
}

function describeUnrated(library: RubricLibrary, dimension: string, states: ReadonlyMap<Rubric, RubricState>): RubricProblem {
  const newest = library.versions(dimension).at(-1);
  const file = rubricPathOf(newest ?? { dimension, version: 1 });
  const state = newest === undefined ? undefined : states.get(newest);
  if (newest === undefined || state === undefined) {
    return { file, says: `taxonomy.yaml: ${dimension}: has no rubric that can be read; write ${file} and its gold cases.` };
  }
  const remedy = {
    waiting: `have it approved: longwatch rubrics approve ${dimension} --version ${newest.version} --by NAME`,
    draft: `freeze it: longwatch rubrics freeze ${dimension}`,
    altered: 'restore the frozen files',
    live: 'lint again',
    superseded: 'lint again',
  }[state.state];
  return {
    file,
    says: `${file}: approvals: nothing rates ${dimension}, as version ${newest.version} is ${describeState(state)}; ${remedy}.`,
  };
}

function checkPlace(library: RubricLibrary, rubric: Rubric): RubricProblem[] {
  const file = rubricPathOf(rubric);
  const { dimension, version, scope } = rubric;
  const place = dimensionsOf(library.taxonomy).find((each) => each.dimension === dimension);
  const problems: string[] = [];
  if (place === undefined) {
    problems.push(`dimension: ${dimension} is not in taxonomy.yaml; add it there or correct its name.`);
  } else if (place.scope !== scope) {
    problems.push(`scope: is ${scope}, and taxonomy.yaml says ${place.scope} for its group; correct one of them.`);
  }
  if (version > 1 && !library.versions(dimension).some((each) => each.version === version - 1)) {
    problems.push(
      `version: there is no readable version ${version - 1} before it; restore it or number this one ${version - 1}.`,
    );
  }
  return problems.map((sentence) => ({ file, says: `${file}: ${sentence}` }));
}

function checkIds(gold: ReadonlyMap<Rubric, readonly GoldCase[]>): RubricProblem[] {
  const homes = new Map<string, string>();
  const problems: RubricProblem[] = [];
  for (const [rubric, cases] of gold) {
    const file = goldPathOf(rubric);
    for (const { id } of cases) {
      const home = homes.get(id);
      if (home !== undefined) problems.push({ file, says: `${file}: id: ${id} is taken by a case of ${home}; choose another.` });
      homes.set(id, home ?? file);
    }
  }
  return problems;
}

function checkPools({ taxonomy, pools }: RubricLibrary): RubricProblem[] {
  const file = 'pools.yaml';
  // Where the pools cannot be read, that is said already.
  if (pools.size === 0) return [];
  const labelled = new Set([...pools.values()].flatMap(({ labels }) => labels));
  return Object.keys(taxonomy.groups)
    .filter((group) => ![...labelled].some((each) => each === group))
    .map((group) => ({ file, says: `${file}: pools: nobody labels ${group}; add it to the labels of a pool.` }));
}

/** Files beside the rubrics that belong to none: a gold file whose rubric was renamed, a copy somebody forgot. */
function checkStrays(files: RubricFiles, { all }: RubricLibrary): RubricProblem[] {
  const known = new Set(all.flatMap((rubric) => frozenWith(rubric)));
  return [...files.keys()]
    .filter((path) => /^(acute|concrete|abstract|protective)\//.test(path) && !/\/v[^/]*\.ya?ml$/.test(path) && !known.has(path))
    .map((file) => ({ file, says: `${file}: the file: belongs to no rubric that can be read; remove it or correct its name.` }));
}

/** One problem for each rubric, and one for each set of controls. */
function checkFrozen(library: RubricLibrary, states: ReadonlyMap<Rubric, RubricState>, files: RubricFiles): RubricProblem[] {
  const isOpen = (path: string) => files.has(path) && !library.lock.has(path);
  const rubrics = library.all.flatMap((rubric) => {
    const state = states.get(rubric)?.state ?? 'draft';
    const open = frozenWith(rubric).filter(isOpen);
    if (state === 'draft' || open.length === 0) return [];
    const file = rubricPathOf(rubric);
    const remedy = `run "longwatch rubrics freeze ${rubric.dimension}"`;
    return [{ file, says: `${file}: lock.json: this version is ${state} and not frozen (${open.join(', ')}); ${remedy}.` }];
  });
  const controls = controlsIn(files)
    .filter(isOpen)
    .map((file) => ({ file, says: `${file}: lock.json: is not frozen; run "longwatch rubrics freeze --all".` }));
  return [...rubrics, ...controls];
}
