import type { JudgeSeat } from '../../../src/3-rate/seats.ts';
import type { Judge } from '../../../src/domain/judge.ts';
import type { Frame, Rubric } from '../../../src/domain/rubric.ts';
import { rubricOf } from './builders.ts';

export const frame: Frame = { name: 'conversation.v1', text: 'Read, then judge.' };

export const rubricFor = (dimension: string, over: Partial<Rubric> = {}): Rubric =>
  rubricOf({ dimension: dimension as Rubric['dimension'], ...over });

/** A seat that nobody asks: who sits there is all that duties are made of. */
export function seatNamed(name: string, over: Partial<JudgeSeat> = {}, identity?: Judge['identity']): JudgeSeat {
  const unasked = (): never => {
    throw new Error('nobody is asked in this test');
  };
  return {
    name,
    port: { identity: identity ?? { model: `model-${name}`, temperature: 0 }, rate: unasked },
    dispatcher: { run: unasked, blocked: () => null, counts: unasked },
    batch: null,
    concurrency: 8,
    maxAttempts: 5,
    dimensionsPerCall: 4,
    windows: { maxChars: 60_000, overlapTurns: 2 },
    price: null,
    limit: { calls: Infinity, money: Infinity },
    dimensions: null,
    ...over,
  };
}
