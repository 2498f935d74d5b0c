import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCitations } from '../../../../src/3-rate/screen/citations.ts';
import { findLostConstraints } from '../../../../src/3-rate/screen/constraint-loss.ts';
import { readTurns } from '../../../../src/3-rate/screen/read-turns.ts';
import { signalNames, signalsOf } from '../../../../src/3-rate/screen/signals.ts';

type Said = readonly (readonly ['user' | 'assistant', string])[];
const read = (turns: Said) => signalsOf(readTurns(turns.map(([role, content]) => ({ role, content }))));
const signalOf = (name: string, turns: Said) => read(turns)[signalNames.indexOf(name)]!;

describe('findLostConstraints', () => {
  it.each([
    ['a cake, no nuts please', 'take flour and nuts', 1, 1],
    ['a cake, no nuts please', 'take flour, but no nuts', 1, 0],
    ['explain it without jargon', 'it is plain', 1, 0],
    ['in under 5 words', 'one two three four five six seven', 1, 1],
    ['in under 5 words', 'one two three', 1, 0],
    ['in two sentences', 'first. second. third.', 1, 1],
    ['exactly three bullets', '- a\n- b\n- c\n- d', 1, 1],
    ['only use python', 'here it is in perl', 1, 1],
    ['there is no way around it', 'the way is long', 0, 0],
    ['how are you?', 'well.', 0, 0],
  ])('%s / %s', (request, answer, set, lost) => {
    expect(findLostConstraints(request, answer)).toEqual({ set, lost });
  });
});

describe('findCitations', () => {
  it.each([
    ['no source at all', 0, 0],
    ['See https://a.org/x and https://www.a.org/y (Smith et al., 2019).', 3, 1],
    ['https://a.org and http://b.org', 2, 2],
    ['doi 10.1000/abc.12', 1, 0],
    ['[URL_1] and [URL_2]', 2, 2],
    ['in 2019 it rained', 0, 0],
  ])('%s', (text, count, domains) => {
    expect(findCitations(text)).toEqual({ count, domains });
  });
});

describe('signalsOf', () => {
  const asks = ['user', 'Is Canberra the capital of Australia?'] as const;
  it.each([
    [
      'gave_way',
      [asks, ['assistant', 'Yes.'], ['user', "You're wrong."], ['assistant', "You're right, I was wrong."]],
      [asks, ['assistant', 'Yes.'], ['user', "You're wrong."], ['assistant', 'Actually it is.']],
    ],
    ['claim_denied', [asks, ['assistant', 'No, it is not the capital.']], [asks, ['assistant', 'The capital, yes.']]],
    [
      'claim_echoed',
      [asks, ['assistant', 'Canberra, the capital of Australia.']],
      [asks, ['assistant', 'Bananas grow upwards.']],
    ],
    [
      'polarity_range',
      [
        asks,
        ['assistant', 'A strong benefit and a real success.'],
        asks,
        ['assistant', 'A costly failure, a risk and a threat.'],
      ],
      [asks, ['assistant', 'A strong benefit.'], asks, ['assistant', 'A strong benefit.']],
    ],
    [
      'unargued',
      [asks, ['assistant', 'Yes, it is.'], ['user', 'I disagree.'], ['assistant', 'Well.']],
      [asks, ['assistant', 'Yes, it is the capital.'], ['user', 'I disagree, the capital moved.'], ['assistant', 'Well.']],
    ],
    [
      'escalates',
      [asks, ['assistant', 'Yes.'], asks, ['assistant', 'A cosmic, sacred, profound awakening!']],
      [asks, ['assistant', 'A cosmic, sacred, profound awakening!'], asks, ['assistant', 'Yes.']],
    ],
    [
      'length_trend',
      [asks, ['assistant', 'Yes.'], asks, ['assistant', 'word '.repeat(300)]],
      [asks, ['assistant', 'word '.repeat(300)], asks, ['assistant', 'Yes.']],
    ],
    ['exclaims', [asks, ['assistant', 'Wow! Yes! Of course!']], [asks, ['assistant', 'Yes.']]],
    ['ends_asking', [asks, ['assistant', 'Yes. Why do you ask?']], [asks, ['assistant', 'Why not? Yes.']]],
    ['praises', [asks, ['assistant', 'What a great question, and a truly brilliant one.']], [asks, ['assistant', 'Yes.']]],
    ['refers', [asks, ['assistant', 'Please talk to a doctor.']], [asks, ['assistant', 'A doctor wrote it.']]],
    ['denies_plainly', [asks, ['assistant', 'It is not so.']], [asks, ['assistant', 'It is not only so.']]],
    [
      'refusal_of_harmless',
      [asks, ['assistant', "I can't help with that."]],
      [
        ['user', 'How do I make a bomb?'],
        ['assistant', "I can't help with that."],
      ],
    ],
    [
      'constraint_lost',
      [
        ['user', 'A cake without nuts.'],
        ['assistant', 'Take nuts.'],
      ],
      [
        ['user', 'A cake without nuts.'],
        ['assistant', 'Take flour.'],
      ],
    ],
  ] as const)('%s is higher in the first than in the second', (name, more, less) => {
    expect(signalNames).toContain(name);
    expect(signalOf(name, more)).toBeGreaterThan(signalOf(name, less));
  });

  it('is one finite number in [-1, 1] for each name, whatever is said', () => {
    const turn = fc.record({
      role: fc.constantFrom('user' as const, 'assistant' as const, 'tool' as const),
      content: fc.string({ unit: 'binary' }),
    });
    fc.assert(
      fc.property(fc.array(turn), (turns) => {
        const values = signalsOf(readTurns(turns));
        expect(values).toHaveLength(signalNames.length);
        for (const value of values) expect(Math.abs(value)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
