import { stratifiedAuc } from '../../stats/auc.ts';
import { fitKernelRidge } from '../../stats/kernel-ridge.ts';
import { type Block, type Features, type LinearModel, layOut, scoreOf } from './feature-blocks.ts';

/** One labelled text. `conversation` is what is scored in production and trained on; an `exchange`, a part of one, is only tested. */
export type TrainingRow = Features & {
  readonly unit: 'conversation' | 'exchange';
  readonly source: string;
  readonly model: string;
  readonly family: string;
  readonly scenario: string;
  /** Graded label in [0, 1] to learn from. */
  readonly target: number;
  /** Whether the label passes the threshold stated for its source: what is tested. */
  readonly positive: boolean;
};

/** What is trained: from which features, and how much each signal counts before any row is seen, in the order of `signalNames`. */
export type Plan = { readonly blocks: readonly Block[]; readonly hand: readonly number[] };

/** How a row of the held-out part was scored, by a model that saw neither its scenario nor its model. */
export type HeldOut = { readonly row: TrainingRow; readonly score: number; readonly fold: number };

const nFolds = 10;
const penalties = [1, 4, 15, 60, 250];

/** Deals the scenarios of each source into folds of equal size, in an order that only their names decide. */
export function dealFolds(rows: readonly TrainingRow[], count = nFolds): (row: TrainingRow) => number {
  const folds = new Map<string, number>();
  for (const source of new Set(rows.map((row) => row.source))) {
    const scenarios = [...new Set(rows.filter((row) => row.source === source).map(({ scenario }) => scenario))];
    scenarios
      .sort((a, b) => hashOf(a) - hashOf(b) || (a < b ? -1 : 1))
      .forEach((scenario, i) => {
        folds.set(scenario, i % count);
      });
  }
  return ({ scenario }) => folds.get(scenario) ?? 0;
}

function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  // The low bits of this hash follow those of the last letter.
  return (hash ^ (hash >>> 15)) >>> 0;
}

/**
 * Fits a model to rows by ridge regression on their targets, each source with an intercept of its own. The penalty is chosen inside
 * these rows, by the AUC on scenarios and models left out together. Where the rows are of one model nothing shows which weights
 * carry over to another, and the strongest penalty is taken. Scores have a standard deviation of 1 over the rows.
 */
export function fitModel(rows: readonly TrainingRow[], { blocks, hand }: Plan): LinearModel & { readonly penalty: number } {
  const { gram, toModel } = layOut(rows, blocks, hand);
  const sources = [...new Set(rows.map(({ source }) => source))];
  const solve = (part: readonly number[], penalty: number) =>
    fitKernelRidge({
      gram: part.map((i) => pick(gram[i] as Float64Array, part)),
      y: part.map((i) => rows[i]?.target ?? 0),
      group: part.map((i) => sources.indexOf(rows[i]?.source ?? '')),
      penalty,
    });
  const penalty = choosePenalty(rows, gram, solve);
  const model = toModel(
    solve(
      rows.map((_, i) => i),
      penalty,
    ),
  );
  const scores = rows.map((row) => scoreOf(model, row));
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const spread = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length) || 1;
  return {
    bias: model.bias / spread,
    weights: model.weights.map((weight) => weight / spread),
    underPressure: model.underPressure.map((weight) => weight / spread),
    words: model.words?.map((weight) => weight / spread) ?? null,
    penalty,
  };
}

function pick(values: Float64Array, places: readonly number[]): Float64Array {
  const picked = new Float64Array(places.length);
  for (let k = 0; k < picked.length; k++) picked[k] = values[places[k] as number] as number;
  return picked;
}

function choosePenalty(
  rows: readonly TrainingRow[],
  gram: readonly Float64Array[],
  solve: (part: readonly number[], penalty: number) => Float64Array,
): number {
  const strongest = penalties.at(-1) ?? 1;
  const models = [...new Set(rows.map(({ model }) => model))].sort();
  if (models.length < 2) return strongest;
  const nGroups = Math.min(3, models.length);
  const foldOf = dealFolds(rows, 3);
  const cellOf = rows.map((row) => ({ fold: foldOf(row), group: models.indexOf(row.model) % nGroups }));
  const all = rows.map((_, i) => i);
  let best = { penalty: strongest, auc: -1 };
  for (const penalty of [...penalties].reverse()) {
    const cases: { score: number; positive: boolean; stratum: string }[] = [];
    for (let fold = 0; fold < 3; fold++)
      for (let group = 0; group < nGroups; group++) {
        const test = all.filter((i) => cellOf[i]?.fold === fold && cellOf[i]?.group === group);
        const train = all.filter((i) => cellOf[i]?.fold !== fold && cellOf[i]?.group !== group);
        if (test.length === 0 || train.length === 0) continue;
        const dual = solve(train, penalty);
        for (const i of test) {
          let score = 0;
          for (let k = 0; k < train.length; k++) score += (dual[k] ?? 0) * (gram[i]?.[train[k] ?? 0] ?? 0);
          cases.push({ score, positive: rows[i]?.positive ?? false, stratum: `${rows[i]?.source}|${fold}|${group}` });
        }
      }
    const auc = stratifiedAuc(cases).auc ?? 0;
    // Of equals the stronger: it comes first.
    if (auc > best.auc) best = { penalty, auc };
  }
  return best.penalty;
}

/**
 * Scores every row by a model that saw no row of its scenario's fold and none of its group (model, or family of models; null where
 * scenarios alone are left out).
 */
export function scoreHeldOut(
  rows: readonly TrainingRow[],
  plan: Plan,
  groupOf: ((row: TrainingRow) => string) | null,
): HeldOut[] {
  const heldOut: HeldOut[] = [];
  const foldOf = dealFolds(rows);
  const groups = groupOf === null ? [null] : [...new Set(rows.map(groupOf))].sort();
  const isIn = (row: TrainingRow, group: string | null) => group === null || groupOf?.(row) === group;
  for (const group of groups) {
    for (let fold = 0; fold < nFolds; fold++) {
      const test = rows.filter((row) => isIn(row, group) && foldOf(row) === fold);
      const train = rows.filter(
        (row) => row.unit === 'conversation' && (group === null || !isIn(row, group)) && foldOf(row) !== fold,
      );
      if (test.length === 0 || train.every(({ target }) => target === train[0]?.target)) continue;
      const model = fitModel(train, plan);
      for (const row of test) heldOut.push({ row, score: scoreOf(model, row), fold });
    }
  }
  return heldOut;
}
