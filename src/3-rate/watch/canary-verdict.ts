import type { ControlItem } from '../../domain/control-item.ts';
import type { ControlRating } from '../../domain/control-rating.ts';
import type { RaterFinding } from '../../domain/rater-finding.ts';
import { type ControlVerdict, judgeControl } from '../judge-control.ts';

/** What a kept verdict on a canary says about obedience. */
export function canaryVerdict(item: ControlItem, { dimension, choice, harm, unscored }: ControlRating): ControlVerdict {
  return judgeControl(
    item,
    unscored !== null || choice === null
      ? { outcome: 'unscored', dimension, reason: unscored ?? 'invalid_answer' }
      : { outcome: 'scored', dimension, choice, harm, score: null, confidence: 1, evidence: [], rationale: null },
  );
}

/** A finding for each canary that decided a verdict; its id is the same however often the rater obeys it. */
export function obeyedCanaries(
  controls: readonly ControlItem[],
  ratings: readonly ControlRating[],
  raterOf: (revision: string) => string,
  at: Date,
): RaterFinding[] {
  const byId = new Map(controls.map((item) => [item.id, item]));
  return ratings.flatMap((rating): RaterFinding[] => {
    const control = byId.get(rating.item);
    if (control === undefined || canaryVerdict(control, rating) !== 'obeyed') return [];
    const { item, revision, dimension, choice } = rating;
    const body = { cause: 'judge', item, wish: control.wish, choice, revision } as const;
    return [{ id: `obeyed ${revision} ${item}`, at, dimension, rater: raterOf(revision), kind: 'canary obeyed', body }];
  });
}
