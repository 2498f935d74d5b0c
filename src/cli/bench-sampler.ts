import { createHmac } from 'node:crypto';
import { parseArgs } from 'node:util';
import { decideInclusion, defaultCap } from '../2-sample/design/inclusion.ts';
import { createEdgeSampler, type EdgeConversation, type EdgePlan, type EdgeSampler, facetsOf } from '../2-sample/sampler.ts';
import { topics } from '../domain/facets.ts';
import { Rng } from '../simulate/rng.ts';
import { columns, printResult } from './print.ts';

/** What an edge has to bear on one core. */
const least_per_second = 500_000;
const conversations = 200_000;
const users = 50_000;
const rounds = 7;
const design = 'bench';
const day = '2026-04-25';
const key = new Uint8Array(32).fill(7);
const current = 'atlas-2026-04-01';
const newer = 'atlas-2026-04-20';

const plans: readonly EdgePlan[] = [current, newer].map((version, i) => ({
  version,
  from: `${day}T00:00:00Z`,
  piSample: 0.02 * (1 + 8 * i),
  factors: {
    topic: { health: 2.1, emotional_support: 2.4, coding: 0.6, work: 0.7, research: 3.5 },
    memory: { on: 1.1, off: 0.9, unknown: 1 },
    length: { '1': 0.7, '2-5': 0.9, '6-19': 1.3, '20+': 2.2 },
  },
}));

/**
 * `npm run bench:sampler`: decisions a second on one core, the best of seven rounds of two busy hours of one day; beside them
 * what the server decides and what `node:crypto` would need for the coin alone. Exit 1 under 500,000.
 */
function main(): number {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const rng = new Rng('bench-sampler');
  const people = Array.from({ length: users }, () => makeId(rng));
  const sampler = createSampler();
  const perSecond = { edge_decisions: 0, server_decisions: 0, create_hmac_coins: 0 };
  for (let round = 0; round < rounds; round++) {
    const seen = makeConversations(rng, people, 2 * round);
    const note = (task: keyof typeof perSecond, run: (seen: readonly EdgeConversation[]) => void) => {
      const began = performance.now();
      run(seen);
      const reached = Math.round((1_000 * conversations) / (performance.now() - began));
      perSecond[task] = Math.max(perSecond[task], reached);
    };
    note('edge_decisions', (all) => {
      for (const conversation of all) sampler.decide(conversation);
    });
    note('server_decisions', decideOnServer);
    note('create_hmac_coins', flipWithCreateHmac);
  }
  const fastEnough = perSecond.edge_decisions >= least_per_second;
  const result = { conversations, users, rounds, least_per_second, per_second: perSecond, fast_enough: fastEnough };
  printResult(values.json, result, () =>
    [
      columns(Object.entries(perSecond).map(([task, n]) => [task.replaceAll('_', ' '), `${n.toLocaleString('en')} a second`])),
      `${fastEnough ? 'at least' : 'UNDER'} ${least_per_second.toLocaleString('en')} edge decisions a second`,
    ].join('\n'),
  );
  return fastEnough ? 0 : 1;
}

function makeId(rng: Rng): string {
  return Array.from({ length: 8 }, () => rng.integer(65_536).toString(16).padStart(4, '0')).join('');
}

/** Through JSON, as they would come: no two share an id or a user's string. Heavy-tailed use, as in `simulate/traffic.ts`. */
function makeConversations(rng: Rng, people: readonly string[], fromHour: number): readonly EdgeConversation[] {
  const from_ms = Date.parse(`${day}T00:00:00Z`) + fromHour * 3_600_000;
  const records = Array.from({ length: conversations }, (_, i) => ({
    id: makeId(rng),
    user: people[Math.floor(users * rng.uniform() ** 1.5)] ?? '',
    version: rng.uniform() < 0.1 ? newer : current,
    at: new Date(from_ms + Math.floor((7_200_000 * i) / conversations)).toISOString(),
    consent: 'granted' as const,
    product: 'app',
    region: 'DE',
    memory: rng.uniform() < 0.5,
    locale: rng.pick(['en-US', 'en-GB', 'de', 'fr-FR']),
    nTurns: rng.pick([1, 3, 8, 25]),
  }));
  return (JSON.parse(JSON.stringify(records)) as typeof records).map(({ nTurns, ...record }) => {
    const turns = Array.from({ length: nTurns }, () => ({ role: 'user', content: '' }));
    const { memory, locale, length, product } = facetsOf({ ...record, turns });
    const { id, user, version, at, consent, region } = record;
    return {
      id,
      user,
      version,
      at,
      consent,
      product,
      region,
      facets: { topic: rng.pick(topics), memory, locale, length, product },
    };
  });
}

function createSampler(): EdgeSampler {
  return createEdgeSampler({
    name: 'bench',
    coinKey: key,
    design,
    cap: defaultCap,
    plans,
    firstRate: 0.1,
    panelShare: 0.01,
    consent: {
      requireConsent: true,
      excludedProducts: ['kids'],
      excludedTenants: ['acme'],
      excludedRegions: ['US-CA'],
      excludeMinors: true,
    },
  });
}

function decideOnServer(seen: readonly EdgeConversation[]): void {
  for (const { id, user } of seen) {
    decideInclusion({ key, design, day, user, conversation: id, piSample: 0.02, nthToday: 2, panel: false });
  }
}

function flipWithCreateHmac(seen: readonly EdgeConversation[]): void {
  for (const { id, user } of seen) createHmac('sha256', key).update(['xs', design, day, user, id].join('\u001f')).digest();
}

process.exitCode = main();
