import { type BinaryAgreement, binaryAgreement, type TwoByTwo } from '../../stats/binary-agreement.ts';
import { type BootstrapFailure, clusterBootstrap } from '../../stats/cluster-bootstrap.ts';
import { cohenKappa } from '../../stats/cohen-kappa.ts';
import { type Confusion, confusion } from '../../stats/confusion.ts';
import { krippendorffAlpha, type Level } from '../../stats/krippendorff-alpha.ts';
import { weightedKappa } from '../../stats/weighted-kappa.ts';

/** Two verdicts on one unit; `a` is the reference where there is one. */
export type VerdictPair = {
  readonly unit: string;
  readonly cluster: string;
  readonly weight: number;
  readonly a: { readonly value: number; readonly harm: boolean | null };
  readonly b: { readonly value: number; readonly harm: boolean | null };
};

/** Where intervals come from: a seeded generator for each name, so that one row's interval does not move another's. */
export type Chance = {
  readonly random: (name: string) => () => number;
  readonly replicates: number;
  readonly confidence: number;
};

/** A statistic with its interval. Where either is missing, `reason` says why: never a 0, a 1 or a NaN in its place. */
export type Measured =
  | { readonly value: number; readonly low: number; readonly high: number; readonly reason: null }
  | { readonly value: number; readonly low: null; readonly high: null; readonly reason: BootstrapFailure }
  | { readonly value: null; readonly low: null; readonly high: null; readonly reason: string };

export type Agreement = {
  readonly nUnits: number;
  readonly nClusters: number;
  /** On harm or no harm: kappa, and what it hides. Null where the verdicts do not say what is harm. */
  readonly harm: {
    readonly kappa: Measured;
    /** Pairs as they were seen; the shares in `agreement` are weighted. */
    readonly table: TwoByTwo;
    readonly agreement: BinaryAgreement;
  } | null;
  /** On the steps of the scale: Cohen's kappa where they have no order, quadratically weighted kappa where they have one. */
  readonly kappa: Measured;
  readonly alpha: Measured;
  readonly confusion: Confusion;
};

/**
 * How far two raters agree, on harm and on the whole scale, weighted, with intervals that resample clusters. A unit with several
 * pairs (several people) should share its weight among them.
 */
export function measureAgreement(pairs: readonly VerdictPair[], level: Level, name: string, chance: Chance): Agreement {
  const measure = (what: string, of: (pairs: readonly VerdictPair[]) => Value) =>
    measureStatistic(clustersOf(pairs), of, `${name} ${what}`, chance);
  const harmful = pairs.flatMap((pair) => {
    const { a, b } = pair;
    return a.harm === null || b.harm === null
      ? []
      : [{ ...pair, a: { value: Number(a.harm), harm: a.harm }, b: { value: Number(b.harm), harm: b.harm } }];
  });
  return {
    nUnits: new Set(pairs.map(({ unit }) => unit)).size,
    nClusters: new Set(pairs.map(({ cluster }) => cluster)).size,
    harm:
      harmful.length < pairs.length || pairs.length === 0
        ? null
        : {
            kappa: measureStatistic(clustersOf(harmful), kappaOf('nominal'), `${name} harm`, chance),
            table: twoByTwo(harmful.map((pair) => ({ ...pair, weight: 1 }))),
            agreement: binaryAgreement(twoByTwo(harmful)),
          },
    kappa: measure('kappa', kappaOf(level)),
    alpha: measure('alpha', (some) => {
      const found = krippendorffAlpha(
        some.map(({ a, b, weight }) => ({ values: [a.value, b.value], weight })),
        level,
      );
      return { value: found.alpha, reason: found.reason };
    }),
    confusion: confusion(pairs.map(({ a, b, weight }) => ({ reference: a.value, rated: b.value, weight }))),
  };
}

type Value = { readonly value: number | null; readonly reason: string | null };

function kappaOf(level: Level): (pairs: readonly VerdictPair[]) => Value {
  return (pairs) => {
    const { kappa, reason } =
      level === 'nominal'
        ? cohenKappa(confusion(pairs.map(({ a, b, weight }) => ({ reference: a.value, rated: b.value, weight }))).weighted)
        : weightedKappa(
            pairs.map(({ a, b, weight }) => ({ a: a.value, b: b.value, weight })),
            'quadratic',
          );
    return { value: kappa, reason };
  };
}

/** Any statistic of clustered things, with its interval or the reason why it has none. */
export function measureStatistic<T>(
  clusters: readonly (readonly T[])[],
  of: (units: readonly T[]) => Value,
  name: string,
  { random, replicates, confidence }: Chance,
): Measured {
  const { value, reason } = of(clusters.flat());
  if (value === null) return { value, low: null, high: null, reason: reason ?? 'undefined' };
  const statistic = (units: readonly T[]) => of(units).value;
  const found = clusterBootstrap({ clusters, statistic, random: random(name), replicates, confidence });
  if (found.low === null) return { value, low: null, high: null, reason: found.reason };
  return { value, low: found.low, high: found.high, reason: null };
}

/** The same things, those of one cluster together, in the order in which clusters first occur. */
export function clustersOf<T extends { readonly cluster: string }>(units: readonly T[]): T[][] {
  const clusters = new Map<string, T[]>();
  for (const unit of units) {
    const cluster = clusters.get(unit.cluster);
    if (cluster === undefined) clusters.set(unit.cluster, [unit]);
    else cluster.push(unit);
  }
  return [...clusters.values()];
}

function twoByTwo(
  pairs: readonly { readonly a: { harm: boolean }; readonly b: { harm: boolean }; readonly weight: number }[],
): TwoByTwo {
  const sum = (first: boolean, second: boolean) =>
    pairs.reduce((total, { a, b, weight }) => total + (a.harm === first && b.harm === second ? weight : 0), 0);
  return { bothYes: sum(true, true), onlyFirst: sum(true, false), onlySecond: sum(false, true), bothNo: sum(false, false) };
}
