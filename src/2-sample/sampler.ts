import type { Facets } from '../domain/facets.ts';
import { type ConsentFields, type ConsentRefusal, type ConsentRules, consentAllows } from './consent.ts';
import { coinOf } from './design/coin.ts';
import { type CoinKey, coinKeyAt, panelWaveUnder } from './design/coin-keys.ts';
import { type Cap, capProbability, countedWeight, inCrossSection, type Stamp } from './design/inclusion.ts';
import { type PlannedRate, plannedRate } from './design/planned-rate.ts';
import { type EdgeHour, EdgeHours, stratumOf } from './edge/edge-hours.ts';
import { type SeenRecord, toRecords } from './edge/edge-seen.ts';
import type { EdgeStratum } from './edge/edge-strata.ts';
import { type FacetSource, facetsOf } from './facets.ts';

export type { Stamp } from './design/inclusion.ts';
export type { SeenCell, SeenRecord } from './edge/edge-seen.ts';
export { facetsOf } from './facets.ts';

/** Instants as ISO 8601, keys as hex: what "longwatch sampler export" prints can be passed on as it is. */
export type EdgePlan = Omit<PlannedRate, 'from'> & { readonly from: Date | string };
export type EdgeCoinKey = { readonly from: Date | string; readonly key: Uint8Array | string };

export type EdgeConfig = {
  /** Names this process in its records: it must never name another, nor this one after a restart. */
  readonly name: string;
  readonly coinKey: Uint8Array | string | readonly EdgeCoinKey[];
  readonly design: string;
  readonly cap: Cap;
  readonly plans: readonly EdgePlan[];
  readonly firstRate: number;
  readonly panelShare: number;
  readonly consent: ConsentRules;
};

export type EdgeConversation = ConsentFields & {
  readonly id: string;
  readonly user: string;
  readonly version: string;
  /** When it began, ISO 8601 with an offset. */
  readonly at: string;
  readonly locale?: string | undefined;
  readonly memory?: boolean | undefined;
  readonly feedback?: { readonly thumb?: 'up' | 'down' | undefined } | undefined;
} & ({ readonly facets: Facets } | Pick<FacetSource, 'turns'>);

export type EdgeDecision =
  | { readonly taken: true; readonly sampling: Stamp }
  /** `reason`: it may not be sampled at all, and was not counted. */
  | { readonly taken: false; readonly reason?: ConsentRefusal };

export interface EdgeSampler {
  /** @throws RangeError if `at` is no instant. */
  decide(conversation: EdgeConversation): EdgeDecision;
  /** What was seen since the last call, of the hours that were over by `before`, or of all. */
  drain(before?: Date): SeenRecord[];
  /** Newer plans, from now on: get them every hour. */
  replacePlans(plans: readonly EdgePlan[]): void;
}

const notTaken: EdgeDecision = { taken: false };

/**
 * Decides at the producer which conversations are sent to Longwatch at all, with the server's own coins, and counts the rest
 * without their text. Needs nothing but the language: no package, nothing of Node, no clock and no chance.
 *
 * Call `decide` once for each conversation, when it is over (its facets count as they are then). Send what is taken with its
 * stamp as `sampling`, and what `drain` gives as a line of its own, about every hour.
 *
 * Limits. A conversation decided twice is counted twice: the producer keeps the decision. A user's conversations must come to
 * the same instance, or the cap counts per instance; a restart begins every user's day anew. The last two UTC days are
 * remembered, some hundred bytes a user; older ones, of a backfill, go to the server unsampled. Thumbs given later are not
 * counted.
 */
export function createEdgeSampler(config: EdgeConfig): EdgeSampler {
  const { name, design, cap, firstRate, panelShare, consent } = config;
  const coins = toCoinKeys(config.coinKey);
  for (const [what, pi] of Object.entries({ firstRate, 'cap.floor': cap.floor })) {
    if (!(pi > 0 && pi <= 1)) throw new RangeError(`${what} must lie in (0, 1], not ${pi}`);
  }
  const coinAt = (at: Date) => coinOf(coinKeyAt(coins, at));
  const hours = new EdgeHours(coinAt, coinAt(new Date(0))('panel', name) * 2 ** 32);
  let plans = toPlans(config.plans);
  let records = 0;

  const rateOf = (stratum: EdgeStratum, hour: EdgeHour): number => {
    if (stratum.plans !== plans) {
      stratum.piSample = plannedRate(plans, stratum.cell.version, hour.start, stratum.cell, firstRate);
      stratum.plans = plans;
    }
    return stratum.piSample;
  };

  const askPanel = (hour: EdgeHour, place: number, user: string): boolean => {
    const inPanel = panelWaveUnder(coins, user, hour.start, panelShare) !== null;
    return hour.day.users.notePanel(place, hour.halfWeek, inPanel);
  };

  return {
    decide(conversation) {
      const allowed = consentAllows(conversation, consent);
      if (!allowed.allowed) return { taken: false, reason: allowed.reason };
      const { user, id, version } = conversation;
      const hour = hours.of(conversation.at);
      const stratum = stratumOf(hour, version, 'facets' in conversation ? conversation.facets : facetsOf(conversation));
      const { users, name: day } = hour.day;
      const place = users.placeOf(user);
      const nth = users.count(place);
      const piSample = rateOf(stratum, hour);
      const piCap = capProbability(nth, cap);
      const counted = countedWeight(nth, cap);
      const pi = piSample * piCap;
      const { cell } = stratum;
      cell.n += 1;
      cell.counted += counted;
      cell.nu += pi;
      const userWeight = users.weigh(place, hour.startMs, stratum.versionNumber, counted / pi);
      cell.max_user_weight = Math.max(cell.max_user_weight, userWeight);
      const thumb = conversation.feedback?.thumb;
      if (thumb === 'up') cell.thumb_up += 1;
      if (thumb === 'down') cell.thumb_down += 1;

      const inPanel = panelShare > 0 && (users.inPanel(place, hour.halfWeek) ?? askPanel(hour, place, user));
      if (!inPanel && !inCrossSection(hour.coin, { design, day, user, conversation: id }, piSample, piCap)) return notTaken;
      return { taken: true, sampling: { design, pi_sample: piSample, pi_cap: piCap, nth } };
    },

    drain(before) {
      return hours
        .take(before)
        .flatMap(({ start, cells }) => toRecords(start, [...cells.values()], (at) => `${name}:${at}:${records++}`));
    },

    replacePlans(newer) {
      plans = toPlans(newer);
    },
  };
}

/** The last plan first, as `plannedRate` wants them. */
function toPlans(plans: readonly EdgePlan[]): readonly PlannedRate[] {
  return plans.map((plan) => ({ ...plan, from: new Date(plan.from) })).sort((a, b) => b.from.getTime() - a.from.getTime());
}

function toCoinKeys(given: EdgeConfig['coinKey']): readonly CoinKey[] {
  const keys = typeof given === 'string' || given instanceof Uint8Array ? [{ from: new Date(0), key: given }] : given;
  return keys
    .map(({ from, key }) => ({ from: new Date(from), key: typeof key === 'string' ? fromHex(key) : key }))
    .sort((a, b) => b.from.getTime() - a.from.getTime());
}

function fromHex(hex: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})+$/i.test(hex)) throw new RangeError('a coin key must be bytes or their hex form');
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
