import type { Conversation } from '../domain/conversation.ts';
import type { DimensionId } from '../domain/dimension.ts';
import { type Topic, topics } from '../domain/facets.ts';
import { conversationText } from './conversation-text.ts';
import { Rng } from './rng.ts';
import { plantedRate, type Routing, type Scenario, type VersionShare } from './scenario.ts';

/** A conversation and what is really in it; for `protective.*` true means the protection is missing. */
export type SimulatedConversation = {
  readonly conversation: Conversation;
  readonly truth: ReadonlyMap<DimensionId, boolean>;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Sunday first; mean 1. */
const weekdayWave = [1.12, 0.96, 0.94, 0.95, 0.95, 0.98, 1.1];
const locales = ['en-US', 'en-US', 'en-US', 'en-US', 'en-GB', 'en-GB', 'en-AU', 'en-CA'];

/**
 * The conversations that begin in one hour, in time order. A function of (seed, hour, routing): hours may be made in any
 * order or twice. Routing decides versions and what follows from them, never who comes, when, or about what.
 *
 * @param hour its UTC hour is used; minutes are dropped
 * @throws RangeError when the shares of a routing do not sum to 1
 */
export function simulateHour(scenario: Scenario, hour: Date, routing: Routing): readonly SimulatedConversation[] {
  const startMs = Math.floor(hour.getTime() / HOUR_MS) * HOUR_MS;
  const day = Math.floor((startMs - scenario.startsAt.getTime()) / DAY_MS);
  const stamp = new Date(startMs).toISOString().slice(0, 13);
  const rng = new Rng(`${scenario.seed}|hour|${stamp}`);
  const n = rng.poisson((scenario.conversationsPerDay / 24) * wave(startMs) * growth(scenario, day));
  const offsets = Array.from({ length: n }, () => Math.floor(rng.uniform() * HOUR_MS)).sort((a, b) => a - b);
  const ofDay = dayFactors(scenario, day);

  return offsets.map((offset, k) => {
    const id = `c-${stamp.replaceAll('-', '')}-${String(k).padStart(5, '0')}`;
    return simulateOne(scenario, id, new Date(startMs + offset), ofDay, routing);
  });
}

/** How much of its full volume a product has by a day. */
function growth({ growsFrom }: Scenario, day: number): number {
  return growsFrom + (1 - growsFrom) * Math.min(1, Math.max(0, day / 30)) ** 2;
}

function simulateOne(
  scenario: Scenario,
  id: string,
  at: Date,
  ofDay: ReadonlyMap<DimensionId, number>,
  routing: Routing,
): SimulatedConversation {
  const rng = new Rng(`${scenario.seed}|conversation|${id}`);
  // Heavy-tailed use: density (2/3) x^(-1/3) over ranked users, which costs a third of the users in effective number.
  const user = `u-${Math.floor(scenario.users * rng.uniform() ** 1.5)}`;
  const topic = pickTopic(scenario, rng.uniform());
  const version = assign(scenario, user, at, routing(at));

  const truth = new Map<DimensionId, boolean>();
  let liked = false;
  for (const dimension of scenario.baseRates.keys()) {
    const rate = Math.min(0.9, plantedRate(scenario, dimension, topic, version) * (ofDay.get(dimension) ?? 1));
    const harm = rng.uniform() < propensity(scenario, user, dimension, rate);
    truth.set(dimension, harm);
    if (harm && dimension.startsWith('concrete.')) liked = true;
  }

  const { thumbs } = scenario;
  const given = rng.uniform() < thumbs.given;
  const up = rng.uniform() < Math.min(1, thumbs.up * (liked ? thumbs.whenHarmful : 1) * (thumbs.byVersion[version] ?? 1));
  const seconds = Math.round((liked ? 330 : 300) * rng.gamma(2) * 0.5);
  const memory = new Rng(`${scenario.seed}|memory|${user}`).uniform() < 0.6;
  const locale = new Rng(`${scenario.seed}|locale|${user}`).pick(locales);
  const consent = new Rng(`${scenario.seed}|consent|${user}`).uniform() < scenario.consentDenied ? 'denied' : 'granted';
  const turns = conversationText({ topic, truth, pii: rng.uniform() < scenario.pii, rng });

  const conversation: Conversation = {
    id,
    user,
    version,
    at: at.toISOString(),
    turns,
    product: 'app',
    locale,
    memory,
    consent,
    engagement: { seconds },
    ...(given ? { feedback: { thumb: up ? 'up' : 'down' } } : {}),
  };
  return { conversation, truth };
}

/** Day and week waves of volume; mean 1 over a week. Busiest at 20:00 UTC. */
function wave(ms: number): number {
  const at = new Date(ms);
  const ofHour = 1 + 0.5 * Math.cos((2 * Math.PI * (at.getUTCHours() - 20)) / 24);
  return ofHour * (weekdayWave[at.getUTCDay()] ?? 1);
}

function pickTopic(scenario: Scenario, u: number): Topic {
  let left = u;
  for (const topic of topics) {
    left -= scenario.topicMix[topic];
    if (left < 0) return topic;
  }
  return 'other';
}

/** By user and UTC day: one user meets one version all day, and users change arms from day to day. */
function assign(scenario: Scenario, user: string, at: Date, shares: readonly VersionShare[]): string {
  const total = shares.reduce((sum, s) => sum + s.share, 0);
  if (Math.abs(total - 1) > 1e-9) throw new RangeError(`shares must sum to 1, got ${total} at ${at.toISOString()}`);
  let left = new Rng(`${scenario.seed}|route|${Math.floor(at.getTime() / DAY_MS)}|${user}`).uniform();
  for (const { version, share } of shares) {
    left -= share;
    if (left < 0) return version;
  }
  return (shares.at(-1) as VersionShare).version;
}

/**
 * A user's own rate: beta with the mean asked for and variance icc x mean x (1 - mean), so that users differ and the mean
 * stays. The draw is seeded by user and dimension alone: who is prone under one version is prone under the next.
 */
function propensity(scenario: Scenario, user: string, dimension: DimensionId, mean: number): number {
  if (scenario.icc <= 0 || mean <= 0) return mean;
  const concentration = (1 - scenario.icc) / scenario.icc;
  return new Rng(`${scenario.seed}|propensity|${dimension}|${user}`).beta(concentration * mean, concentration * (1 - mean));
}

/** What the day does to the rate of each dimension, in every version alike; mean about 1. */
function dayFactors(scenario: Scenario, day: number): ReadonlyMap<DimensionId, number> {
  const { sd, autocorrelation, weekly } = scenario.dayEffect;
  const scale = sd * Math.sqrt(1 - autocorrelation ** 2);
  const factors = new Map<DimensionId, number>();
  for (const dimension of scenario.baseRates.keys()) {
    // AR(1) written as its moving average, so that a day can be made without the days before it.
    let log = weekly * Math.sin((2 * Math.PI * day) / 7) - (sd ** 2 + weekly ** 2 / 2) / 2;
    for (let lag = 0; lag < 12; lag++) {
      log += scale * autocorrelation ** lag * new Rng(`${scenario.seed}|day|${dimension}|${day - lag}`).normal();
    }
    factors.set(dimension, Math.exp(log));
  }
  return factors;
}
