import { describe, expect, it } from 'vitest';
import { deriveKeys } from '../../../../src/2-sample/keys/derive-keys.ts';
import {
  firstGeneration,
  rewrapWorkingKey,
  unwrapCoins,
  unwrapWorkingKeys,
  wrapWorkingKey,
} from '../../../../src/2-sample/keys/working-keys.ts';
import { KeyError } from '../../../../src/domain/errors.ts';
import { keyOf, ringOf } from '../builders.ts';

const ring = ringOf(2, 1);
const [current, first] = ring.masters() as [ReturnType<typeof ring.current>, ReturnType<typeof ring.current>];
const stored = firstGeneration(first, current);
const april = new Date('2026-04-01T00:00:00Z');
const second = wrapWorkingKey(current, { name: 'coin', generation: 2, from: april, key: keyOf(99) });

describe('working keys', () => {
  it('of the first generation follow from the first master key, whichever wraps them', () => {
    const { pseudonym, receipt, audit, coin } = deriveKeys(keyOf(1));
    const coins = [{ generation: 1, from: new Date(0), key: coin }];
    expect(unwrapWorkingKeys(ring, stored)).toEqual({ pseudonym, receipt, audit, coins });
    expect(new Set(stored.map(({ master }) => master))).toEqual(new Set([current.fingerprint]));
    expect(unwrapWorkingKeys(ringOf(2), stored).pseudonym).toEqual(pseudonym);
  });

  it('are the same after they were wrapped anew', () => {
    const anew = stored.map((key) => rewrapWorkingKey(ringOf(3, 2, 1), key));
    expect(unwrapWorkingKeys(ringOf(3), anew)).toEqual(unwrapWorkingKeys(ring, stored));
  });

  it('list the newest coin key first', () => {
    expect(unwrapCoins(ring, [...stored, second]).map(({ generation, from }) => [generation, from])).toEqual([
      [2, april],
      [1, new Date(0)],
    ]);
  });

  const named = (name: string) => stored.find((key) => key.name === name)!;
  it.each([
    [
      'two names are swapped',
      stored.map((key) => ({ ...key, wrapped: named(key.name === 'audit' ? 'receipt' : key.name).wrapped })),
    ],
    ['a generation is renumbered', [...stored.filter(({ name }) => name !== 'coin'), { ...second, generation: 3 }]],
    ['one is missing', stored.filter(({ name }) => name !== 'receipt')],
    ['no coin key is left', stored.filter(({ name }) => name !== 'coin')],
  ])('do not open when %s', (_how, rows) => {
    expect(() => unwrapWorkingKeys(ring, rows)).toThrow(KeyError);
  });
});
