import { describe, expect, test } from 'vitest';
import { type Assignment, type Duties, dutiesOf, type JudgeSeat, seatOf } from '../../../src/3-rate/seats.ts';
import { frame, rubricFor, seatNamed } from './seat-builders.ts';

const dimensions = ['concrete.flattery', 'concrete.overcaution', 'concrete.one_sidedness', 'acute.self_harm', 'acute.abuse'];
const assign = (over: Partial<Assignment> = {}): Assignment[] =>
  dimensions.map((dimension) => ({ seat: seatNamed('a'), rubric: rubricFor(dimension), frame, ...over }));
const companies = (duties: Duties) =>
  Object.fromEntries([...duties].map(([dimension, { company }]) => [dimension, company.map((rubric) => rubric.dimension)]));
const revisions = (duties: Duties) => Object.fromEntries([...duties].map(([dimension, { revision }]) => [dimension, revision]));

describe('who is asked together', () => {
  test('are the dimensions of one group of the taxonomy, in alphabetical order', () => {
    const acute = ['acute.abuse', 'acute.self_harm'];
    const concrete = ['concrete.flattery', 'concrete.one_sidedness', 'concrete.overcaution'];
    expect(companies(dutiesOf(assign(), undefined))).toEqual({
      'acute.abuse': acute,
      'acute.self_harm': acute,
      'concrete.flattery': concrete,
      'concrete.one_sidedness': concrete,
      'concrete.overcaution': concrete,
    });
  });
  test('are of several groups where keeping them apart would cost a call more', () => {
    const all = companies(dutiesOf(assign({ seat: seatNamed('a', { dimensionsPerCall: 9 }) }), undefined));
    for (const company of Object.values(all)) expect(company).toEqual([...dimensions].sort());
    // Three groups of four: three calls by group, two without.
    const twelve = ['acute', 'concrete', 'protective'].flatMap((group) => ['a', 'b', 'c', 'd'].map((name) => `${group}.${name}`));
    const seat = seatNamed('a', { dimensionsPerCall: 6 });
    const mixed = dutiesOf(
      twelve.map((dimension) => ({ seat, rubric: rubricFor(dimension), frame })),
      undefined,
    );
    expect(new Set(Object.values(companies(mixed)).map((company) => company.join())).size).toBe(2);
  });
  test('are no more than the seat takes in a call', () => {
    const duties = dutiesOf(assign({ seat: seatNamed('a', { dimensionsPerCall: 2 }) }), undefined);
    expect(companies(duties)).toMatchObject({
      'concrete.flattery': ['concrete.flattery', 'concrete.one_sidedness'],
      'concrete.overcaution': ['concrete.overcaution'],
    });
  });
  test('are of one seat and one frame', () => {
    const [first, second, third] = assign() as [Assignment, Assignment, Assignment];
    const others = [first, { ...second, seat: seatNamed('b') }, { ...third, frame: { ...frame, name: 'turn.v1' } }];
    for (const company of Object.values(companies(dutiesOf(others, undefined)))) expect(company).toHaveLength(1);
  });
  test('do not depend on the order of the configuration, and neither do revisions', () => {
    const inOrder = dutiesOf(assign(), undefined);
    const reversed = dutiesOf(assign().toReversed(), undefined);
    expect(companies(reversed)).toEqual(companies(inOrder));
    expect(revisions(reversed)).toEqual(revisions(inOrder));
  });
  test('are everyone who was assigned, once', () => {
    const duties = dutiesOf(assign({ seat: seatNamed('a', { dimensionsPerCall: 1 }) }), undefined);
    expect([...duties.keys()].sort()).toEqual([...dimensions].sort());
    expect(dutiesOf([], undefined).size).toBe(0);
  });
});

describe('the revision of a rater', () => {
  const before = revisions(dutiesOf(assign(), 'be brief'));
  const changed = (assignments: readonly Assignment[], policy = 'be brief') => {
    const after = revisions(dutiesOf(assignments, policy));
    return Object.keys(after).filter((dimension) => after[dimension] !== before[dimension]);
  };
  const withRubric = (dimension: string, over: object) =>
    assign().map((each) => (each.rubric.dimension === dimension ? { ...each, rubric: rubricFor(dimension, over) } : each));
  const everybody = [...dimensions].sort();

  test('is 16 hex digits, another for each dimension', () => {
    for (const revision of Object.values(before)) expect(revision).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(Object.values(before)).size).toBe(dimensions.length);
    expect(changed(assign())).toEqual([]);
  });
  test.each<[string, Partial<Assignment>]>([
    ['the model', { seat: seatNamed('a', {}, { model: 'another', temperature: 0 }) }],
    ['the temperature', { seat: seatNamed('a', {}, { model: 'model-a', temperature: 0.5 }) }],
    ['the size of windows', { seat: seatNamed('a', { windows: { maxChars: 50_000, overlapTurns: 2 } }) }],
    ['the overlap of windows', { seat: seatNamed('a', { windows: { maxChars: 60_000, overlapTurns: 3 } }) }],
    ['the frame’s text', { frame: { ...frame, text: 'Other instructions.' } }],
  ])('changes for all with %s', (_what, over) => expect(changed(assign(over)).sort()).toEqual(everybody));
  test.each<[string, Partial<JudgeSeat>]>([
    ['the seat’s name', { name: 'renamed' }],
    ['the price', { price: { inputPerMillion: 9, outputPerMillion: 9 } }],
    ['the budget', { limit: { calls: 1, money: 1 } }],
    ['the pace', { concurrency: 1, maxAttempts: 1 }],
    ['the pattern by which the seat was chosen', { dimensions: ['acute.*'] }],
  ])('does not change with %s', (_what, over) => expect(changed(assign({ seat: seatNamed('a', over) }))).toEqual([]));
  test('changes for the whole company where one of it leaves, joins or has a new version', () => {
    const concrete = everybody.filter((dimension) => dimension.startsWith('concrete'));
    const left = assign().filter(({ rubric }) => rubric.dimension !== 'concrete.overcaution');
    // The four that are left fit into one call.
    expect(changed(left).sort()).toEqual(everybody.filter((dimension) => dimension !== 'concrete.overcaution'));
    const joined = [...assign(), { seat: seatNamed('a'), rubric: rubricFor('concrete.credulity'), frame }];
    expect(changed(joined).sort()).toEqual(['concrete.credulity', ...concrete].sort());
    expect(changed(withRubric('concrete.flattery', { version: 2 })).sort()).toEqual(concrete);
  });
  test.each([
    ['question', { question: 'Another question?' }],
    ['near misses', { not_this: ['a', 'b', 'c'] }],
    ['evidence', { evidence: 'Quote more.' }],
    ['what counts as harm', { counts_as_harm: ['courteous', 'marked'] }],
  ])('changes with its own rubric’s %s', (_what, over) =>
    expect(changed(withRubric('acute.abuse', over))).toEqual(['acute.abuse']),
  );
  test.each([
    ['approvals', { approvals: [{ by: 'Robin', role: 'clinician', at: '2026-04-01' }] }],
    ['owner', { owner: 'somebody else' }],
    ['writer', { written_by: 'Alex' }],
    ['literature', { literature: ['Doe (2020)'] }],
    ['response and severity', { response: 'watch', severity: 1 }],
  ])('does not change with its rubric’s %s', (_what, over) => expect(changed(withRubric('acute.abuse', over))).toEqual([]));
  test('changes with the policy for rubrics that take one, and for no other', () => {
    expect(changed(assign(), 'be long')).toEqual([]);
    const takes = withRubric('acute.abuse', { parameters: ['policy'] });
    const [brief, long, none] = ['be brief', 'be long', undefined].map((policy) => revisions(dutiesOf(takes, policy)));
    expect(new Set([brief, long, none].map((each) => each?.['acute.abuse'])).size).toBe(3);
    expect(brief?.['acute.self_harm']).toBe(long?.['acute.self_harm']);
  });
});

describe('the seat of a dimension', () => {
  const acute = seatNamed('acute', { dimensions: ['acute.*'] });
  const one = seatNamed('one', { dimensions: ['acute.abuse', 'concrete.flattery'] });
  const rest = seatNamed('rest');
  test.each([
    [[acute, one, rest], 'acute.abuse', 'acute'],
    [[one, acute, rest], 'acute.abuse', 'one'],
    [[acute, one, rest], 'concrete.flattery', 'one'],
    [[acute, one, rest], 'concrete.overcaution', 'rest'],
    [[acute, one], 'concrete.overcaution', undefined],
    [[], 'concrete.overcaution', undefined],
    [[seatNamed('near', { dimensions: ['acute.abuse'] })], 'acute.abuse_of_trust', undefined],
    [[seatNamed('near', { dimensions: ['acute.*'] })], 'acutely.abuse', undefined],
  ])('case %#: the first that names it, else the one for all others', (seats, dimension, name) =>
    expect(seatOf(seats, dimension)?.name).toBe(name),
  );
});
