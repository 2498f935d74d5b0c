import { type Cell, everybody } from '../domain/cell.ts';
import { standardisedRate } from '../stats/standardise.ts';
import { type CellState, estimateArm } from './cell-state.ts';

/** A topic with fewer rated conversations than this in either arm says too little of its own rate, and is left out. */
const least_rated = 20;
/** Topics that can be used must make up this much of the baseline's traffic, or nothing is claimed. */
const least_share = 0.8;

/**
 * The live version's rate if its traffic had the baseline's mix of topics, for a pooled cell: what tells a model that behaves
 * worse from users who ask for other things. Null for cohort cells, and where too little of the mix can be compared.
 */
export function standardiseLive(
  cell: Cell,
  detectors: Iterable<{ readonly cell: Cell; readonly state: CellState }>,
): number | null {
  if (cell.cohort.facet !== everybody.facet) return null;
  const strata: { rate: number; variance: number | null; share: number }[] = [];
  let total = 0;
  let usable = 0;
  for (const { cell: other, state } of detectors) {
    if (other.cohort.facet !== 'topic' || other.version !== cell.version || other.dimension !== cell.dimension) continue;
    total += state.baselineTraffic;
    const live = estimateArm(state.live);
    if (live === null || live.n < least_rated || state.baseline.n < least_rated) continue;
    usable += state.baselineTraffic;
    strata.push({ rate: live.rate, variance: live.variance, share: state.baselineTraffic });
  }
  if (total === 0 || usable / total < least_share) return null;
  return standardisedRate(strata.map((stratum) => ({ ...stratum, share: stratum.share / usable }))).rate;
}
