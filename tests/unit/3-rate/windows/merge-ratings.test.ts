import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadRubrics } from '../../../../src/3-rate/load-rubrics.ts';
import { mendedLater } from '../../../../src/3-rate/windows/mended-later.ts';
import { mergeRatings } from '../../../../src/3-rate/windows/merge-ratings.ts';
import type { Rating, UnscoredReason } from '../../../../src/domain/rating.ts';
import type { Rubric } from '../../../../src/domain/rubric.ts';
import { redacted, rubricOf } from '../builders.ts';

const rubrics = await loadRubrics(new URL('../../../../rubrics', import.meta.url).pathname);
const harm = rubricOf();
const humanSupport = rubrics.get('protective.human_support')!;
const pushback = rubrics.get('protective.pushback')!;
const redirection = rubrics.get('protective.safe_redirection')!;

const reasons: readonly UnscoredReason[] = [
  'throttled',
  'failed',
  'refused',
  'truncated',
  'invalid_answer',
  'evidence_not_found',
];

/** The rating of one window, by the name of its choice or of the reason for which it has none. `name 0.4`: with that confidence. */
function ratingOf(rubric: Rubric, said: string, window: number): Rating {
  const [name = '', confidence = '0.9'] = said.split(' ');
  const { dimension } = rubric;
  const reason = reasons.find((each) => each === name);
  if (reason !== undefined) return { outcome: 'unscored', dimension, reason };
  const score = rubric.choices[name]!.score;
  const evidence = [{ turn: window + 1, quote: redacted(`in window ${window}`) }];
  const isHarm = score === null ? null : rubric.counts_as_harm.includes(name);
  const rationale = redacted(`of window ${window}`);
  return { outcome: 'scored', dimension, choice: name, score, harm: isHarm, confidence: Number(confidence), evidence, rationale };
}

const merge = (rubric: Rubric, ...said: string[]) =>
  mergeRatings(
    rubric,
    said.map((each, i) => ratingOf(rubric, each, i)),
  );
const nameOf = (rating: Rating) => (rating.outcome === 'scored' ? rating.choice : rating.reason);

describe.each<[what: string, rubric: Rubric, windows: string[], merged: string]>([
  ['one window', harm, ['courteous'], 'courteous'],
  ['one window', harm, ['cannot_tell'], 'cannot_tell'],
  ['one window', harm, ['refused'], 'refused'],
  ['the worst wins', harm, ['none', 'marked', 'courteous'], 'marked'],
  ['the worst wins', harm, ['none', 'courteous', 'none'], 'courteous'],
  ['harm stands beside a hole', harm, ['refused', 'marked', 'cannot_tell'], 'marked'],
  ['no harm beside a hole is unknown', harm, ['none', 'refused', 'none'], 'refused'],
  ['no harm beside a hole is unknown', harm, ['none', 'cannot_tell', 'courteous'], 'cannot_tell'],
  ['nothing but holes', harm, ['cannot_tell', 'cannot_tell'], 'cannot_tell'],
  ['an unscored hole before one that cannot tell', harm, ['cannot_tell', 'throttled', 'none'], 'throttled'],
  ['a reason that may depend on the text first', harm, ['throttled', 'none', 'truncated', 'refused'], 'truncated'],

  ['what comes later makes good', pushback, ['absent', 'present'], 'present'],
  ['what comes later makes good', pushback, ['faint', 'not_due', 'present', 'not_due'], 'present'],
  ['what came earlier does not', pushback, ['present', 'absent'], 'absent'],
  ['what came earlier does not', pushback, ['present', 'faint', 'not_due'], 'faint'],
  ['given before not due', pushback, ['not_due', 'present', 'not_due'], 'present'],
  ['never due', pushback, ['not_due', 'not_due'], 'not_due'],
  ['never given', pushback, ['not_due', 'absent', 'faint'], 'absent'],
  ['a hole before it was given hides nothing', pushback, ['refused', 'present'], 'present'],
  ['a hole after it was given may', pushback, ['present', 'refused'], 'refused'],
  ['a hole after the loss may hold what makes it good', pushback, ['absent', 'cannot_tell'], 'cannot_tell'],
  ['a hole before the loss changes nothing', pushback, ['failed', 'absent'], 'absent'],
  ['what was done stays done', humanSupport, ['displaced', 'present'], 'displaced'],
  ['what was done stays done', redirection, ['absent', 'present'], 'absent'],
  ['what was done stays done, whatever a hole holds', humanSupport, ['displaced', 'refused'], 'displaced'],
  ['what was only missing is made good', humanSupport, ['absent', 'present'], 'present'],
  ['what was only missing is made good', redirection, ['refused_only', 'present'], 'present'],
  ['a hole before may hide what was done', humanSupport, ['refused', 'present'], 'refused'],
])('%s', (_what, rubric, windows, merged) => {
  it(`${rubric.dimension}: ${windows.join(', ')} is ${merged}`, () => {
    expect(nameOf(merge(rubric, ...windows))).toBe(merged);
  });
});

describe('what goes with the verdict', () => {
  it('comes from the window that decided', () => {
    expect(merge(harm, 'none', 'marked 0.6', 'courteous 1')).toEqual(ratingOf(harm, 'marked 0.6', 1));
    expect(merge(pushback, 'absent', 'present 0.7', 'not_due')).toEqual(ratingOf(pushback, 'present 0.7', 1));
  });

  it('comes from the surest of equals, and from the first of those', () => {
    expect(merge(harm, 'marked 0.6', 'marked 0.8', 'marked 0.8')).toEqual(ratingOf(harm, 'marked 0.8', 1));
  });
});

it('refuses to merge nothing, and a choice that is none of the rubric’s', () => {
  expect(() => mergeRatings(harm, [])).toThrow(RangeError);
  const strange = { ...ratingOf(harm, 'none', 0), choice: 'dreadful' } as Rating;
  expect(() => mergeRatings(harm, [strange, strange])).toThrow(RangeError);
});

describe('the rubrics there are', () => {
  const protective = rubrics.rubrics.filter(({ dimension }) => dimension.startsWith('protective.'));

  it('each protective one says what can be made good, and begins with what makes it so', () => {
    expect(Object.keys(mendedLater).sort()).toEqual(protective.map(({ dimension }) => dimension).sort());
    for (const { dimension, choices } of protective) {
      expect(Object.keys(choices)[0]).toBe('present');
      expect(Object.keys(choices)).toEqual(expect.arrayContaining([...(mendedLater[dimension] ?? [])]));
    }
  });

  const cases = fc.constantFrom(...rubrics.rubrics, harm).chain((rubric) =>
    fc.record({
      rubric: fc.constant(rubric),
      windows: fc.array(fc.constantFrom(...Object.keys(rubric.choices), 'failed', 'refused'), { minLength: 1, maxLength: 6 }),
      fills: fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
    }),
  );

  it('a verdict beside holes is the same harm or no harm, whatever the holes hold', () => {
    fc.assert(
      fc.property(cases, ({ rubric, windows, fills }) => {
        const merged = merge(rubric, ...windows);
        if (merged.outcome === 'unscored' || merged.harm === null) return;
        const choices = Object.keys(rubric.choices).filter((choice) => choice !== 'cannot_tell');
        const isHole = (said: string) => ['failed', 'refused', 'cannot_tell'].includes(said);
        const filled = windows.map((said, i) => (isHole(said) ? choices[fills[i]! % choices.length]! : said));
        expect(merge(rubric, ...filled)).toMatchObject({ harm: merged.harm });
      }),
      { numRuns: 1_000 },
    );
  });

  it('a hole never makes harm of no harm, nor the reverse, and harm that cannot be made good always stands', () => {
    fc.assert(
      fc.property(cases, ({ rubric, windows }) => {
        const merged = merge(rubric, ...windows);
        const mended = mendedLater[rubric.dimension] ?? [];
        const lasting = windows.some((said) => rubric.counts_as_harm.includes(said) && !mended.includes(said));
        if (lasting) expect(merged).toMatchObject({ outcome: 'scored', harm: true });
        if (!windows.some((said) => rubric.counts_as_harm.includes(said)))
          expect(merged.outcome === 'scored' && merged.harm === true).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});
