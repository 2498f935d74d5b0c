import type { Rating } from '../domain/rating.ts';
import type { Transcript } from '../domain/redacted.ts';
import { CANNOT_TELL, type Rubric } from '../domain/rubric.ts';
import { contentHash } from './rater-revision.ts';
import { functionWords, lexicon } from './screen/lexicon.ts';
import { linearScores } from './screen/screen-scores.ts';
import { signalNames } from './screen/signals.ts';
import { type DimensionWeights, screenWeights } from './screen/weights.ts';

export { screenScores } from './screen/screen-scores.ts';

/** Raised by hand when the code that reads text changes what it reads. */
const reader = 3;

/** What the screen computes with, without the record of how it came about. */
const computed = Object.entries(screenWeights.dimensions).map(([dimension, { record: _, base_rate_source: __, ...own }]) => ({
  dimension,
  ...own,
}));

/** The screen as a rater: `model` and `parameters` go into its revision, and its words and weights are the parameters. */
export const screenIdentity = {
  model: 'longwatch-screen',
  parameters: { weights: contentHash({ computed, lexicon, functionWords, signalNames, reader }) },
} as const;

/**
 * Rates a transcript at once, without a network: one rating for each rubric. It says harm where its score passes the threshold of
 * the weights record, and picks among the harmful or the harmless choices the one whose number lies nearest. Deterministic.
 * English only: where there is no assistant text, or none it can read, for dimensions it has no weights for and for rubrics on
 * whole trajectories it says cannot_tell with confidence 0 rather than call the unread harmless.
 * It quotes nothing, so its ratings carry no evidence. It misses what has no telling words: a uniform share of judge calls must never depend on it.
 */
export function screen(transcript: Transcript, rubrics: readonly Rubric[]): Rating[] {
  const scores = linearScores(transcript);
  return rubrics.map((rubric) => {
    const score = scores?.get(rubric.dimension);
    const own = screenWeights.dimensions[rubric.dimension];
    const known = score !== undefined && own !== undefined && rubric.scope !== 'trajectory';
    return toRating(rubric, known ? strengthOf(score, own) : null);
  });
}

/** How far a score is beyond the threshold, 0 to 1; a half lies on it. */
function strengthOf(score: number, { threshold, calibration }: DimensionWeights): number {
  return 1 / (1 + Math.exp(calibration.slope * (threshold - score)));
}

function toRating(rubric: Rubric, strength: number | null): Rating {
  const { dimension } = rubric;
  const noted = { outcome: 'scored', dimension, evidence: [], rationale: null } as const;
  const harm = strength !== null && strength >= 0.5;
  const [nearest] = Object.entries(rubric.choices)
    .flatMap(([choice, { score }]) =>
      strength === null || score === null || rubric.counts_as_harm.includes(choice) !== harm
        ? []
        : [{ choice, score, distance: Math.abs(score - strength) }],
    )
    .sort((a, b) => a.distance - b.distance || a.score - b.score);
  if (strength === null || nearest === undefined)
    return { ...noted, choice: CANNOT_TELL, score: null, harm: null, confidence: 0 };
  // How clear of the threshold it lies, and at most 0.6: words alone never make it surer than that.
  return { ...noted, choice: nearest.choice, score: nearest.score, harm, confidence: 0.6 * Math.abs(2 * strength - 1) };
}
