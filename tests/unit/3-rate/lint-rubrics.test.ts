import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { freezeRubrics } from '../../../src/3-rate/rubrics/freeze-rubrics.ts';
import { lintRubrics } from '../../../src/3-rate/rubrics/lint-rubrics.ts';
import type { RubricFiles } from '../../../src/3-rate/rubrics/read-rubrics.ts';
import { renderLock } from '../../../src/3-rate/rubrics/rubric-lock.ts';
import { RubricError } from '../../../src/domain/errors.ts';
import type { Rubric } from '../../../src/domain/rubric.ts';
import { enoughGold, filesOf, goldOf, goldText, soundRubric } from './rubric-files.ts';

const v1 = soundRubric();
const v2 = soundRubric({ version: 2, question: 'Is it earned?' });
const at = 'concrete/flattery/v1';
const lint = (files: RubricFiles) => lintRubrics(files, [], [], []);
const says = (files: RubricFiles) => [...lint(files).problems, ...lint(files).unfrozen].map((each) => each.says);
const withRubric = (over: Partial<Rubric>) => ({ [`${at}.yaml`]: stringify({ ...v1, ...over }) });
const gold = enoughGold(v1);

describe('lintRubrics', () => {
  it('has nothing against a folder in which all is well, and lists what is in force', () => {
    const report = lint(filesOf([v1, v2]));
    expect(report).toMatchObject({ problems: [], unfrozen: [], unrated: [] });
    expect(report.rows).toEqual([
      {
        dimension: 'concrete.flattery',
        version: 2,
        state: 'live',
        missing: [],
        scope: 'conversation',
        severity: 3,
        response: 'page',
        n_gold: gold.length,
        gold_languages: ['en'],
      },
    ]);
  });

  it.each<[string, Readonly<Record<string, string | null>>, RegExp]>([
    [
      'a dimension without a rubric',
      { [`${at}.yaml`]: null },
      /concrete\.flattery: has no rubric that can be read; write concrete\/flattery\/v1\.yaml/,
    ],
    ['a rubric that cannot be read', { [`${at}.yaml`]: 'dimension: [' }, /v1\.yaml: line 1: this is not valid YAML/],
    ['a changed word', withRubric({ evidence: 'Quote it all.' }), /v1\.yaml: the file: is frozen, .*restore it and add v2\.yaml/],
    ['a changed severity', withRubric({ severity: 1 }), /restore it and add v2\.yaml/],
    ['a changed frame', { 'frames/conversation.v1.md': 'rules.' }, /restore it and add conversation\.v2\.md/],
    [
      'a changed gold case',
      { [`${at}.gold.jsonl`]: goldText([...gold, goldOf({ id: 'more' })]) },
      /v1\.gold\.jsonl: .*add v2\.gold\.jsonl/,
    ],
    ['a frozen file that is gone', { [`${at}.gold.jsonl`]: null }, /v1\.gold\.jsonl: the file: is frozen and gone; restore it/],
    ['no lock', { 'lock.json': null }, /lock\.json: the file: is missing/],
    ['a broken lock', { 'lock.json': '{"a":' }, /lock\.json: the file: is not valid JSON/],
    ['a lock of something else', { 'lock.json': '{"README.md":"0"}' }, /lock\.json: README\.md: the name must be a rubric/],
    ['a hash that is none', { 'lock.json': `{"${at}.yaml":"0"}` }, /lock\.json: .*v1\.yaml: must be the 64 hex digits/],
    [
      'a version in force that is not frozen',
      { 'lock.json': '{}' },
      /v1\.yaml: lock\.json: this version is live and not frozen .*freeze concrete\.flattery/,
    ],
    ['controls that are not frozen', { 'controls/injection.v1.jsonl': '{}' }, /injection\.v1\.jsonl: lock\.json: is not frozen/],
    [
      'a scope unlike the taxonomy',
      withRubric({ scope: 'turn' }),
      /v1\.yaml: scope: is turn, and taxonomy\.yaml says conversation/,
    ],
    ['no literature', withRubric({ literature: [] }), /v1\.yaml: literature: names no source/],
    ['an owner that is blank', withRubric({ owner: ' ' }), /v1\.yaml: owner: is blank/],
    [
      'a worst choice that is not the worst',
      withRubric({ choices: { ...v1.choices, marked: { score: 0.9, means: 'x' } } }),
      /choices\.marked\.score: the worst choice must score 1/,
    ],
    [
      'cannot_tell before the end',
      withRubric({
        choices: { cannot_tell: { score: null, means: 'x' }, none: { score: 0, means: 'x' }, marked: { score: 1, means: 'x' } },
      }),
      /choices: must end with cannot_tell/,
    ],
    ['a gap in what counts as harm', withRubric({ counts_as_harm: ['courteous'] }), /counts_as_harm: must be the worst choices/],
    [
      'nothing harmless',
      withRubric({ counts_as_harm: ['none', 'courteous', 'marked'] }),
      /counts_as_harm: .*leave a harmless one/,
    ],
    ['too few cases of a choice', { [`${at}.gold.jsonl`]: goldText(gold.slice(1)) }, /choice: none has 1 case .*write 1 more/],
    ['too few near misses', { [`${at}.gold.jsonl`]: goldText(gold.slice(0, -1)) }, /near_miss: 2 near misses; write 1 more/],
    [
      'a near miss that is harm',
      { [`${at}.gold.jsonl`]: goldText([...gold, goldOf({ id: 'x', choice: 'marked', near_miss: true })]) },
      /the near miss x is labelled marked/,
    ],
    [
      'a case told twice',
      { [`${at}.gold.jsonl`]: goldText([...gold, { ...gold[0]!, id: 'twin' }]) },
      /turns: twin says the same as concrete\.flattery-v1-none-1/,
    ],
    [
      'an id used twice',
      { [`${at}.gold.jsonl`]: goldText([...gold, goldOf({ id: gold[0]!.id })]) },
      /id: concrete\.flattery-v1-none-1 is taken by a case of/,
    ],
    [
      'a gold line that is no case',
      { [`${at}.gold.jsonl`]: `${goldText(gold)}{"id":1}\n` },
      /v1\.gold\.jsonl, line 12: id: must be a text but is 1/,
    ],
    [
      'a gold file without its rubric',
      { 'concrete/flattery/v7.gold.jsonl': '' },
      /v7\.gold\.jsonl: the file: belongs to no rubric/,
    ],
    [
      'a group nobody labels',
      { 'pools.yaml': stringify({ pools: { a: { kind: 'experts', about: 'A.', in_charge: 'b', labels: ['acute'] } } }) },
      /pools\.yaml: pools: nobody labels concrete/,
    ],
    [
      'a panel of no language',
      { 'pools.yaml': stringify({ pools: { a: { kind: 'community', about: 'A.', in_charge: 'b', labels: ['acute'] } } }) },
      /pools\.yaml: pools\.a\.languages: a community panel must say/,
    ],
    [
      'a group there is not',
      { 'pools.yaml': stringify({ pools: { a: { kind: 'experts', about: 'A.', in_charge: 'b', labels: ['accute'] } } }) },
      /pools\.a\.labels\.0: must be one of acute/,
    ],
    ['no taxonomy', { 'taxonomy.yaml': null }, /taxonomy\.yaml: the file: is missing/],
  ])('names %s', (_, over, message) => {
    const sentences = says(filesOf([v1], { over }));
    expect(sentences.join('\n')).toMatch(message);
    for (const sentence of sentences) expect(sentence).toMatch(/^\S+(, line \d+)?: .+[;,] .+\.$/);
  });

  it('names a version without the one before it, and a rubric the taxonomy does not know', () => {
    const v3 = soundRubric({ version: 3 });
    expect(says(filesOf([v1, v3])).join('\n')).toMatch(/v3\.yaml: version: there is no readable version 2 before it/);
    const other = soundRubric({ dimension: 'acute.rudeness' });
    expect(says(filesOf([v1, other])).join('\n')).toMatch(
      /rudeness\/v1\.yaml: dimension: acute\.rudeness is not in taxonomy\.yaml/,
    );
  });

  it('lets a draft beside the version in force be unfrozen', () => {
    const report = lint(filesOf([v1, v2], { frozen: [v1] }));
    expect([...report.problems, ...report.unfrozen]).toEqual([]);
    expect(report.rows.map(({ version, state }) => [version, state])).toEqual([
      [1, 'live'],
      [2, 'draft'],
    ]);
  });

  it('holds a dimension unrated until its version has its approvals, and says how to give them', () => {
    const { unrated, problems, rows } = lintRubrics(filesOf([v1]), [{ role: 'clinician', count: 1 }], [], []);
    expect(unrated).toEqual(['concrete.flattery']);
    expect(rows).toMatchObject([{ state: 'waiting', missing: [{ role: 'clinician', count: 1 }] }]);
    expect(problems.map((each) => each.says)).toEqual([
      'concrete/flattery/v1.yaml: approvals: nothing rates concrete.flattery, as version 1 is waiting for approval by clinician; have it approved: longwatch rubrics approve concrete.flattery --version 1 --by NAME.',
    ]);
  });

  it('is not disturbed by comments, order of keys or an approval noted in the file', () => {
    const noted = { ...v1, approvals: [{ by: 'Ben', role: 'safety', at: '2026-04-01' }] };
    const turned = Object.fromEntries(Object.entries(noted).reverse());
    expect(says(filesOf([v1], { over: { [`${at}.yaml`]: `# Seen.\n${stringify(turned)}` } }))).toEqual([]);
  });
});

describe('freezeRubrics', () => {
  const open = { frozen: [] as Rubric[] };

  it('locks versions, gold cases and frames, so that lint has nothing more to say', () => {
    const files = filesOf([v1, v2], { ...open, over: { 'controls/injection.v1.jsonl': '{}\n' } });
    const { lock, added } = freezeRubrics(files, 'all');
    expect(added).toEqual([
      `${at}.gold.jsonl`,
      `${at}.yaml`,
      'concrete/flattery/v2.gold.jsonl',
      'concrete/flattery/v2.yaml',
      'controls/injection.v1.jsonl',
      'frames/conversation.v1.md',
    ]);
    const frozen = new Map([...files, ['lock.json', renderLock(lock)]]);
    expect(says(frozen)).toEqual([]);
    expect(freezeRubrics(frozen, 'all').added).toEqual([]);
  });

  it('takes the dimensions it is given and leaves the others', () => {
    const other = soundRubric({ dimension: 'acute.rudeness' });
    const { added } = freezeRubrics(filesOf([v1, other], open), ['concrete.flattery']);
    expect(added).toEqual([`${at}.gold.jsonl`, `${at}.yaml`, 'frames/conversation.v1.md']);
  });

  it.each<[string, readonly string[] | 'all', Parameters<typeof filesOf>[1], RegExp]>([
    ['an unknown dimension', ['concrete.flatery'], open, /there is no rubric of concrete\.flatery/],
    ['a frozen file that changed', 'all', { over: withRubric({ question: 'Why?' }) }, /restore it and add v2\.yaml/],
    ['what lint would refuse', ['concrete.flattery'], { ...open, over: withRubric({ literature: [] }) }, /names no source/],
    ['gold cases that are not there', 'all', { ...open, over: { [`${at}.gold.jsonl`]: null } }, /write gold cases/],
    [
      'a later version that cannot be read',
      ['concrete.flattery'],
      { ...open, over: { 'concrete/flattery/v2.yaml': 'a' } },
      /v2\.yaml/,
    ],
  ])('refuses %s', (_, dimensions, given, message) => {
    const freeze = () => freezeRubrics(filesOf([v1], given), dimensions);
    expect(freeze).toThrow(RubricError);
    expect(freeze).toThrow(message);
  });
});
