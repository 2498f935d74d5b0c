import { describe, expect, it } from 'vitest';
import { bagOf, nBuckets } from '../../../../src/3-rate/screen/bag-of-words.ts';
import { readTurns } from '../../../../src/3-rate/screen/read-turns.ts';

type Said = readonly (readonly ['user' | 'assistant', string])[];
const bag = (...turns: Said) => bagOf(readTurns(turns.map(([role, content]) => ({ role, content }))));

describe('bagOf', () => {
  it('holds the words of the assistant, and none of the user', () => {
    expect(bag(['user', 'Seven angry otters']).size).toBe(0);
    expect(bag(['assistant', 'Seven angry otters']).size).toBe(3);
    for (const bucket of bag(['assistant', 'Seven angry otters']).keys()) expect(bucket).toBeLessThan(nBuckets);
  });

  it('does not tell apart what an answer takes over from the user', () => {
    expect(bag(['user', 'Do otters sing?'], ['assistant', 'otters, perhaps'])).toEqual(
      bag(['user', 'Do badgers sing?'], ['assistant', 'badgers, perhaps']),
    );
    expect(bag(['user', 'Do otters sing?'], ['assistant', 'badgers, perhaps'])).not.toEqual(
      bag(['user', 'Do otters sing?'], ['assistant', 'otters, perhaps']),
    );
  });

  it('is a mean over answers: saying it twice changes nothing', () => {
    const once = bag(['user', 'So?'], ['assistant', 'It is a plain answer.']);
    const twice = bag(
      ['user', 'So?'],
      ['assistant', 'It is a plain answer.'],
      ['user', 'So?'],
      ['assistant', 'It is a plain answer.'],
    );
    expect([...twice.keys()].sort()).toEqual([...once.keys()].sort());
    for (const [bucket, amount] of once) expect(twice.get(bucket)).toBeCloseTo(amount, 12);
  });

  it('gives an answer of any length the same length', () => {
    const words = Array.from({ length: 40 }, (_, i) => `word${String.fromCharCode(97 + (i % 26))}${i}`);
    const size = (text: string) => Math.sqrt([...bag(['assistant', text]).values()].reduce((sum, each) => sum + each ** 2, 0));
    expect(size(words.join(' '))).toBeCloseTo(1, 1);
    expect(size(words.slice(0, 20).join(' '))).toBeCloseTo(1, 1);
  });
});
