import type { ArmBatch, BatchUnit } from '../../../src/5-detect/arm-batch.ts';
import { addClusters, type CellState, newCellState } from '../../../src/5-detect/cell-state.ts';
import type { ArmDesign, CellBatch } from '../../../src/5-detect/step-cell.ts';
import { type Cell, everybody } from '../../../src/domain/cell.ts';
import type { FacetName } from '../../../src/domain/facets.ts';
import type { ClusterSum } from '../../../src/stats/contrast-bet.ts';

export const facetsOf = (over: Partial<Record<FacetName, string>> = {}) => ({
  topic: 'work',
  memory: 'on',
  locale: 'en',
  length: '1',
  product: 'app',
  ...over,
});

export const cellOf = (over: Partial<Cell> = {}): Cell => ({
  version: 'boreas',
  dimension: 'concrete.flattery' as Cell['dimension'],
  cohort: everybody,
  ...over,
});

export const unitOf = (over: Partial<BatchUnit> = {}): BatchUnit => ({
  version: 'boreas',
  userKey: 'u1',
  dimension: 'concrete.flattery',
  facets: facetsOf(),
  weight: 2,
  state: 'scored',
  harm: false,
  raterRevision: 'r1',
  ...over,
});

/** One arm of a batch: by default ten users, one conversation each, all sampled and scored, none harmful. */
export function armOf(over: Partial<ArmBatch & ArmDesign> = {}): ArmBatch & ArmDesign {
  const clusters = over.clusters ?? usersOf(10, 0);
  const n = clusters.reduce((sum, cluster) => sum + cluster.weight, 0);
  return {
    clusters,
    scored: over.scored ?? clusters,
    nDue: clusters.length,
    nScored: clusters.length,
    raterRevisions: new Set(['r1']),
    n,
    nu: clusters.length,
    maxUserWeight: Math.max(1, ...clusters.map((cluster) => cluster.weight)),
    ...over,
  };
}

/** `n` users with one conversation of the given weight, of which `harms` are harmful. */
export const usersOf = (n: number, harms: number, weight = 1): ClusterSum[] =>
  Array.from({ length: n }, (_, i) => ({ weight, weightedSum: i < harms ? weight : 0 }));

export const batchOf = (over: Partial<CellBatch> = {}): CellBatch => ({
  live: armOf(),
  baseline: armOf(),
  r0: 1,
  startMass: 1 / 24,
  threshold: 1_000,
  ...over,
});

export const stateOf = (over: Partial<CellState> = {}): CellState => ({ ...newCellState(0.05, 10), ...over });

/** A state in which each arm has had so many single-conversation users, with so many harms. */
export function stateWith(live: [n: number, harms: number], baseline: [n: number, harms: number], over: Partial<CellState> = {}) {
  const empty = newCellState(0.05, 10);
  const recent = { ...empty.recentLive, due: 100, scored: 100 };
  return stateOf({
    live: addClusters(empty.live, usersOf(...live), live[0], 1),
    baseline: addClusters(empty.baseline, usersOf(...baseline), baseline[0], 1),
    recentLive: recent,
    recentBaseline: recent,
    baselineTraffic: baseline[0],
    ...over,
  });
}
