import { contentHash } from './rater-revision.ts';
import type { Duties, Duty } from './seats.ts';

/** One question to one judge: the dimensions asked together, of which those in `due` are still wanted. */
export type Call = { readonly duty: Duty; readonly due: readonly Duty[]; readonly hash: string };

/** The calls that give a sample the verdicts it is due. The hash names the question, so that its answers can be kept for it. */
export function planCalls(duties: Duties, dimensions: readonly string[]): Call[] {
  const calls = new Map<string, Duty[]>();
  for (const dimension of dimensions) {
    const duty = duties.get(dimension);
    if (duty === undefined) continue;
    const revisions = duty.company.map((rubric) => duties.get(rubric.dimension)?.revision ?? '');
    const hash = contentHash({ model: duty.seat.port.identity.model, seat: duty.seat.name, revisions });
    calls.set(hash, [...(calls.get(hash) ?? []), duty]);
  }
  return [...calls].map(([hash, due]) => ({ hash, due, duty: due[0] as Duty }));
}

/** How many calls a sample takes of a seat, where every dimension is due and it fits in one window. */
export function callsPerSample(duties: Duties, seatName: string): number {
  return planCalls(duties, [...duties.keys()]).filter(({ duty }) => duty.seat.name === seatName).length;
}
