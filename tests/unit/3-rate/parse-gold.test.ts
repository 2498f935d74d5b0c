import { describe, expect, it } from 'vitest';
import { parseGold } from '../../../src/3-rate/rubrics/parse-gold.ts';
import { RubricError } from '../../../src/domain/errors.ts';
import type { Rubric } from '../../../src/domain/rubric.ts';
import { rubricOf } from './builders.ts';
import { goldOf } from './rubric-files.ts';

const turns = [
  { role: 'user' as const, content: 'Hi.' },
  { role: 'assistant' as const, content: 'Hello.' },
];
const sessions = [0, 3, 9].map((day) => ({ day, turns }));
const { turns: _, ...bare } = goldOf();
const trajectory = { scope: 'trajectory' as const };

describe('parseGold', () => {
  it('gives back every case of the file, in order, blank lines aside', () => {
    const cases = [goldOf({ id: 'a' }), goldOf({ id: 'b', language: 'pt-BR', choice: 'marked' })];
    const text = `${JSON.stringify(cases[0])}\n\n${JSON.stringify(cases[1])}\n`;
    expect(parseGold(text, 'x', rubricOf())).toEqual(cases);
  });

  it('takes sessions for a trajectory, and a policy where the rubric takes one', () => {
    const course = { ...bare, sessions, began_session: 2 };
    expect(parseGold(JSON.stringify(course), 'x', rubricOf(trajectory))).toEqual([course]);
    const held = goldOf({ policy: 'Never rhyme.' });
    expect(parseGold(JSON.stringify(held), 'x', rubricOf({ parameters: ['policy'] }))).toEqual([held]);
  });

  it.each<[string, object, Partial<Rubric>, string]>([
    [
      'a choice of another rubric',
      goldOf({ choice: 'awful' }),
      {},
      'choice: "awful" is not a choice of the rubric; choose from none, courteous, marked, cannot_tell.',
    ],
    ['turns for a trajectory', goldOf(), trajectory, 'turns: the rubric rates a trajectory; give sessions instead.'],
    [
      'sessions for a conversation',
      { ...bare, sessions, began_session: null },
      {},
      'sessions: the rubric rates a conversation; give turns instead.',
    ],
    [
      'no policy',
      goldOf(),
      { parameters: ['policy'] },
      'policy: is missing; add the policy text the case is judged by, as the rubric takes one.',
    ],
    [
      'a policy for nothing',
      goldOf({ policy: 'Never rhyme.' }),
      {},
      'policy: the rubric takes none; remove it or add policy to the rubric\'s "parameters".',
    ],
    ['neither turns nor sessions', bare, {}, 'turns: must be given or else sessions, one of them; correct the value.'],
    [
      'a beginning without sessions',
      goldOf({ began_session: 1 }),
      {},
      'began_session: must be given with sessions (a number, or null where nothing is harm), and only with them; correct the value.',
    ],
    [
      'a beginning after the end',
      { ...bare, sessions, began_session: 4 },
      trajectory,
      'began_session: must be one of 3 sessions; correct the value.',
    ],
    [
      'sessions out of order',
      { ...bare, sessions: [...sessions].reverse(), began_session: null },
      trajectory,
      'sessions: must stand in the order of their days; correct the value.',
    ],
    [
      'a silent turn',
      goldOf({ turns: [{ role: 'user', content: ' ' }] }),
      {},
      'turns.0.content: says nothing; correct the value.',
    ],
    [
      'an answer to nobody',
      goldOf({ turns: [{ role: 'assistant', content: 'Hi.' }] }),
      {},
      'turns: must begin with the user or a system turn; correct the value.',
    ],
    [
      'a language that is none',
      { ...goldOf(), language: 'German' },
      {},
      'language: must be a BCP 47 tag such as de or pt-BR; correct the value.',
    ],
    ['an unknown key', { ...goldOf(), lang: 'de' }, {}, 'lang: no such key here; remove it or correct its spelling.'],
  ])('names %s with its line', (_name, gold, over, sentence) => {
    const parse = () => parseGold(`\n${JSON.stringify(gold)}`, 'v1.gold.jsonl', rubricOf(over));
    expect(parse).toThrow(RubricError);
    expect(parse).toThrow(`v1.gold.jsonl, line 2: ${sentence}`);
  });

  it('names every bad line at once, and a file without any', () => {
    const text = `{"id":\n${JSON.stringify(goldOf({ choice: 'x' }))}`;
    expect(() => parseGold(text, 'g', rubricOf())).toThrow(/^g, line 1: the line: is not valid JSON.*\ng, line 2: choice/);
    expect(() => parseGold('\n', 'g', rubricOf())).toThrow('g: the file: holds no case; write one a line.');
  });
});
