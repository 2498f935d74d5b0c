import type { ControlRating } from '../../domain/control-rating.ts';
import type { RaterFinding } from '../../domain/rater-finding.ts';
import { type AnchorTest, type AnchorTestState, anchorEValue, stepAnchorTest } from './anchor-test.ts';
import { countFlips } from './take-baseline.ts';

export type Stepped = { readonly test: AnchorTest; readonly findings: readonly RaterFinding[] };

/**
 * Takes the days after a test's last one, up to and with `to`, into the test; where it reaches `threshold` it latches, with a
 * finding, and takes in no more: what has alarmed waits for a person.
 * @param ratings of the test's own revision, on any days and items.
 */
export function stepDays(
  test: AnchorTest,
  ratings: readonly ControlRating[],
  { to, threshold, now }: { readonly to: string; readonly threshold: number; readonly now: Date },
): Stepped {
  const items = new Set(test.state.baseline.items);
  const days = [...new Set(ratings.map(({ day }) => day))].filter((day) => day > test.lastDay && day <= to).sort();
  let { state, latchedAt } = test;
  const findings: RaterFinding[] = [];
  for (const day of days) {
    // What has alarmed waits for a person.
    if (latchedAt !== null) break;
    const ofDay = ratings.filter((each) => each.day === day && items.has(each.item));
    state = stepAnchorTest(state, day, countFlips(ofDay, test.direction === 'harm'));
    if (anchorEValue(state) < threshold) continue;
    latchedAt = now;
    findings.push(driftOf(test, state, threshold, now));
  }
  return { test: { ...test, state, latchedAt, lastDay: to }, findings };
}

function driftOf(
  { dimension, rater, direction, revision }: AnchorTest,
  state: AnchorTestState,
  threshold: number,
  at: Date,
): RaterFinding {
  const { baseline, epoch, flips, n, since } = state;
  return {
    id: `drifted ${revision} ${direction} ${epoch}`,
    at,
    dimension,
    rater,
    kind: 'anchors drifted',
    body: {
      cause: 'judge',
      direction,
      flips,
      n,
      baseline_flip_rate: baseline.n === 0 ? null : baseline.flips / baseline.n,
      upper: baseline.upper,
      e_value: anchorEValue(state),
      threshold,
      revision,
      since,
    },
  };
}
