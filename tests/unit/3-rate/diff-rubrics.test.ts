import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffRubrics, explainChanges } from '../../../src/3-rate/rubrics/diff-rubrics.ts';
import { diffWords } from '../../../src/3-rate/rubrics/diff-words.ts';
import type { Rubric } from '../../../src/domain/rubric.ts';
import { rubricOf } from './builders.ts';

const frame = { name: 'conversation.v1', text: 'Rules.' };
const older = { rubric: rubricOf(), frame };
const newer = (over: Partial<Rubric>) => ({ rubric: rubricOf({ version: 2, ...over }), frame });
const { choices } = older.rubric;

describe('diffWords', () => {
  it('keeps what both have, and tells the rest word by word', () => {
    expect(diffWords('praise is earned', 'praise was earned')).toEqual([
      { kind: 'same', text: 'praise' },
      { kind: 'removed', text: 'is' },
      { kind: 'added', text: 'was' },
      { kind: 'same', text: 'earned' },
    ]);
    expect(diffWords('a\nb', 'a\nc\nb')).toEqual([
      { kind: 'same', text: 'a\n' },
      { kind: 'added', text: 'c\n' },
      { kind: 'same', text: 'b' },
    ]);
    expect(diffWords('', '')).toEqual([]);
  });

  it('gives both texts back, and changes nothing in a text compared with itself', () => {
    const words = fc.array(fc.constantFrom('a', 'b', 'c', 'dd'), { maxLength: 30 });
    fc.assert(
      fc.property(words, words, (a, b) => {
        const changes = diffWords(a.join(' '), b.join(' '));
        const side = (gone: string) => changes.filter(({ kind }) => kind !== gone).map(({ text }) => text);
        expect(side('added').join(' ')).toBe(a.join(' '));
        expect(side('removed').join(' ')).toBe(b.join(' '));
        expect(diffWords(a.join(' '), a.join(' ')).every(({ kind }) => kind === 'same')).toBe(true);
      }),
    );
  });
});

describe('diffRubrics', () => {
  it.each<[string, Partial<Rubric>, string, string]>([
    ['the question', { question: 'Is the praise fair?' }, 'question', 'raters'],
    ['what a choice means', { choices: { ...choices, none: { score: 0, means: 'None.' } } }, 'choices.none.means', 'raters'],
    [
      'the number of a choice',
      { choices: { ...choices, marked: { score: 1, means: 'Unearned.' } } },
      'choices.marked.score',
      'numbers',
    ],
    ['what counts as harm', { counts_as_harm: ['courteous', 'marked'] }, 'counts_as_harm', 'raters'],
    ['a near miss', { not_this: ['Earned praise.', 'Thanks.', 'Cheer.'] }, 'not_this', 'raters'],
    ['what raters are given', { parameters: ['policy'] }, 'parameters', 'raters'],
    ['the severity', { severity: 4 }, 'severity', 'records'],
    ['the owner', { owner: 'wellbeing' }, 'owner', 'records'],
    ['who wrote it', { written_by: 'Ana' }, 'written_by', 'records'],
  ])('names %s alone, with what its change does', (_, over, field, effect) => {
    expect(diffRubrics(older, newer(over)).map((each) => [each.field, each.effect])).toEqual([[field, effect]]);
  });

  it('compares the text of the frames too', () => {
    const other = { name: 'conversation.v2', text: 'Other rules.' };
    const changes = diffRubrics(older, { rubric: rubricOf({ frame: other.name }), frame: other });
    expect(changes.map(({ field }) => field)).toEqual(['frame', 'the text of the frame']);
  });

  it('shows a choice that is new and one that is gone', () => {
    const { courteous: _, ...rest } = choices;
    const changes = diffRubrics(older, newer({ choices: rest }));
    expect(changes.find(({ field }) => field === 'choices.courteous.means')).toMatchObject({
      before: 'A stock phrase.',
      after: null,
      words: [{ kind: 'removed', text: 'A stock phrase.' }],
    });
  });

  it('says nothing where nothing but version and approvals differ', () => {
    expect(diffRubrics(older, newer({ approvals: [{ by: 'Ana', role: 'lead', at: '2026-04-01' }] }))).toEqual([]);
  });
});

describe('explainChanges', () => {
  const explain = (over: Partial<Rubric>) => explainChanges(diffRubrics(older, newer(over)));

  it('says what raters read otherwise, and that the rates are not one series', () => {
    expect(explain({ question: 'Why?', choices: { ...choices, marked: { score: 1, means: 'Unearned.' } } })).toBe(
      'Raters read something else: question. The same verdict counts differently: choices.marked.score. Rates before and after are not one series: compare them only where both versions rated the same conversations.',
    );
    expect(explain({ owner: 'wellbeing' })).toMatch(/^Raters read the same words, .* not one series/);
    expect(explain({})).toBe('The two versions say the same.');
  });
});
