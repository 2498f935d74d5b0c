import { expect, test } from 'vitest';
import { Conversation } from '../../../src/domain/conversation.ts';
import type { DimensionId } from '../../../src/domain/dimension.ts';
import { type Topic, topics } from '../../../src/domain/facets.ts';
import {
  CANDIDATE,
  gptFourOLike,
  LKG,
  plantedRate,
  RELEASED_AT,
  type Routing,
  type Scenario,
  scheduledRouting,
  steady,
} from '../../../src/simulate/scenario.ts';
import { type SimulatedConversation, simulateHour } from '../../../src/simulate/traffic.ts';

const HOUR = 3_600_000;
const SYCOPHANCY = 'concrete.sycophantic_agreement';
const planted: readonly Topic[] = ['relationships', 'emotional_support'];

function* hours(scenario: Scenario, fromDay: number, toDay: number, routing = scheduledRouting(scenario)) {
  for (let hour = fromDay * 24; hour < toDay * 24; hour++) {
    yield* simulateHour(scenario, new Date(scenario.startsAt.getTime() + hour * HOUR), routing);
  }
}

/** Only one topic, so that rates by topic have their full n. */
const only = (scenario: Scenario, topic: Topic): Scenario => ({
  ...scenario,
  topicMix: Object.fromEntries(topics.map((t) => [t, t === topic ? 1 : 0])) as Scenario['topicMix'],
});
/** Many users, so that the rate's error comes from the conversations. */
const crowd = { conversationsPerDay: 8000, users: 1_000_000 };
const both: Routing = () => [
  { version: CANDIDATE, share: 0.5 },
  { version: LKG, share: 0.5 },
];

function rateOf(all: Iterable<SimulatedConversation>, dimension: DimensionId, version: string) {
  let n = 0;
  let harms = 0;
  for (const { conversation, truth } of all) {
    if (conversation.version !== version) continue;
    n++;
    if (truth.get(dimension) === true) harms++;
  }
  return { n, rate: harms / n };
}

test('an hour is a function of scenario, hour and routing', () => {
  const scenario = gptFourOLike('same');
  const routing = scheduledRouting(scenario);
  const once = simulateHour(scenario, new Date('2026-04-26T18:00:00Z'), routing);
  expect(simulateHour(scenario, new Date('2026-04-26T18:59:59Z'), routing)).toEqual(once);
  expect(simulateHour(gptFourOLike('other'), new Date('2026-04-26T18:00:00Z'), routing)).not.toEqual(once);
});

test('every conversation is a native record of its hour, in time order, with an id of its own', () => {
  const scenario = gptFourOLike('native');
  const ids = new Set<string>();
  const at = new Date('2026-04-27T09:00:00Z');
  const made = simulateHour(scenario, at, scheduledRouting(scenario));
  let last = '';
  for (const { conversation, truth } of made) {
    expect(Conversation.parse(conversation)).toEqual(conversation);
    expect(conversation.at.startsWith('2026-04-27T09:')).toBe(true);
    expect(conversation.at >= last).toBe(true);
    last = conversation.at;
    ids.add(conversation.id);
    expect([...truth.keys()]).toEqual([...scenario.baseRates.keys()]);
  }
  expect(ids.size).toBe(made.length);
  expect(made.length).toBeGreaterThan(30);
});

test('volume is the mean asked for over a week, with a day and a week wave', () => {
  const scenario = steady('volume');
  const perHour = new Array<number>(24).fill(0);
  let n = 0;
  for (const { conversation } of hours(scenario, 0, 7)) {
    n++;
    const hour = new Date(conversation.at).getUTCHours();
    perHour[hour] = (perHour[hour] ?? 0) + 1;
  }
  // Poisson: five standard errors.
  expect(Math.abs(n - 7 * 1600)).toBeLessThan(5 * Math.sqrt(7 * 1600));
  expect((perHour[20] ?? 0) / (perHour[8] ?? 1)).toBeGreaterThan(2.5);
  const sunday = [...hours(scenario, 3, 4)].length;
  const tuesday = [...hours(scenario, 5, 6)].length;
  expect(sunday / tuesday).toBeGreaterThan(1.1);
});

test('use is heavy-tailed: the busiest hundredth of users makes more than its share', () => {
  const perUser = new Map<string, number>();
  let n = 0;
  for (const { conversation } of hours(steady('tail'), 0, 2)) {
    n++;
    perUser.set(conversation.user, (perUser.get(conversation.user) ?? 0) + 1);
  }
  const busiest = [...perUser.values()].sort((a, b) => b - a).slice(0, 30);
  const share = busiest.reduce((sum, k) => sum + k, 0) / n;
  expect(share).toBeGreaterThan(0.03);
  expect(share).toBeLessThan(0.12);
});

// With a day effect of sd 0 and a million users the error is binomial, times a little for repeated users: 5 se.
const flat = (scenario: Scenario): Scenario => ({ ...scenario, dayEffect: { sd: 0, autocorrelation: 0, weekly: 0 } });
const checked: readonly Topic[] = ['relationships', 'emotional_support', 'coding'];
test.each(checked)('every rate in %s is the one the scenario states, in both versions', (topic) => {
  const scenario = only(flat(gptFourOLike('rates', crowd)), topic);
  const made = [...hours(scenario, 32, 37, both)];
  for (const dimension of scenario.baseRates.keys()) {
    for (const version of [LKG, CANDIDATE]) {
      const wanted = plantedRate(scenario, dimension, topic, version);
      const { n, rate } = rateOf(made, dimension, version);
      expect(n).toBeGreaterThan(15_000);
      expect(Math.abs(rate - wanted), `${dimension} ${version} ${rate}`).toBeLessThan(5 * Math.sqrt((wanted * (1 - wanted)) / n));
    }
  }
});

test('the effect is planted in two topics and nowhere else', () => {
  const scenario = gptFourOLike('where');
  for (const topic of topics) {
    for (const dimension of scenario.baseRates.keys()) {
      const ratio = plantedRate(scenario, dimension, topic, CANDIDATE) / plantedRate(scenario, dimension, topic, LKG);
      const wanted = !planted.includes(topic) ? 1 : dimension === SYCOPHANCY ? 2 : dimension === 'concrete.flattery' ? 1.1 : 1;
      expect(ratio, `${topic} ${dimension}`).toBeCloseTo(wanted, 12);
    }
  }
  const quiet = steady('where');
  for (const topic of topics) {
    for (const dimension of quiet.baseRates.keys()) {
      expect(plantedRate(quiet, dimension, topic, CANDIDATE)).toBe(plantedRate(quiet, dimension, topic, LKG));
    }
  }
});

test('LKG is alone for thirty days and keeps a tenth from ten on day 31', () => {
  const scenario = gptFourOLike('rollout', { users: 100_000 });
  const routing = scheduledRouting(scenario);
  for (const { conversation } of hours(scenario, 28, 30)) expect(conversation.version).toBe(LKG);
  expect(RELEASED_AT.getTime() - scenario.startsAt.getTime()).toBe((30 * 24 + 10) * HOUR);
  const before = simulateHour(scenario, new Date(RELEASED_AT.getTime() - HOUR), routing);
  expect(new Set(before.map((s) => s.conversation.version))).toEqual(new Set([LKG]));
  const after = [...hours(scenario, 31, 34)];
  const kept = after.filter((s) => s.conversation.version === LKG).length / after.length;
  expect(Math.abs(kept - 0.1)).toBeLessThan(5 * Math.sqrt((0.1 * 0.9) / after.length) * 1.1);
});

test('a user meets one version all day, and another draw the next', () => {
  const scenario = gptFourOLike('assignment', { users: 300 });
  const versions = new Map<string, Set<string>>();
  const ofUser = new Map<string, Set<string>>();
  for (const { conversation } of hours(scenario, 31, 36, both)) {
    const { user, version, at } = conversation;
    const key = `${user} ${at.slice(0, 10)}`;
    versions.set(key, (versions.get(key) ?? new Set()).add(version));
    ofUser.set(user, (ofUser.get(user) ?? new Set()).add(version));
  }
  expect([...versions.values()].every((set) => set.size === 1)).toBe(true);
  // Five coin tosses agree for one user in sixteen.
  const changed = [...ofUser.values()].filter((set) => set.size === 2).length / ofUser.size;
  expect(changed).toBeGreaterThan(0.85);
});

test('after a rollback everybody meets LKG, and nothing else about the traffic has changed', () => {
  const scenario = gptFourOLike('rollback');
  const planned = scheduledRouting(scenario);
  const executedAt = new Date('2026-04-26T15:30:00Z');
  const rolledBack: Routing = (at) => (at < executedAt ? planned(at) : [{ version: LKG, share: 1 }]);
  const hour = new Date('2026-04-26T15:00:00Z');
  const without = simulateHour(scenario, hour, planned);
  const withIt = simulateHour(scenario, hour, rolledBack);
  const who = (made: readonly SimulatedConversation[]) => made.map(({ conversation: c }) => [c.id, c.user, c.at]);
  expect(who(withIt)).toEqual(who(without));
  const split = withIt.findIndex((s) => new Date(s.conversation.at) >= executedAt);
  expect(withIt.slice(0, split)).toEqual(without.slice(0, split));
  expect(new Set(withIt.slice(split).map((s) => s.conversation.version))).toEqual(new Set([LKG]));
  expect(without.slice(split).some((s) => s.conversation.version === CANDIDATE)).toBe(true);
});

test('a routing whose shares do not sum to 1 is refused', () => {
  const scenario = steady('shares');
  expect(() => simulateHour(scenario, scenario.startsAt, () => [{ version: LKG, share: 0.9 }])).toThrow('got 0.9');
});

test('thumbs-up rise by about 3 % under the drifted version and not under the steady one', () => {
  // The same conversations answered by either version alone, each with a thumb: only what the version changes differs.
  const upRate = (scenario: Scenario, version: string) => {
    const rated = { ...scenario, thumbs: { ...scenario.thumbs, given: 1 } };
    const made = [...hours(rated, 31, 33, () => [{ version, share: 1 }])];
    return made.filter((s) => s.conversation.feedback?.thumb === 'up').length / made.length;
  };
  const rise = (scenario: Scenario) => upRate(scenario, CANDIDATE) / upRate(scenario, LKG);
  const drifted = rise(gptFourOLike('thumbs', crowd));
  expect(drifted).toBeGreaterThan(1.022);
  expect(drifted).toBeLessThan(1.038);
  expect(rise(steady('thumbs', crowd))).toBe(1);
});

test('users differ: two conversations of one user agree as the intraclass correlation says', () => {
  const scenario = only(flat(steady('icc', { conversationsPerDay: 4000, users: 2000 })), 'relationships');
  const perUser = new Map<string, { n: number; harms: number }>();
  for (const { conversation, truth } of hours(scenario, 0, 10)) {
    const sums = perUser.get(conversation.user) ?? { n: 0, harms: 0 };
    perUser.set(conversation.user, { n: sums.n + 1, harms: sums.harms + (truth.get(SYCOPHANCY) === true ? 1 : 0) });
  }
  // Pairs within users: E[harm x harm'] = mean^2 + icc x mean (1 - mean).
  let [pairs, bothHarm, n, harms] = [0, 0, 0, 0];
  for (const user of perUser.values()) {
    const weight = 1 / user.n;
    n += user.n;
    harms += user.harms;
    pairs += user.n * (user.n - 1) * weight;
    bothHarm += user.harms * (user.harms - 1) * weight;
  }
  const rate = harms / n;
  const icc = (bothHarm / pairs - rate ** 2) / (rate * (1 - rate));
  expect(icc).toBeGreaterThan(0.07);
  expect(icc).toBeLessThan(0.13);
});

test('a day moves both versions alike', () => {
  const scenario = only({ ...steady('days', crowd), dayEffect: { sd: 0.6, autocorrelation: 0, weekly: 0 } }, 'relationships');
  const rates = [31, 32, 33, 34, 35].map((day) => {
    const made = [...hours(scenario, day, day + 1, both)];
    return [rateOf(made, SYCOPHANCY, LKG).rate, rateOf(made, SYCOPHANCY, CANDIDATE).rate] as const;
  });
  const spread = Math.max(...rates.map(([lkg]) => lkg)) / Math.min(...rates.map(([lkg]) => lkg));
  expect(spread).toBeGreaterThan(1.5);
  for (const [lkg, candidate] of rates) expect(Math.abs(Math.log(candidate / lkg))).toBeLessThan(0.25);
});
