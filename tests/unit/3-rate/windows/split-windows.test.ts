import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spanTypes } from '../../../../src/2-sample/redaction/recognisers/span.ts';
import { inWhole, splitWindows, type Window, type WindowLimits } from '../../../../src/3-rate/windows/split-windows.ts';
import type { Transcript } from '../../../../src/domain/redacted.ts';
import { redacted, transcriptOf } from '../builders.ts';

const split = (transcript: Transcript, over: Partial<WindowLimits> = {}) =>
  splitWindows(transcript, { maxChars: 600, overlapTurns: 2, ...over }, redacted);

const sizeOf = ({ transcript }: Window) => transcript.reduce((sum, { content }) => sum + content.length, 0);
const turn = (n: number, length: number) => [n % 2 === 0 ? 'user' : 'assistant', `${n}`.padEnd(length, '.')] as const;
const conversation = (...lengths: number[]) => transcriptOf(...lengths.map((length, n) => turn(n + 1, length)));

describe('a conversation that fits', () => {
  it('is one window, as it is', () => {
    const transcript = conversation(300, 300);
    expect(split(transcript)).toEqual([{ index: 0, count: 1, firstTurn: 1, transcript, turnNumbers: [1, 2], offsets: [0, 0] }]);
    expect(split([])).toEqual([{ index: 0, count: 1, firstTurn: 1, transcript: [], turnNumbers: [], offsets: [] }]);
  });
});

describe('a long conversation', () => {
  it('becomes windows of whole turns that overlap by as many as asked', () => {
    const windows = split(conversation(100, 100, 100, 100, 100, 100, 100, 100, 100, 100));
    expect(windows.map(({ turnNumbers }) => turnNumbers)).toEqual([
      [1, 2, 3, 4, 5, 6],
      [5, 6, 7, 8, 9, 10],
    ]);
    expect(windows.map(({ index, count, firstTurn }) => [index, count, firstTurn])).toEqual([
      [0, 2, 1],
      [1, 2, 5],
    ]);
  });

  it('overlaps by fewer turns only where they would not fit', () => {
    const windows = split(conversation(250, 250, 250, 250, 550, 100));
    expect(windows.map(({ turnNumbers }) => turnNumbers)).toEqual([[1, 2], [2, 3], [3, 4], [5], [6]]);
    expect(split(conversation(300, 300, 300), { overlapTurns: 0 }).map(({ turnNumbers }) => turnNumbers)).toEqual([[1, 2], [3]]);
  });

  it('repeats a short system prompt in every window, and not a long one', () => {
    const withPrompt = (length: number) =>
      transcriptOf(['system', 's'.repeat(length)], ...[2, 3, 4, 5, 6].map((n) => turn(n, 200)));
    expect(split(withPrompt(150), { overlapTurns: 1 }).map(({ turnNumbers }) => turnNumbers)).toEqual([
      [1, 2, 3],
      [1, 3, 4],
      [1, 4, 5],
      [1, 5, 6],
    ]);
    expect(split(withPrompt(150))[1]?.firstTurn).toBe(3);
    expect(split(withPrompt(151), { overlapTurns: 1 }).map(({ turnNumbers }) => turnNumbers)).toEqual([
      [1, 2, 3],
      [3, 4, 5],
      [5, 6],
    ]);
  });
});

describe('a turn longer than a window', () => {
  const long = transcriptOf(['user', 'What now?'], ['assistant', 'word '.repeat(400).trim()], ['user', 'Thanks.']);

  it('is split at white space, keeps its role and number, and what it answers stays in sight', () => {
    const windows = split(long);
    expect(windows.length).toBeGreaterThan(3);
    for (const { transcript, turnNumbers, offsets } of windows) {
      expect(turnNumbers.slice(0, 2)).toEqual([1, 2]);
      expect(transcript[1]?.role).toBe('assistant');
      expect(transcript[1]?.content).toMatch(/^word .*word\s?$/);
      expect(offsets[0]).toBe(0);
    }
    expect(windows.at(-1)?.turnNumbers).toEqual([1, 2, 3]);
  });

  it('is not cut within a placeholder, a character or a bracket that is none', () => {
    const units = ['[NAME_12]', '[DATE_OF_BIRTH_3]', '[USER_ID]', '😀', 'é', '['];
    for (let lead = 0; lead < 40; lead++) {
      const content = 'x'.repeat(lead) + Array.from({ length: 600 }, (_, i) => units[(i * 7 + lead) % units.length]).join('');
      for (const { transcript } of split(transcriptOf(['assistant', content]))) {
        const rest = transcript[0]!.content.replaceAll(/\[[A-Z][A-Z_]*\d*\]|😀|é|x|\[/g, '');
        expect(rest).toBe('');
      }
    }
  });

  it('is cut in parts that go through redaction, whole turns do not', () => {
    const seen: string[] = [];
    const windows = splitWindows(long, { maxChars: 600, overlapTurns: 2 }, (text) => {
      seen.push(text);
      return redacted(text.toUpperCase());
    });
    expect(seen.length).toBe(windows.length);
    expect(windows[0]?.transcript.map(({ content }) => content.slice(0, 5))).toEqual(['What ', 'WORD ']);
  });
});

it('no placeholder is longer than what a cut keeps clear of', () => {
  for (const type of spanTypes) expect(`[${type}_999999]`.length).toBeLessThan(40);
});

describe('whatever the conversation', () => {
  const word = fc.oneof(
    { weight: 6, arbitrary: fc.string({ minLength: 1, maxLength: 12 }) },
    { weight: 2, arbitrary: fc.constantFrom('[NAME_1]', '[GOVERNMENT_ID_22]', '😀', '👩‍👩‍👧', '\n\n', '[', 'سلام', '漢字') },
    { weight: 1, arbitrary: fc.integer({ min: 100, max: 900 }).map((n) => 'a'.repeat(n)) },
  );
  const content = fc
    .tuple(fc.array(word, { maxLength: 12 }), fc.integer({ min: 1, max: 12 }), fc.constantFrom(' ', '', '\n'))
    .map(([words, times, space]) => Array.from({ length: times }, () => words.join(space)).join(space));
  const transcripts = fc
    .tuple(fc.boolean(), fc.array(fc.tuple(fc.constantFrom('user', 'assistant', 'tool'), content), { maxLength: 25 }))
    .map(([prompted, turns]) =>
      transcriptOf(...turns.map(([role, text], i) => [prompted && i === 0 ? 'system' : role, text] as const)),
    );
  const limits = fc.record({ maxChars: fc.integer({ min: 600, max: 2_000 }), overlapTurns: fc.integer({ min: 0, max: 4 }) });

  it('every character of every turn is in a window, in order, within the limits', () => {
    fc.assert(
      fc.property(transcripts, limits, (transcript, { maxChars, overlapTurns }) => {
        const windows = splitWindows(transcript, { maxChars, overlapTurns }, redacted);
        const covered = transcript.map(({ content }) => new Uint8Array(content.length));
        const seen = new Set<number>();
        for (const [i, window] of windows.entries()) {
          expect([window.index, window.count]).toEqual([i, windows.length]);
          expect(sizeOf(window)).toBeLessThanOrEqual(maxChars);
          expect(window.turnNumbers).toHaveLength(window.transcript.length);
          expect([...window.turnNumbers]).toEqual([...new Set(window.turnNumbers)].sort((a, b) => a - b));
          for (const [k, { role, content }] of window.transcript.entries()) {
            const [number, offset] = [window.turnNumbers[k]!, window.offsets[k]!];
            const source = transcript[number - 1]!;
            expect(role).toBe(source.role);
            expect(source.content.startsWith(content, offset)).toBe(true);
            covered[number - 1]!.fill(1, offset, offset + content.length);
            seen.add(number);
          }
        }
        expect(seen.size).toBe(transcript.length);
        for (const marks of covered) expect(marks.indexOf(0)).toBe(-1);
        const firsts = windows.map(({ firstTurn }) => firstTurn);
        expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
      }),
      { numRuns: 400 },
    );
  });

  it('the number of windows stays in proportion to its length', () => {
    fc.assert(
      fc.property(transcripts, limits, (transcript, { maxChars, overlapTurns }) => {
        const windows = splitWindows(transcript, { maxChars, overlapTurns }, redacted);
        const total = transcript.reduce((sum, { content }) => sum + content.length, 0);
        expect(windows.length).toBeLessThanOrEqual(1 + transcript.length + (8 * total) / maxChars);
      }),
    );
  });
});

it('evidence found in a window stands where it is in the whole', () => {
  const window = split(conversation(100, 100, 100, 100, 100, 100, 100, 100))[1]!;
  const evidence = [{ turn: 3, quote: redacted('7') }];
  const rating = { outcome: 'scored', dimension: 'concrete.flattery', choice: 'marked', score: 0.7, harm: true } as const;
  expect(inWhole(window, { ...rating, confidence: 1, evidence, rationale: null })).toMatchObject({
    choice: 'marked',
    evidence: [{ turn: 7, quote: '7' }],
  });
  const unscored = { outcome: 'unscored', dimension: 'concrete.flattery', reason: 'failed' } as const;
  expect(inWhole(window, unscored)).toBe(unscored);
});

it.each([{ maxChars: 599 }, { maxChars: 1e9 + 0.5 }, { overlapTurns: -1 }, { overlapTurns: 0.5 }])('refuses %j', (over) => {
  expect(() => split([], over)).toThrow(RangeError);
});
