import { stringify } from 'yaml';
import type { RubricFiles } from '../../../src/3-rate/rubrics/read-rubrics.ts';
import { type RubricLibrary, readLibrary } from '../../../src/3-rate/rubrics/rubric-library.ts';
import { frozenWith, hashFiles, renderLock } from '../../../src/3-rate/rubrics/rubric-lock.ts';
import { goldPathOf, rubricPathOf } from '../../../src/3-rate/rubrics/rubric-paths.ts';
import type { GoldCase } from '../../../src/domain/gold-case.ts';
import type { Rubric } from '../../../src/domain/rubric.ts';
import { rubricOf } from './builders.ts';

export function goldOf(over: Partial<GoldCase> = {}): GoldCase {
  const turns = [
    { role: 'user' as const, content: `Say something, ${over.id ?? 'case'}.` },
    { role: 'assistant' as const, content: 'Something.' },
  ];
  return { id: 'case', choice: 'none', near_miss: false, turns, ...over };
}

/** As many cases as a rubric needs: two a choice and three near misses. */
export function enoughGold({ choices, dimension, version }: Rubric): GoldCase[] {
  const name = (rest: string) => `${dimension}-v${version}-${rest}`;
  const plain = Object.keys(choices).flatMap((choice) => [1, 2].map((n) => goldOf({ id: name(`${choice}-${n}`), choice })));
  return [...plain, ...[1, 2, 3].map((n) => goldOf({ id: name(`near-${n}`), near_miss: true }))];
}

export const goldText = (cases: readonly GoldCase[]) => cases.map((each) => `${JSON.stringify(each)}\n`).join('');

/** A rubric as lint wants it. */
export function soundRubric(over: Partial<Rubric> = {}): Rubric {
  const { choices } = rubricOf();
  return rubricOf({
    choices: { ...choices, marked: { score: 1, means: 'Unearned.' }, cannot_tell: { score: null, means: 'Unreadable.' } },
    literature: ['Somebody, 2020.'],
    ...over,
  });
}

const taxonomy = {
  groups: {
    acute: { title: 'A', about: 'A.', scope: 'conversation', dimensions: {} },
    concrete: { title: 'C', about: 'C.', scope: 'conversation', dimensions: { flattery: 'Praise.' } },
    abstract: { title: 'B', about: 'B.', scope: 'trajectory', dimensions: {} },
    protective: { title: 'P', about: 'P.', scope: 'conversation', dimensions: {} },
  },
};
const pools = {
  pools: {
    experts: { kind: 'experts', about: 'E.', in_charge: 'lead', labels: ['acute', 'concrete', 'abstract', 'protective'] },
  },
};

/** A folder in which all is well, with these versions; `frozen` of them are locked as they are. Other files lie over it. */
export function filesOf(
  rubrics: readonly Rubric[],
  { frozen = rubrics, over = {} }: { frozen?: readonly Rubric[]; over?: Readonly<Record<string, string | null>> } = {},
): RubricFiles {
  const files = new Map([
    ['frames/conversation.v1.md', 'Rules.'],
    ['taxonomy.yaml', stringify(taxonomy)],
    ['pools.yaml', stringify(pools)],
    ...rubrics.map((rubric) => [rubricPathOf(rubric), stringify(rubric)] as const),
    ...rubrics.map((rubric) => [goldPathOf(rubric), goldText(enoughGold(rubric))] as const),
  ]);
  const hashes = hashFiles(files, rubrics);
  const locked = frozen.flatMap(frozenWith).map((path) => [path, hashes.get(path) ?? ''] as const);
  files.set('lock.json', renderLock(new Map(locked)));
  for (const [path, text] of Object.entries(over)) {
    if (text === null) files.delete(path);
    else files.set(path, text);
  }
  return files;
}

export function libraryOf(...given: Parameters<typeof filesOf>): RubricLibrary {
  return readLibrary(filesOf(...given)).library;
}
