import { createKeyRing } from '../../../src/2-sample/keys/key-ring.ts';
import type { KeyRing, KeySource } from '../../../src/domain/key-ring.ts';

/** Different keys for different seeds. */
export const keyOf = (seed: number): Buffer => Buffer.alloc(32, seed);

/** A source whose keys the test changes under the ring's feet, and which counts how often it was read. */
export function createTestSource(...seeds: number[]) {
  const state = { seeds, reads: 0, broken: null as Error | null };
  const source: KeySource = {
    name: 'the test source',
    read() {
      state.reads += 1;
      if (state.broken !== null) throw state.broken;
      return state.seeds.map(keyOf);
    },
    add() {
      state.seeds = [Math.max(...state.seeds) + 1, ...state.seeds];
    },
  };
  return Object.assign(state, { source });
}

export function ringOf(...seeds: number[]): KeyRing {
  return createKeyRing(createTestSource(...seeds).source, () => new Date(0));
}
