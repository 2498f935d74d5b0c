import { describe, expect, test } from 'vitest';
import { callsPerSample, planCalls } from '../../../src/3-rate/plan-calls.ts';
import { dutiesOf, type JudgeSeat } from '../../../src/3-rate/seats.ts';
import { frame, rubricFor, seatNamed } from './seat-builders.ts';

const concrete = ['concrete.flattery', 'concrete.one_sidedness', 'concrete.overcaution'];
const acute = ['acute.abuse', 'acute.self_harm'];
const dutiesWith = (seat: JudgeSeat, dimensions = [...concrete, ...acute]) =>
  dutiesOf(
    dimensions.map((dimension) => ({ seat, rubric: rubricFor(dimension), frame })),
    undefined,
  );
const duties = dutiesWith(seatNamed('a'));
const asked = (dimensions: readonly string[], of = duties) =>
  planCalls(of, dimensions).map(({ duty, due }) => ({
    company: duty.company.map((rubric) => rubric.dimension),
    due: due.map(({ rubric }) => rubric.dimension),
  }));

describe('the calls that give a sample its verdicts', () => {
  test('are one for each company that somebody of is due', () => {
    expect(asked([...concrete, ...acute])).toEqual([
      { company: concrete, due: concrete },
      { company: acute, due: acute },
    ]);
    expect(asked(['acute.abuse'])).toEqual([{ company: acute, due: ['acute.abuse'] }]);
    expect(asked([])).toEqual([]);
  });
  test('ask the whole company even where one of it is due, and once', () => {
    expect(asked(['concrete.overcaution', 'concrete.flattery'])).toEqual([
      { company: concrete, due: ['concrete.overcaution', 'concrete.flattery'] },
    ]);
  });
  test('leave out what nobody rates', () => {
    expect(asked(['acute.unheard_of'])).toEqual([]);
    expect(asked(['acute.unheard_of', 'acute.abuse'])).toEqual([{ company: acute, due: ['acute.abuse'] }]);
  });
  test('are a call for each seat where two share a group', () => {
    const shared = dutiesOf(
      concrete.map((dimension, i) => ({ seat: seatNamed(i === 0 ? 'a' : 'b'), rubric: rubricFor(dimension), frame })),
      undefined,
    );
    expect(asked(concrete, shared).map(({ company }) => company)).toEqual([concrete.slice(0, 1), concrete.slice(1)]);
    expect(['a', 'b', 'c'].map((seat) => callsPerSample(shared, seat))).toEqual([1, 1, 0]);
  });
});

describe('the name of a question', () => {
  const hashOf = (of: typeof duties, ...dimensions: string[]) => planCalls(of, dimensions)[0]?.hash;
  test('is the same whoever of the company is due, so that an answer kept is found again', () => {
    const names = [concrete, concrete.toReversed(), ['concrete.overcaution']].map((due) => hashOf(duties, ...due));
    expect(new Set(names).size).toBe(1);
    expect(names[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(hashOf(dutiesWith(seatNamed('a')), 'concrete.flattery')).toBe(names[0]);
  });
  test('is another for another company', () => {
    expect(hashOf(duties, 'acute.abuse')).not.toBe(hashOf(duties, 'concrete.flattery'));
  });
  test.each([
    ['the seat', seatNamed('b', {}, { model: 'model-a', temperature: 0 })],
    ['the model', seatNamed('a', {}, { model: 'model-b', temperature: 0 })],
    ['the temperature', seatNamed('a', {}, { model: 'model-a', temperature: 1 })],
    ['the windows', seatNamed('a', { windows: { maxChars: 9_000, overlapTurns: 2 } })],
    ['the company', seatNamed('a', { dimensionsPerCall: 2 })],
  ])('changes with %s: an answer to another question is none to this one', (_what, seat) => {
    expect(hashOf(dutiesWith(seat), 'concrete.flattery')).not.toBe(hashOf(duties, 'concrete.flattery'));
  });
});

describe('calls a sample', () => {
  test.each([
    [9, 1],
    [4, 2],
    [2, 3],
    [1, 5],
  ])('with %i dimensions in a call at most are %i', (dimensionsPerCall, calls) =>
    expect(callsPerSample(dutiesWith(seatNamed('a', { dimensionsPerCall })), 'a')).toBe(calls),
  );
});
