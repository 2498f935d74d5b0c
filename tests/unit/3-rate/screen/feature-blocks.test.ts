import { describe, expect, it } from 'vitest';
import { type Block, type Features, layOut, scoreOf } from '../../../../src/3-rate/screen/feature-blocks.ts';
import { signalNames } from '../../../../src/3-rate/screen/signals.ts';
import { Rng } from '../../../../src/simulate/rng.ts';

const rng = new Rng('blocks');
const pressed = signalNames.indexOf('unargued');
const rows: Features[] = Array.from({ length: 12 }, (_, i) => ({
  signals: signalNames.map((_, j) => (j === pressed ? i % 2 : rng.uniform())),
  bag: new Map([
    [i, 0.3 + rng.uniform()],
    [7, rng.uniform()],
  ]),
}));
const hand = signalNames.map((_, j) => (j % 5) - 2);

describe('layOut', () => {
  it.each<readonly [string, readonly Block[]]>([
    ['hand', ['hand']],
    ['signals', ['signals']],
    ['words', ['words']],
    ['hand and words', ['hand', 'words']],
    ['all', ['hand', 'signals', 'pressure', 'words']],
  ])('finds the way back: the model scores as the inner products do, with %s', (_, blocks) => {
    const { gram, toModel } = layOut(rows, blocks, hand);
    const drawn = rows.map(() => rng.uniform() - 0.5);
    const mean = drawn.reduce((sum, each) => sum + each, 0) / drawn.length;
    const dual = Float64Array.from(drawn, (each) => each - mean);
    const model = toModel(dual);
    const products = gram.map((row) => row.reduce((sum, value, i) => sum + value * dual[i]!, 0));
    // Both up to one constant, which is the intercept's affair.
    rows.forEach((row, i) => {
      expect(scoreOf(model, row) - scoreOf(model, rows[0]!)).toBeCloseTo(products[i]! - products[0]!, 9);
    });
  });

  it('gives a signal two weights where the user only presses and where not, and one elsewhere', () => {
    const dual = Float64Array.from(rows, (_, i) => i - 5.5);
    const apart = layOut(rows, ['pressure'], hand).toModel(dual);
    expect(apart.weights).not.toEqual(apart.underPressure);
    const one = layOut(rows, ['signals'], hand).toModel(dual);
    expect(one.weights).toEqual(one.underPressure);
    expect(one.words).toBeNull();
  });

  it('keeps the proportions of the hand-set weights in the block "hand"', () => {
    const { weights } = layOut(rows, ['hand'], hand).toModel(Float64Array.from(rows, (_, i) => i - 5.5));
    const ratio = weights[0]! / hand[0]!;
    weights.forEach((weight, j) => {
      expect(weight).toBeCloseTo(ratio * hand[j]!, 10);
    });
  });
});
