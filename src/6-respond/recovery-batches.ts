import { type Cohort, everybody } from '../domain/cell.ts';
import type { FacetName } from '../domain/facets.ts';
import type { ClusterSum } from '../stats/contrast-bet.ts';

export type RecoveryUnit = {
  readonly batchAt: Date;
  readonly userKey: string;
  readonly facets: Readonly<Record<FacetName, string>>;
  /** Design weight: conversations it stands for. */
  readonly weight: number;
  readonly state: string;
  readonly harm: boolean | null;
};

export type RecoveryTraffic = {
  readonly batchAt: Date;
  readonly facet: string;
  readonly value: string;
  readonly n: number;
  readonly nu: number;
  readonly maxUserWeight: number;
};

export type RecoveryBatch = {
  readonly clusters: readonly ClusterSum[];
  /** Conversations per rated conversation, from the traffic log and the design. */
  readonly meanWeight: number;
  readonly maxWeightedSum: number;
};

/**
 * Hourly batches for the test of recovery. What was asked and has no verdict counts as harm, whatever the reason: silence is
 * not recovery.
 */
export function recoveryBatches(
  units: readonly RecoveryUnit[],
  traffic: readonly RecoveryTraffic[],
  cohort: Cohort,
): RecoveryBatch[] {
  const batches = new Map<number, { clusters: Map<string, ClusterSum>; n: number; nu: number; maxUserWeight: number }>();
  for (const row of traffic) {
    if (row.facet !== cohort.facet || row.value !== cohort.value) continue;
    const at = row.batchAt.getTime();
    const batch = batches.get(at) ?? { clusters: new Map(), n: 0, nu: 0, maxUserWeight: 0 };
    // Two versions may have had the same user in one hour: their weights add up.
    batches.set(at, {
      ...batch,
      n: batch.n + row.n,
      nu: batch.nu + row.nu,
      maxUserWeight: batch.maxUserWeight + row.maxUserWeight,
    });
  }
  for (const unit of units) {
    const batch = batches.get(unit.batchAt.getTime());
    if (batch === undefined) continue;
    if (cohort.facet !== everybody.facet && unit.facets[cohort.facet as FacetName] !== cohort.value) continue;
    const sum = batch.clusters.get(unit.userKey) ?? { weightedSum: 0, weight: 0 };
    const { weight } = unit;
    const harm = unit.harm ?? true;
    batch.clusters.set(unit.userKey, { weightedSum: sum.weightedSum + (harm ? weight : 0), weight: sum.weight + weight });
  }
  return [...batches]
    .sort(([a], [b]) => a - b)
    .filter(([, batch]) => batch.nu > 0)
    .map(([, batch]) => ({
      clusters: [...batch.clusters.values()],
      meanWeight: batch.n / batch.nu,
      maxWeightedSum: batch.maxUserWeight,
    }));
}
