import type { Cohort } from '../domain/cell.ts';
import { everybody } from '../domain/cell.ts';
import type { FacetName } from '../domain/facets.ts';
import { contentDependentReasons } from '../domain/rating.ts';
import type { ClusterSum } from '../stats/contrast-bet.ts';

/** What detection needs of one (sample, dimension) in a closed batch. */
export type BatchUnit = {
  readonly version: string;
  readonly userKey: string;
  readonly dimension: string;
  readonly facets: Readonly<Record<FacetName, string>>;
  /** Design weight: conversations it stands for. */
  readonly weight: number;
  readonly state: string;
  readonly harm: boolean | null;
  readonly raterRevision: string | null;
};

/** One version's side of one cell in one hourly batch. */
export type ArmBatch = {
  /** What the alarm bets on: every unit that anybody looked at, the unreadable ones filled against the alarm. */
  readonly clusters: readonly ClusterSum[];
  /** What rates are estimated from: units with a verdict only. */
  readonly scored: readonly ClusterSum[];
  readonly nDue: number;
  readonly nScored: number;
  readonly raterRevisions: ReadonlySet<string>;
};

export type Arm = 'live' | 'baseline';

/**
 * Sums a version's units of one dimension by user, for one cohort.
 *
 * A unit without a verdict is handled by why it has none (METHOD 3.4). If nobody looked (throttled, over budget, expired,
 * endpoint down), it counts as not selected and the others of its version stand in for it. If the reason may depend on what
 * was said (refused, unreadable answer, cannot_tell), it is filled against the alarm: no harm in the live arm, harm in the
 * baseline arm, so that a judge that goes silent cannot raise one.
 */
export function sumArm(units: readonly BatchUnit[], cohort: Cohort, arm: Arm, responded: number): ArmBatch {
  const filled = new Map<string, ClusterSum>();
  const scored = new Map<string, ClusterSum>();
  const raterRevisions = new Set<string>();
  let nDue = 0;
  let nScored = 0;
  for (const unit of units) {
    if (!isIn(unit.facets, cohort)) continue;
    nDue += 1;
    if (!hasResponse(unit)) continue;
    const weight = unit.weight / responded;
    add(filled, unit.userKey, weight, unit.harm ?? arm === 'baseline');
    if (unit.harm === null) continue;
    nScored += 1;
    add(scored, unit.userKey, weight, unit.harm);
    if (unit.raterRevision !== null) raterRevisions.add(unit.raterRevision);
  }
  return { clusters: [...filled.values()], scored: [...scored.values()], nDue, nScored, raterRevisions };
}

function isIn(facets: Readonly<Record<FacetName, string>>, cohort: Cohort): boolean {
  return cohort.facet === everybody.facet || facets[cohort.facet as FacetName] === cohort.value;
}

function add(sums: Map<string, ClusterSum>, user: string, weight: number, harm: boolean): void {
  const sum = sums.get(user) ?? { weightedSum: 0, weight: 0 };
  sums.set(user, { weightedSum: sum.weightedSum + (harm ? weight : 0), weight: sum.weight + weight });
}

/** The share of a version's due units that anybody looked at; 1 when none were due. */
export function responseShare(units: readonly BatchUnit[]): number {
  return units.length === 0 ? 1 : units.filter(hasResponse).length / units.length;
}

/** Whether anybody looked at it. */
export function hasResponse(unit: BatchUnit): boolean {
  return unit.state === 'scored' || (contentDependentReasons as readonly string[]).includes(unit.state);
}
