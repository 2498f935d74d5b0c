import { describe, expect, it } from 'vitest';
import { countApprovals } from '../../../src/3-rate/rubrics/count-approvals.ts';
import { describeState, liveRubrics, rubricState } from '../../../src/3-rate/rubrics/live-rubrics.ts';
import { rubricHash } from '../../../src/3-rate/rubrics/rubric-hash.ts';
import type { Approval, Person } from '../../../src/domain/approval.ts';
import type { Rubric } from '../../../src/domain/rubric.ts';
import { filesOf, libraryOf, soundRubric } from './rubric-files.ts';

const v1 = soundRubric();
const v2 = soundRubric({ version: 2, question: 'Is the praise earned at all?' });
const rules = [
  { role: 'clinician', count: 1 },
  { role: 'safety', count: 2 },
];
const people: Person[] = [
  { name: 'Ana', roles: ['clinician', 'safety'] },
  { name: 'Ben', roles: ['safety'] },
  { name: 'Cem', roles: ['safety'] },
  { name: 'Sam', roles: ['safety', 'clinician'] },
  { name: 'Dee', roles: ['press'] },
];
const yes = (rubric: Rubric, person: string, role: string): Approval => ({
  dimension: rubric.dimension,
  version: rubric.version,
  contentHash: rubricHash(rubric),
  person,
  role,
  at: new Date('2026-04-01T00:00:00Z'),
});
const all = (rubric: Rubric) => [yes(rubric, 'Ana', 'clinician'), yes(rubric, 'Ben', 'safety'), yes(rubric, 'Cem', 'safety')];

describe('countApprovals', () => {
  it('needs as many people in each role as the rules ask for', () => {
    expect(countApprovals(v1, rules, all(v1), people)).toMatchObject({ missing: [], passedOver: [] });
    expect(countApprovals(v1, rules, all(v1).slice(0, 2), people).missing).toEqual([{ role: 'safety', count: 1 }]);
    expect(countApprovals(v1, rules, [], people).missing).toEqual(rules);
    expect(countApprovals(v1, [], [], people).missing).toEqual([]);
  });

  it.each([
    ['one person in two roles', [yes(v1, 'Ana', 'clinician'), yes(v1, 'Ana', 'safety')], 'a person counts once'],
    ['one person twice, typed otherwise', [yes(v1, 'Ben', 'safety'), yes(v1, ' BEN ', 'safety')], 'a person counts once'],
    ['whoever wrote it', [yes(v1, 'sam', 'safety')], 'sam wrote it, and whoever writes a rubric does not release it'],
    ['somebody unknown', [yes(v1, 'Eve', 'safety')], 'Eve is not among the configured people'],
    ['a role not held', [yes(v1, 'Ben', 'clinician')], 'Ben does not hold the role clinician'],
    ['a role nobody asks for', [yes(v1, 'Dee', 'press')], 'no approval by press is asked for'],
    [
      'words that have changed since',
      [{ ...yes(v1, 'Ben', 'safety'), contentHash: '0'.repeat(64) }],
      'it was given to other words than the file holds now',
    ],
  ])('passes over %s', (_, approvals, because) => {
    const { counted, passedOver } = countApprovals(v1, rules, approvals, people);
    expect(passedOver).toEqual([{ approval: approvals.at(-1), because }]);
    expect(counted).toHaveLength(approvals.length - 1);
  });

  it('passes over each of several writers', () => {
    for (const written_by of ['Ana and Ben', 'Ana, Ben', 'Ana & Ben', 'ana;ben']) {
      const rubric = soundRubric({ written_by });
      expect(countApprovals(rubric, rules, all(rubric), people).counted.map(({ person }) => person)).toEqual(['Cem']);
    }
  });

  it('says nothing of approvals of another version or dimension', () => {
    const others = [...all(v2), { ...yes(v1, 'Ben', 'safety'), dimension: 'acute.self_harm' }];
    expect(countApprovals(v1, rules, others, people)).toMatchObject({ counted: [], passedOver: [] });
  });

  it('counts what is noted in the file, by the same rules', () => {
    const noted = soundRubric({
      approvals: [
        { by: 'Ben', role: 'safety', at: '2026-04-01' },
        { by: 'Cem', role: 'safety', at: '2026-04-01' },
        { by: 'Sam', role: 'clinician', at: '2026-04-01' },
      ],
    });
    expect(countApprovals(noted, rules, [], people).missing).toEqual([{ role: 'clinician', count: 1 }]);
    expect(countApprovals(noted, rules, [yes(noted, 'Ana', 'clinician')], people).missing).toEqual([]);
    expect(countApprovals(noted, rules, [yes(noted, 'Ben', 'safety')], people).counted).toHaveLength(2);
  });
});

describe('liveRubrics', () => {
  const live = (...given: Parameters<typeof liveRubrics>) => liveRubrics(...given).get('concrete.flattery')?.version;

  it('takes the newest frozen version where no approvals are asked for, and never a draft before it', () => {
    expect(live(libraryOf([v1, v2]), [], [], [])).toBe(2);
    expect(live(libraryOf([v1, v2], { frozen: [v1] }), [], [], [])).toBe(1);
    expect(live(libraryOf([v1, v2], { frozen: [] }), [], [], [])).toBe(1);
    expect(live(libraryOf([v1], { frozen: [] }), [], [], [])).toBe(1);
  });

  it('takes the newest approved version where they are, and none where nobody released one', () => {
    const library = libraryOf([v1, v2]);
    expect(live(library, rules, [...all(v1), ...all(v2)], people)).toBe(2);
    expect(live(library, rules, [...all(v1), ...all(v2).slice(1)], people)).toBe(1);
    expect(live(library, rules, all(v2), people)).toBe(2);
    expect(live(library, rules, [], people)).toBeUndefined();
    expect(liveRubrics(library, rules, [], people).rubrics).toEqual([]);
  });

  it('takes a version back that somebody changed after it was approved, in its words or in its frame', () => {
    const approvals = [...all(v1), ...all(v2)];
    const { stringify } = JSON;
    const changed = { 'concrete/flattery/v2.yaml': stringify({ ...v2, evidence: 'Quote a lot.' }) };
    expect(live(libraryOf([v1, v2], { over: changed }), rules, approvals, people)).toBe(1);
    expect(live(libraryOf([v1, v2], { over: { 'frames/conversation.v1.md': 'No rules.' } }), rules, approvals, people)).toBe(
      undefined,
    );
  });

  it('is not moved by another gold case, which changes no rating', () => {
    const over = { 'concrete/flattery/v2.gold.jsonl': '{}' };
    expect(live(libraryOf([v1, v2], { over }), rules, [...all(v1), ...all(v2)], people)).toBe(2);
  });

  it('loses a version when an approver loses the role', () => {
    const without = people.filter(({ name }) => name !== 'Ana');
    expect(live(libraryOf([v1, v2]), rules, [...all(v1), ...all(v2)], without)).toBeUndefined();
  });

  it('keeps every version within reach, whichever is live', () => {
    const set = liveRubrics(libraryOf([v1, v2]), [], [], []);
    expect(set.version('concrete.flattery', 1)).toEqual(v1);
    expect(set.version('concrete.flattery', 3)).toBeUndefined();
    expect(set.frameOf(v1)).toBe(set.frames.get('conversation.v1'));
  });

  it('says of each version where it stands', () => {
    const library = libraryOf([v1, v2]);
    const state = (rubric: Rubric, ...rest: [Approval[]]) => describeState(rubricState(library, rubric, rules, ...rest, people));
    expect(state(v2, [...all(v1), ...all(v2).slice(0, 1)])).toBe('waiting for approval by 2 x safety');
    expect(state(v1, all(v1))).toBe('live');
    expect(state(v1, all(v2))).toBe('superseded');
    const draft = libraryOf([v1, v2], { frozen: [v1] });
    expect(rubricState(draft, v2, [], [], [])).toEqual({ state: 'draft' });
    const over = { 'concrete/flattery/v2.yaml': filesOf([v2]).get('concrete/flattery/v2.yaml')!.replace('Quote', 'Cite') };
    expect(rubricState(libraryOf([v1, v2], { over }), v2, [], [], [])).toEqual({ state: 'altered' });
  });
});
