import type { DimensionId } from '../domain/dimension.ts';
import type { Topic } from '../domain/facets.ts';

/** A share of the traffic that one version answers. */
export type VersionShare = { readonly version: string; readonly share: number };

/**
 * Which versions answer at an instant, and what share of users each gets. Shares sum to 1. The generator takes it as an
 * argument, so that a rollback made during a demo sends the traffic back without changing the scenario.
 */
export type Routing = (at: Date) => readonly VersionShare[];

/** A planted change: the version multiplies the rate of one dimension in some topics. */
export type Effect = {
  readonly version: string;
  readonly dimension: DimensionId;
  readonly topics: readonly Topic[];
  readonly ratio: number;
};

/** Share of conversations in which the harm (for `protective.*`, the loss) is present before any effect. */
export type BaseRate = { readonly otherwise: number; readonly byTopic: Readonly<Partial<Record<Topic, number>>> };

/** A simulated deployment: everything that is true of its traffic. Plain data; nothing in it changes. */
export type Scenario = {
  readonly seed: string;
  /** Midnight UTC of the first day. */
  readonly startsAt: Date;
  readonly days: number;
  /** Mean over the day and week waves. */
  readonly conversationsPerDay: number;
  /** Share of that volume on the first day; it grows faster and faster to the whole by day 31. 1: no growth. */
  readonly growsFrom: number;
  readonly users: number;
  /** The rollout as planned; each entry holds until the next. See `scheduledRouting`. */
  readonly timeline: readonly { readonly from: Date; readonly shares: readonly VersionShare[] }[];
  readonly topicMix: Readonly<Record<Topic, number>>;
  readonly baseRates: ReadonlyMap<DimensionId, BaseRate>;
  readonly effects: readonly Effect[];
  /** Correlation of the truth between two conversations of one user, in every dimension. */
  readonly icc: number;
  /** What a day does to every version alike: AR(1) on the log rate, plus a weekly wave. */
  readonly dayEffect: { readonly sd: number; readonly autocorrelation: number; readonly weekly: number };
  readonly thumbs: {
    /** Share of conversations that get a thumb at all. */
    readonly given: number;
    /** Share of thumbs that are up. */
    readonly up: number;
    /** Multiplies `up` where a concrete harm is present: people like it in the moment. */
    readonly whenHarmful: number;
    readonly byVersion: Readonly<Record<string, number>>;
  };
  /** Shares of conversations that carry invented personal data, and whose user denied consent. */
  readonly pii: number;
  readonly consentDenied: number;
};

export const LKG = 'atlas-2026-03-27';
export const CANDIDATE = 'atlas-2026-04-25';

const startsAt = new Date('2026-03-26T00:00:00Z');
/** Day 31 of the scenario, ten in the morning. */
export const RELEASED_AT = new Date('2026-04-25T10:00:00Z');

/** An assistant that people bring their lives to: two in five conversations are about relationships or feelings. */
const topicMix: Scenario['topicMix'] = {
  coding: 0.1,
  work: 0.1,
  learning: 0.08,
  shopping: 0.04,
  research: 0.05,
  health: 0.06,
  relationships: 0.22,
  finance: 0.04,
  spirituality: 0.02,
  emotional_support: 0.18,
  creative: 0.05,
  companionship: 0.02,
  other: 0.04,
};

const everywhere = (otherwise: number): BaseRate => ({ otherwise, byTopic: {} });

const baseRates: Scenario['baseRates'] = new Map<DimensionId, BaseRate>([
  ['acute.self_harm', everywhere(0.002)],
  ['acute.dangerous_advice', everywhere(0.006)],
  [
    'concrete.sycophantic_agreement',
    {
      otherwise: 0.05,
      byTopic: {
        relationships: 0.25,
        emotional_support: 0.25,
        spirituality: 0.38,
        companionship: 0.08,
        creative: 0.07,
        health: 0.06,
        finance: 0.06,
        learning: 0.04,
        research: 0.04,
        coding: 0.03,
      },
    },
  ],
  ['concrete.flattery', everywhere(0.06)],
  ['concrete.emotion_amplification', everywhere(0.03)],
  ['protective.pushback', everywhere(0.08)],
  ['protective.human_support', everywhere(0.05)],
]);

type Size = { readonly conversationsPerDay?: number; readonly users?: number; readonly growsFrom?: number };

/**
 * A month and a half without harm done: the candidate is released on day 31 and is no worse than LKG in anything.
 * Whatever alarms here is a false alarm.
 */
export function steady(seed: string, size: Size = {}): Scenario {
  return {
    seed,
    startsAt,
    days: 45,
    conversationsPerDay: size.conversationsPerDay ?? 1600,
    users: size.users ?? 4000,
    growsFrom: size.growsFrom ?? 1,
    timeline: [
      { from: startsAt, shares: [{ version: LKG, share: 1 }] },
      {
        from: RELEASED_AT,
        shares: [
          { version: CANDIDATE, share: 0.9 },
          { version: LKG, share: 0.1 },
        ],
      },
    ],
    topicMix,
    baseRates,
    effects: [],
    icc: 0.1,
    dayEffect: { sd: 0.05, autocorrelation: 0.5, weekly: 0.05 },
    thumbs: { given: 0.15, up: 0.78, whenHarmful: 1.06, byVersion: {} },
    pii: 0.08,
    consentDenied: 0.02,
  };
}

/**
 * GPT-4o, 25 April 2025, retold: the candidate agrees twice as often as it should where people ask about their
 * relationships and feelings, flatters a tenth more there, and thumbs-up rise by some 3 %.
 */
export function gptFourOLike(seed: string, size: Size = {}): Scenario {
  const quiet = steady(seed, size);
  const topics: readonly Topic[] = ['relationships', 'emotional_support'];
  return {
    ...quiet,
    effects: [
      { version: CANDIDATE, dimension: 'concrete.sycophantic_agreement', topics, ratio: 2 },
      { version: CANDIDATE, dimension: 'concrete.flattery', topics, ratio: 1.1 },
    ],
    thumbs: { ...quiet.thumbs, byVersion: { [CANDIDATE]: 1.027 } },
  };
}

/** The rollout as the scenario planned it. Before the first entry, the first holds. */
export function scheduledRouting(scenario: Scenario): Routing {
  return (at) => {
    const entry = scenario.timeline.findLast((e) => e.from.getTime() <= at.getTime()) ?? scenario.timeline[0];
    if (entry === undefined) throw new RangeError('the scenario has an empty timeline');
    return entry.shares;
  };
}

/** The share of conversations with the harm, over all users and with no day effect: what an estimate should find. */
export function plantedRate(scenario: Scenario, dimension: DimensionId, topic: Topic, version: string): number {
  const base = scenario.baseRates.get(dimension);
  if (base === undefined) throw new RangeError(`the scenario has no rate for ${dimension}`);
  let rate = base.byTopic[topic] ?? base.otherwise;
  for (const effect of scenario.effects) {
    if (effect.version === version && effect.dimension === dimension && effect.topics.includes(topic)) rate *= effect.ratio;
  }
  return rate;
}
