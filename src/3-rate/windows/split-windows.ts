import type { Evidence, Rating } from '../../domain/rating.ts';
import type { Redacted, RedactedTurn, Transcript } from '../../domain/redacted.ts';
import { cutBefore } from './cut-text.ts';

export type WindowLimits = {
  /** Of all contents in one window, in UTF-16 units. At least 600. */
  readonly maxChars: number;
  /** How many turns a window repeats from the one before it. */
  readonly overlapTurns: number;
};

/** A part of a conversation that is rated on its own. */
export type Window = {
  readonly index: number;
  readonly count: number;
  /** Number in the whole, from 1, of its first turn (a repeated system prompt aside). */
  readonly firstTurn: number;
  readonly transcript: Transcript;
  /** For each turn of `transcript`: its number in the whole, from 1. */
  readonly turnNumbers: readonly number[];
  /** For each turn of `transcript`: where in that turn of the whole it begins; 0 unless the turn was split. */
  readonly offsets: readonly number[];
};

/** A turn, or a part of one: `index` from 0 in the whole, from `start` to `end` of its content. */
type Piece = { readonly index: number; readonly start: number; readonly end: number };
/** What is still to be covered starts here. */
type Place = { readonly index: number; readonly offset: number };

/**
 * Splits a conversation that is too long for one judge call, so that every character of every turn is in some window.
 * - One that fits is one window. Else windows hold whole turns, as many as fit, in order.
 * - A window starts with the `overlapTurns` turns before its first new one, fewer only where they would not fit: what is said
 *   is understood from what came before, and a behaviour across the border is seen.
 * - A turn longer than a window is split at white space where there is any; its parts overlap by a tenth to a fifth of a
 *   window.
 * - A system prompt of up to a quarter of a window is repeated in each.
 *
 * A part of a turn is a plain string, so it goes through `redactText`, which leaves alone what is redacted already. Should it
 * take something away all the same, the part is as long as what it leaves.
 * @throws RangeError where the limits make no sense.
 */
export function splitWindows(transcript: Transcript, limits: WindowLimits, redactText: (text: string) => Redacted): Window[] {
  const { maxChars, overlapTurns } = limits;
  if (!Number.isSafeInteger(maxChars) || maxChars < 600)
    throw new RangeError(`a window must have room for 600 characters, not ${maxChars}`);
  if (!Number.isSafeInteger(overlapTurns) || overlapTurns < 0)
    throw new RangeError(`turns of overlap must be a whole number, not ${overlapTurns}`);
  const contents = transcript.map(({ content }) => content);
  const whole = (index: number): Piece => ({ index, start: 0, end: lengthOf(contents, index) });
  const total = contents.reduce((sum, content) => sum + content.length, 0);
  if (total <= maxChars)
    return [
      toWindow(
        transcript,
        transcript.map((_, index) => whole(index)),
        0,
        1,
        redactText,
        0,
      ),
    ];

  const isRepeated = transcript[0]?.role === 'system' && lengthOf(contents, 0) <= maxChars / 4;
  const head = isRepeated ? [whole(0)] : [];
  const room = maxChars - head.reduce((sum, piece) => sum + lengthOfPiece(piece), 0);
  const stretches: Piece[][] = [];
  let place: Place | null = { index: head.length, offset: 0 };
  while (place !== null) {
    const pieces: Piece[] = [...overlapBefore(contents, place, { room, overlapTurns, first: head.length })];
    place = fill(contents, place, pieces, room);
    stretches.push(pieces);
  }
  return stretches.map((pieces, index) =>
    toWindow(transcript, [...head, ...pieces], index, stretches.length, redactText, head.length),
  );
}

/** The turns before `place` that its window repeats: none before `first`, and no more than leaves room for something new. */
function overlapBefore(
  contents: readonly string[],
  { index }: Place,
  { room, overlapTurns, first }: { readonly room: number; readonly overlapTurns: number; readonly first: number },
): Piece[] {
  const next = lengthOf(contents, index);
  let left = next <= room ? room - next : Math.floor(room / 2);
  const pieces: Piece[] = [];
  for (let before = index - 1; before >= Math.max(first, index - overlapTurns); before--) {
    const length = lengthOf(contents, before);
    if (length > left) {
      // Of a turn that had to be split anyway its end is better than nothing.
      const from = length > room && left >= room / 4 ? overlapFrom(contents[before] ?? '', length, left) : length;
      if (from < length) pieces.unshift({ index: before, start: from, end: length });
      break;
    }
    pieces.unshift({ index: before, start: 0, end: length });
    left -= length;
  }
  return pieces;
}

/** Where an overlap that ends at `at` begins: between half of `chars` and `chars` before it. */
function overlapFrom(content: string, at: number, chars: number): number {
  const half = Math.floor(chars / 2);
  return at <= half ? 0 : cutBefore(content, at - half, { floor: at - 2 * half, wanted: 0 });
}

/** Adds to `pieces` what fits from `place` on. @returns where the next window goes on, or null at the end. */
function fill(contents: readonly string[], place: Place, pieces: Piece[], room: number): Place | null {
  let left = room - pieces.reduce((sum, piece) => sum + lengthOfPiece(piece), 0);
  let { index, offset } = place;
  for (; index < contents.length; index++, offset = 0) {
    const content = contents[index] ?? '';
    const start = offset === 0 ? 0 : overlapFrom(content, offset, room / 5);
    if (content.length - start <= left) {
      pieces.push({ index, start, end: content.length });
      left -= content.length - start;
      continue;
    }
    const isSplit = content.length > room;
    // A short beginning of a long turn at the end of a window would help nobody.
    if (!isSplit || left < room / 4) return { index, offset };
    const end = cutBefore(content, start + left, { floor: start, wanted: start + Math.floor((3 * left) / 4) });
    pieces.push({ index, start, end });
    return { index, offset: end };
  }
  return null;
}

function toWindow(
  transcript: Transcript,
  pieces: readonly Piece[],
  index: number,
  count: number,
  redactText: (text: string) => Redacted,
  nHead: number,
): Window {
  const turns = pieces.flatMap(({ index, start, end }): RedactedTurn[] => {
    const turn = transcript[index];
    if (turn === undefined) return [];
    const isWhole = start === 0 && end === turn.content.length;
    return [isWhole ? turn : { role: turn.role, content: redactText(turn.content.slice(start, end)) }];
  });
  return {
    index,
    count,
    firstTurn: (pieces[nHead]?.index ?? 0) + 1,
    transcript: turns,
    turnNumbers: pieces.map((piece) => piece.index + 1),
    offsets: pieces.map(({ start }) => start),
  };
}

/** A window's rating with its evidence where it stands in the whole. */
export function inWhole(window: Window, rating: Rating): Rating {
  if (rating.outcome === 'unscored') return rating;
  const evidence = rating.evidence.map(({ turn, quote }): Evidence => ({ turn: window.turnNumbers[turn - 1] ?? turn, quote }));
  return { ...rating, evidence };
}

const lengthOf = (contents: readonly string[], index: number) => contents[index]?.length ?? 0;
const lengthOfPiece = ({ start, end }: Piece) => end - start;
