import type { DoubleRating, RateBefore } from '../../domain/double-rating.ts';
import { type TableCell, withholdCells } from '../../stats/withhold-cells.ts';
import type { Bridge } from '../bridge.ts';
import { compareRaters, type RaterGap } from './compare-raters.ts';

/** Old and new rater on the same conversations. `gap` is new minus old; null where too few people are behind it. */
export type BridgeCell = {
  /** Null for all versions together. */
  readonly version: string | null;
  readonly gap: RaterGap | null;
  readonly withheld: boolean;
  /** The old rater's last rate moved to the new one's scale, for display alone: no test may rest on it. */
  readonly linked: number | null;
};

export type BridgeTable = { readonly bridge: Bridge; readonly cells: readonly BridgeCell[] };

/** The table of one bridge, from the double ratings since it opened. */
export function bridgeTable(
  bridge: Bridge,
  ratings: readonly DoubleRating[],
  before: readonly RateBefore[],
  minUsers: number,
): BridgeTable {
  const ours = ratings.filter(
    (each) =>
      each.dimension === bridge.dimension &&
      each.judgeRevision === bridge.to.revision &&
      each.secondRevision === bridge.from.revision,
  );
  const versions = [...new Set(ours.map(({ version }) => version))].sort();
  const gapOf = (version: string | null) =>
    compareRaters(
      ours
        .filter((each) => version === null || each.version === version)
        .map(({ judgeHarm, secondHarm, weight, userKey }) => ({ first: judgeHarm, second: secondHarm, weight, user: userKey })),
    );
  const gaps = [null, ...versions].map((version) => ({ version, gap: gapOf(version) }));
  const cells: TableCell[] = gaps.map(({ version, gap }) => ({ id: idOf(version), users: gap?.nUsers ?? 0 }));
  const hidden = withholdCells(cells, [{ total: idOf(null), parts: versions.map(idOf) }], minUsers);
  return {
    bridge,
    cells: gaps.map(({ version, gap }): BridgeCell => {
      const withheld = hidden.has(idOf(version));
      const old = before.find((each) => each.version === version && each.nUsers >= minUsers);
      const linked = withheld || gap === null || old === undefined ? null : clip(old.rate + gap.gap.value);
      return { version, gap: withheld ? null : gap, withheld, linked };
    }),
  };
}

const idOf = (version: string | null) => (version === null ? 'all' : `version ${version}`);
const clip = (rate: number) => Math.min(1, Math.max(0, rate));
