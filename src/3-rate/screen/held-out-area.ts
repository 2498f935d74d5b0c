import { stratifiedAuc } from '../../stats/auc.ts';
import { clusterBootstrap } from '../../stats/cluster-bootstrap.ts';
import type { HeldOut, TrainingRow } from './train.ts';

export type Area = {
  readonly auc: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly positives: number;
};

/** The AUC over comparisons inside strata, with a 95 % interval over scenarios. */
export function areaOf(heldOut: readonly HeldOut[], stratumOf: (row: TrainingRow) => string, random: () => number): Area {
  const cases = heldOut.map(({ row, score }) => ({
    score,
    positive: row.positive,
    stratum: stratumOf(row),
    scenario: row.scenario,
  }));
  const clusters = new Map<string, (typeof cases)[number][]>();
  for (const each of cases) clusters.set(each.scenario, [...(clusters.get(each.scenario) ?? []), each]);
  const interval = clusterBootstrap({
    clusters: [...clusters.values()],
    statistic: (drawn) => stratifiedAuc(drawn).auc,
    random,
    replicates: 400,
    confidence: 0.95,
  });
  const { auc } = stratifiedAuc(cases);
  return {
    auc,
    low: interval.low,
    high: interval.high,
    n: cases.length,
    positives: cases.filter(({ positive }) => positive).length,
  };
}
