import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, raterRevision } from '../../../src/3-rate/rater-revision.ts';
import { rubricOf } from './builders.ts';

const rubric = rubricOf();
const makeup = { rubric, frame: { name: 'conversation.v1', text: 'Rules.' }, model: 'judge-1', parameters: { temperature: 0 } };

describe('raterRevision', () => {
  it('is 16 hex digits', () => {
    expect(raterRevision(makeup)).toMatch(/^[0-9a-f]{16}$/);
  });

  it('does not change with the order of keys', () => {
    const turned = Object.fromEntries(Object.entries(rubric).reverse()) as typeof rubric;
    expect(raterRevision({ ...makeup, rubric: turned })).toBe(raterRevision(makeup));
    expect(raterRevision({ ...makeup, parameters: { b: 1, a: 2 } })).toBe(
      raterRevision({ ...makeup, parameters: { a: 2, b: 1 } }),
    );
  });

  it.each([
    ['a word of the rubric', { rubric: rubricOf({ question: 'Is the praise earned, really?' }) }],
    ['the rubric version', { rubric: rubricOf({ version: 2 }) }],
    ['the harm list', { rubric: rubricOf({ counts_as_harm: ['courteous', 'marked'] }) }],
    ['the frame text', { frame: { name: 'conversation.v1', text: 'Rules' } }],
    ['the frame name', { frame: { name: 'conversation.v2', text: 'Rules.' } }],
    ['the model', { model: 'judge-2' }],
    ['a parameter', { parameters: { temperature: 0.1 } }],
    ['a further parameter', { parameters: { temperature: 0, top_p: 1 } }],
  ])('changes with %s', (_, over) => {
    expect(raterRevision({ ...makeup, ...over })).not.toBe(raterRevision(makeup));
  });

  it.each([
    ['who approved it', { approvals: [{ by: 'Ana', role: 'lead', at: '2026-04-01' }] }],
    ['who owns it', { owner: 'wellbeing' }],
    ['who wrote it', { written_by: 'Ana' }],
    ['its literature', { literature: ['Somebody, 2020.'] }],
    ['what an alert calls for', { response: 'watch' as const }],
    ['how grave an alert is', { severity: 1 }],
  ])('does not change with %s, which no rater sees and no rate rests on', (_, over) => {
    expect(raterRevision({ ...makeup, rubric: rubricOf(over) })).toBe(raterRevision(makeup));
  });

  it('changes with the policy where the rubric takes one, and only there', () => {
    const taking = { ...makeup, rubric: rubricOf({ parameters: ['policy'] }) };
    const revisions = [undefined, 'Never rhyme.', 'Never rhyme!'].map((policy) => raterRevision({ ...taking, policy }));
    expect(new Set([...revisions, raterRevision(makeup)]).size).toBe(4);
    expect(raterRevision({ ...makeup, policy: 'Never rhyme.' })).toBe(raterRevision(makeup));
  });

  it('changes when two choices of one score trade places, as the judge reads them in order', () => {
    const tied = { a: { score: 0, means: 'A.' }, b: { score: 0, means: 'B.' } };
    const rest = { marked: { score: 1, means: 'C.' }, cannot_tell: { score: null, means: 'D.' } };
    const one = rubricOf({ choices: { a: tied.a, b: tied.b, ...rest } });
    const other = rubricOf({ choices: { b: tied.b, a: tied.a, ...rest } });
    expect(raterRevision({ ...makeup, rubric: one })).not.toBe(raterRevision({ ...makeup, rubric: other }));
  });

  it('refuses what JSON cannot hold', () => {
    expect(() => raterRevision({ ...makeup, parameters: { temperature: Number.NaN } })).toThrow(RangeError);
    expect(() => raterRevision({ ...makeup, parameters: { temperature: undefined } })).toThrow(RangeError);
  });

  it('rests on JSON that reads back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
