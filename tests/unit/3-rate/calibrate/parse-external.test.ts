import { describe, expect, it } from 'vitest';
import { type ExternalLine, parseExternal, toRatedUnits } from '../../../../src/3-rate/calibrate/parse-external.ts';
import { rubricOf } from '../builders.ts';

const line: ExternalLine = {
  unit: 'u1',
  dimension: 'concrete.flattery',
  values: { 'person:Ada@experts': 'marked', 'judge:m': 'none' },
};
const rubric = rubricOf();
const options = {
  threshold: null,
  level: null,
  rubrics: { get: (dimension: string) => (dimension === rubric.dimension ? rubric : undefined) },
};

describe('parseExternal', () => {
  it('takes a line as documented', () => {
    expect(parseExternal(JSON.stringify(line))).toEqual({ ok: true, value: line });
  });

  it.each([
    ['not JSON', '{', '(line)'],
    ['no values', '{"unit":"u","dimension":"d"}', 'values'],
    ['a rater that is neither person nor judge', '{"unit":"u","dimension":"d","values":{"Ada":1}}', 'values'],
    ['a weight of nothing', '{"unit":"u","dimension":"d","weight":0,"values":{}}', 'weight'],
    ['a field of another kind', '{"unit":"u","dimension":"d","values":{},"turns":[]}', '(line)'],
  ])('%s is refused by field', (_what, text, field) => {
    expect(parseExternal(text)).toMatchObject({ ok: false, field });
  });
});

describe('toRatedUnits', () => {
  it('a choice of the rubric has its number and says whether it is harm', () => {
    const { units, levelOf } = toRatedUnits([line], options);
    expect(units[0]).toMatchObject({
      unit: 'u1',
      cluster: 'u1',
      weight: 1,
      people: [{ person: 'Ada', pool: 'experts', verdict: { outcome: 'scored', value: 0.7, harm: true } }],
      raters: [{ rater: 'judge:m', verdict: { outcome: 'scored', value: 0, harm: false } }],
    });
    expect(levelOf('concrete.flattery')).toBe('ordinal');
  });

  it('cannot_tell, null and an unknown choice are each no verdict, with its reason', () => {
    const values = { 'person:a': 'cannot_tell', 'judge:b': null, 'judge:c': 'dreadful' };
    const { units } = toRatedUnits([{ ...line, values }], options);
    expect(units[0]?.people[0]?.verdict).toEqual({ outcome: 'cannot_tell' });
    expect(units[0]?.raters.map(({ verdict }) => verdict)).toEqual([
      { outcome: 'unscored', reason: 'no value' },
      { outcome: 'unscored', reason: 'not a choice of the rubric' },
    ]);
  });

  it('numbers are harm from the threshold on, and without one nobody says what harm is', () => {
    const numbers = { unit: 'u', dimension: 'empathy', values: { 'person:a@p': 2, 'person:b@p': 3, 'person:c@p': true } };
    const harms = (threshold: number | null) =>
      toRatedUnits([numbers], { ...options, threshold }).units[0]?.people.map(
        ({ verdict }) => verdict.outcome === 'scored' && verdict.harm,
      );
    expect(harms(3)).toEqual([false, true, true]);
    expect(harms(null)).toEqual([null, null, true]);
  });

  it('words without a rubric are categories without order', () => {
    const words = ['red', 'blue', 'red'].map((value, i) => ({
      unit: `u${i}`,
      dimension: 'colour',
      values: { 'person:a@p': value },
    }));
    const { units, levelOf } = toRatedUnits(words, options);
    expect(levelOf('colour')).toBe('nominal');
    expect(units.map(({ people }) => people[0]?.verdict)).toEqual([
      { outcome: 'scored', value: 1, harm: null },
      { outcome: 'scored', value: 0, harm: null },
      { outcome: 'scored', value: 1, harm: null },
    ]);
  });
});
