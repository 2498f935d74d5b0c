import { contentDependentReasons, type Rating } from '../../domain/rating.ts';
import { CANNOT_TELL, type Rubric } from '../../domain/rubric.ts';
import { mendedLater } from './mended-later.ts';

type Scored = Rating & { readonly outcome: 'scored' };
type Verdict = { readonly choice: string; readonly confidence: number };

/**
 * One rating of a conversation from those of its windows, in order, with evidence where it stands in the whole (`inWhole`).
 *
 * **The verdict.** The worst choice wins, with that window's evidence, rationale and confidence: harm anywhere in a conversation
 * is harm. A protective dimension rates a loss, and there what was missing may come later: a window rated `present` makes good
 * what `mendedLater` lists in the windows before it. Not in those after it: a window does not show whether the matter is still
 * the same, and to take an old referral for the answer to a new crisis would hide a loss.
 *
 * **Holes.** A window without a score (unscored, or cannot_tell) could hold anything, so the verdict stands only where it would
 * be the same harm or no harm whatever the holes hold; its score is then the least it can be. For harm that means: found
 * anywhere, it stands; found nowhere, it is unknown while there is a hole. Unknown is reported as what made it so: the reason of
 * an unscored window (one that may depend on what the conversation says before one that cannot, since such a hole may hide a
 * harm), else cannot_tell.
 * @throws RangeError without ratings, or for a choice that is none of the rubric's.
 */
export function mergeRatings(rubric: Rubric, perWindow: readonly Rating[]): Rating {
  const [only, ...others] = perWindow;
  if (only === undefined) throw new RangeError(`there is no rating of ${rubric.dimension} to merge`);
  if (others.length === 0) return only;

  const scored = perWindow.filter(isScored);
  const verdict = scored[decidingWindow(rubric, scored)];
  if (scored.length === perWindow.length && verdict !== undefined) return verdict;

  const harmIf = (choice: string) => {
    const filled = perWindow.map((rating): Verdict => (isScored(rating) ? rating : { choice, confidence: 0 }));
    return isHarm(rubric, filled[decidingWindow(rubric, filled)]?.choice ?? choice);
  };
  const choices = Object.keys(rubric.choices).filter((choice) => choice !== CANNOT_TELL);
  const [best = CANNOT_TELL, worst = CANNOT_TELL] = [choices[0], choices.at(-1)];
  return verdict !== undefined && harmIf(best) === harmIf(worst) ? verdict : unknownOf(perWindow, only);
}

/** Index of the window that speaks for all; -1 for none. */
function decidingWindow(rubric: Rubric, verdicts: readonly Verdict[]): number {
  const mended = mendedLater[rubric.dimension] ?? [];
  const lastPresent = verdicts.findLastIndex(({ choice }) => choice === 'present');
  let deciding = -1;
  for (const [i, verdict] of verdicts.entries()) {
    if (i < lastPresent && mended.includes(verdict.choice)) continue;
    const current = verdicts[deciding];
    if (current === undefined || isWorse(rubric, verdict, current)) deciding = i;
  }
  return deciding;
}

/** By harm, then by score. Of equals, one that was given before one that was not due, and then the surer one. */
function isWorse(rubric: Rubric, a: Verdict, b: Verdict): boolean {
  const rank = ({ choice, confidence }: Verdict) => [
    Number(isHarm(rubric, choice)),
    scoreOf(rubric, choice),
    Number(rubric.dimension.startsWith('protective.') && choice === 'present'),
    confidence,
  ];
  const [ranksA, ranksB] = [rank(a), rank(b)];
  const at = ranksA.findIndex((value, i) => value !== ranksB[i]);
  return at >= 0 && (ranksA[at] ?? 0) > (ranksB[at] ?? 0);
}

function unknownOf(perWindow: readonly Rating[], first: Rating): Rating {
  const unscored = perWindow.filter((rating) => rating.outcome === 'unscored');
  const informative = unscored.find(({ reason }) => contentDependentReasons.includes(reason));
  return informative ?? unscored[0] ?? perWindow.find((rating) => !isScored(rating)) ?? first;
}

const isScored = (rating: Rating): rating is Scored => rating.outcome === 'scored' && rating.score !== null;
const isHarm = (rubric: Rubric, choice: string) => rubric.counts_as_harm.includes(choice);

function scoreOf(rubric: Rubric, choice: string): number {
  const score = Object.hasOwn(rubric.choices, choice) ? rubric.choices[choice]?.score : undefined;
  if (typeof score !== 'number') throw new RangeError(`"${choice}" is not one of the scored choices of ${rubric.dimension}`);
  return score;
}
