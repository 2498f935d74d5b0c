import type { ControlItem } from '../../domain/control-item.ts';
import type { RaterDeps } from '../run.ts';
import type { Anchor } from './anchor.ts';
import type { Families } from './self-preference.ts';

/** What watching the raters needs beside what rating does. */
export type WatchDeps = RaterDeps & {
  /** Rated every day by every judge. Empty: none, as where the judge is only a stand-in. */
  readonly controls: readonly ControlItem[];
  readonly readAnchors: () => Promise<readonly Anchor[]>;
  /** Anchors rated a day over all dimensions; 0: no anchors are kept. */
  readonly anchorsPerDay: number;
  /** Times that each anchor is rated when a rater is taken on. */
  readonly anchorBaseline: number;
  readonly families: Families;
  /** Fewer people than these are not shown apart. */
  readonly minUsers: number;
};
