import type { Conversation } from '../domain/conversation.ts';
import type { Rejection } from '../domain/intake.ts';
import type { TrafficRow } from '../domain/traffic-row.ts';
import { type ConsentRules, consentAllows } from './consent.ts';
import { facetsOf } from './facets.ts';
import { conversationKey, epochOf, suppressionKey, userKey } from './pseudonym.ts';

const hour_ms = 3_600_000;

/** A conversation that may be counted, under the names it will have here. */
export type Arrival = Omit<TrafficRow, 'batchAt'> & {
  readonly index: number;
  readonly conversation: Conversation;
  readonly suppressionKey: string;
  readonly hour: Date;
  readonly nTurns: number;
};

export type IntakeRules = {
  readonly pseudonym: Uint8Array;
  readonly epochDays: number;
  readonly consent: ConsentRules;
  /** What began before has no traffic row any more by which it would be known again. */
  readonly earliest: Date;
};

export type SortedOut = {
  readonly arrivals: Map<string, Arrival>;
  /** Stored names of conversations whose people have said no. */
  readonly withdrawn: readonly string[];
  readonly rejections: readonly Rejection[];
  readonly excluded: number;
  /** The same conversation twice in one call. */
  readonly repeated: number;
};

/**
 * Consent, exclusions and suppression first, so that no text is read of whoever may not be sampled; then one arrival a
 * conversation, the longest.
 * @param suppressed whether a person, by suppression key, has opted out or was erased.
 */
export function sortOut(
  conversations: readonly Conversation[],
  { pseudonym, epochDays, consent, earliest }: IntakeRules,
  suppressed: (key: string) => boolean,
): SortedOut {
  const arrivals = new Map<string, Arrival>();
  const withdrawn: string[] = [];
  const rejections: Rejection[] = [];
  let excluded = 0;
  let repeated = 0;
  for (const [index, conversation] of conversations.entries()) {
    const key = conversationKey(pseudonym, conversation.id);
    const person = suppressionKey(pseudonym, conversation.user);
    const decision = consentAllows(conversation, consent);
    if (!decision.allowed || suppressed(person)) {
      excluded += 1;
      if (!decision.allowed && decision.reason === 'denied') withdrawn.push(key);
      continue;
    }
    const at = new Date(conversation.at);
    if (at < earliest) {
      const reason = `lies before ${earliest.toISOString()}, past retention.verdict_days: it might be counted twice`;
      rejections.push({ index, field: 'at', reason });
      continue;
    }
    const arrival: Arrival = {
      index,
      conversation,
      conversationKey: key,
      suppressionKey: person,
      userKey: userKey(pseudonym, conversation.user, epochOf(at, epochDays)),
      version: conversation.version,
      at,
      hour: new Date(Math.floor(at.getTime() / hour_ms) * hour_ms),
      facets: facetsOf(conversation),
      nTurns: conversation.turns.length,
      thumb: conversation.feedback?.thumb ?? null,
      seconds: conversation.engagement?.seconds ?? null,
    };
    const earlier = arrivals.get(key);
    const problem = earlier === undefined ? null : contradiction(arrival, earlier);
    if (problem !== null) {
      rejections.push({ index, ...problem });
      continue;
    }
    if (earlier !== undefined) repeated += 1;
    if (earlier === undefined || arrival.nTurns > earlier.nTurns) arrivals.set(key, arrival);
  }
  return { arrivals, withdrawn, rejections, excluded, repeated };
}

/** What cannot be the same conversation grown longer. */
export function contradiction(
  arrival: Pick<Arrival, 'version' | 'at'>,
  before: { readonly version: string; readonly at: Date },
): { field: string; reason: string } | null {
  if (arrival.version !== before.version) return { field: 'version', reason: 'the same id came before with another version' };
  if (arrival.at.getTime() !== before.at.getTime()) {
    return { field: 'at', reason: `the same id came before with another start (${before.at.toISOString()})` };
  }
  return null;
}
