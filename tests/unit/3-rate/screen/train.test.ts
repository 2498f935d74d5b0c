import { describe, expect, it } from 'vitest';
import { calibrationError, chooseThreshold, fitPlatt } from '../../../../src/3-rate/screen/calibrate-scores.ts';
import { signalNames } from '../../../../src/3-rate/screen/signals.ts';
import { dealFolds, type HeldOut, scoreHeldOut, type TrainingRow } from '../../../../src/3-rate/screen/train.ts';
import { keepHandWeights, trainDimension } from '../../../../src/3-rate/screen/train-dimension.ts';
import { Rng } from '../../../../src/simulate/rng.ts';

const place = { praise: signalNames.indexOf('praise'), length: signalNames.indexOf('length') };
const baseRate = { rate: 0.05, source: 'assumed' };

/** Four models on thirty scenarios: praise is what makes a positive, and one model writes long. */
function invent(effect: number): TrainingRow[] {
  const rng = new Rng('train');
  return ['a1', 'a2', 'b1', 'b2'].flatMap((model) =>
    Array.from({ length: 30 }, (_, i) => {
      const praise = rng.uniform();
      const signals = signalNames.map(() => 0);
      signals[place.praise] = praise;
      signals[place.length] = model === 'b2' ? 0.9 : 0.3;
      const positive = rng.uniform() < 1 / (1 + Math.exp(-effect * (praise - 0.5)));
      return {
        unit: 'conversation' as const,
        source: 's',
        model,
        family: model.charAt(0),
        scenario: `scenario ${i}`,
        target: positive ? 1 : 0,
        positive,
        signals,
        bag: new Map([[positive ? 1 : 2, effect / 100]]),
      };
    }),
  );
}

const hand = { bias: 0, praise: 0, length: 0 };
const train = (rows: readonly TrainingRow[]) => {
  const rng = new Rng('intervals');
  return trainDimension(rows, ['signals'], hand, baseRate, () => rng.uniform());
};
const heldOutOf = (scores: readonly (readonly [score: number, positive: boolean])[]): HeldOut[] =>
  scores.map(([score, positive], i) => ({ score, row: { ...invent(1)[i % 120]!, positive }, fold: i % 5 }));

describe('trainDimension', () => {
  it('finds the signal that matters, and says how well it carries over', () => {
    const { origin, weights, record, calibration } = train(invent(10));
    expect(origin).toBe('trained');
    expect(weights.praise).toBeGreaterThan(0.5);
    expect(Math.abs(weights.length ?? 0)).toBeLessThan(weights.praise! / 3);
    const { auc, low, high, n } = record!.whole.within_source;
    expect(n).toBe(120);
    expect(auc).toBeGreaterThan(0.85);
    expect(low).toBeLessThan(auc!);
    expect(high).toBeGreaterThan(auc!);
    expect(calibration.slope).toBeGreaterThan(0);
  });

  it('claims nothing where there is nothing to find', () => {
    const { low, high } = train(invent(0)).record!.whole.within_source;
    expect(low).toBeLessThan(0.55);
    expect(high).toBeGreaterThan(0.45);
  });

  it('gives the same bytes for the same rows', () => {
    expect(JSON.stringify(train(invent(5)))).toBe(JSON.stringify(train(invent(5))));
  });
});

describe('scoreHeldOut', () => {
  it('scores a row by a model that saw neither its scenario nor its model', () => {
    // One row is made extreme: were it, its scenario or its model in the training part, its own score would move with its label.
    const rows = invent(5);
    const odd = rows[7]!;
    const scoreWith = (positive: boolean) =>
      scoreHeldOut(
        rows.map((row) =>
          row.model === odd.model || row.scenario === odd.scenario ? { ...row, positive, target: positive ? 1 : 0 } : row,
        ),
        { blocks: ['signals'], hand: signalNames.map(() => 0) },
        ({ model }) => model,
      ).find(({ row }) => row.model === odd.model && row.scenario === odd.scenario)!.score;
    expect(scoreWith(true)).toBe(scoreWith(false));
  });

  it('deals the scenarios into folds of equal size, each whole, whatever the order of rows', () => {
    const rows = invent(1);
    const foldOf = dealFolds(rows, 10);
    const sizes = new Array<number>(10).fill(0);
    for (const row of rows) sizes[foldOf(row)]!++;
    expect(sizes).toEqual(new Array(10).fill(12));
    expect(rows.map(dealFolds([...rows].reverse(), 10))).toEqual(rows.map(foldOf));
  });
});

describe('calibration', () => {
  it('finds the line that scores were drawn from, and a threshold in its middle', () => {
    const rng = new Rng('platt');
    const cases = heldOutOf(
      Array.from({ length: 4000 }, () => {
        const score = 6 * rng.uniform() - 3;
        return [score, rng.uniform() < 1 / (1 + Math.exp(-(2 * score - 1)))] as const;
      }),
    );
    const { slope, intercept } = fitPlatt(cases);
    expect(slope).toBeCloseTo(2, 0);
    expect(intercept).toBeCloseTo(-1, 0);
    expect(calibrationError(cases)).toBeLessThan(0.03);
    expect(Math.abs(chooseThreshold(cases) - 0.5)).toBeLessThan(0.5);
  });

  it('never turns a score round', () => {
    const { slope } = fitPlatt(
      heldOutOf([
        [1, false],
        [2, false],
        [-1, true],
        [-2, true],
        [0, true],
      ]),
    );
    expect(slope).toBe(0);
  });
});

describe('keepHandWeights', () => {
  it('gives ordinary conversations the base rate on average', () => {
    const ordinary = invent(1).map(({ signals }) => signals);
    const kept = keepHandWeights(ordinary, { bias: -2, praise: 3 }, baseRate);
    const odds = Math.log(0.05 / 0.95);
    const mean =
      ordinary.reduce(
        (sum, signals) => sum + 1 / (1 + Math.exp(-(-2 + 3 * signals[place.praise]! + kept.calibration.intercept + odds))),
        0,
      ) / 120;
    expect(kept.origin).toBe('hand-set');
    expect(mean).toBeCloseTo(0.05, 4);
  });

  it('refuses a weight on a signal that does not exist', () => {
    expect(() => keepHandWeights([], { bias: 0, charm: 1 }, baseRate)).toThrow('no signal is called charm');
  });
});
