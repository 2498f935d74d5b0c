import type { Kysely } from 'kysely';
import type { Db } from '../db/database.ts';
import { ensurePartitions } from '../db/partitions.ts';
import { type DueRating, insertSamples, removeSample, replaceTranscript, type SealedSample } from '../db/samples.ts';
import { readPlans, writePlans } from '../db/sampling-plans.ts';
import type { Tables } from '../db/schema.ts';
import { countByUserDay, countVersions, findKnown, growTraffic, insertTraffic, type KnownConversation } from '../db/traffic.ts';
import { listVersions, noteVersions } from '../db/versions.ts';
import { lockIntake, readWatermark, writeWatermark } from '../db/watermarks.ts';
import type { Clock } from '../domain/clock.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Intake, Rejection } from '../domain/intake.ts';
import type { TrafficRow } from '../domain/traffic-row.ts';
import type { Vault } from '../domain/vault.ts';
import { type ConsentRules, consentAllows } from './consent.ts';
import { facetsOf } from './facets.ts';
import { type Cap, decideInclusion } from './inclusion.ts';
import type { Keys } from './keys.ts';
import { plannedRate, planRates } from './planned-rate.ts';
import { conversationKey, epochOf, userKey } from './pseudonym.ts';
import { RedactionError, type Redactor } from './redact.ts';

const hour_ms = 3_600_000;
const day_ms = 24 * hour_ms;

export type SamplerDeps = {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly keys: Keys;
  readonly vault: Vault;
  readonly redactor: Redactor;
  readonly design: string;
  readonly firstRate: number;
  readonly judgeShare: number;
  readonly cap: Cap;
  readonly epochDays: number;
  readonly consent: ConsentRules;
  /** Which ratings a sample is due: those of the screen always, those of the judge where its coin came up. */
  readonly due: (sample: { judged: boolean }) => readonly DueRating[];
};

type Arrival = Omit<TrafficRow, 'batchAt'> & {
  readonly index: number;
  readonly hour: Date;
  readonly nTurns: number;
  readonly conversation: Conversation;
};

/**
 * The way in for every conversation, from whatever source: consent before anything is read, the coins, then redaction
 * before anything is written, all of a call in one transaction. Raw text never leaves this function.
 */
export function createSampler(deps: SamplerDeps): Intake {
  return {
    async take(conversations) {
      const counts = { fresh: 0, known: 0, grown: 0, excluded: 0, rejected: 0, sampled: 0, judged: 0 };
      const rejections: Rejection[] = [];
      const now = deps.clock.now();
      const arrivals = new Map<string, Arrival>();
      const withdrawn: string[] = [];
      for (const [index, conversation] of conversations.entries()) {
        const key = conversationKey(deps.keys.pseudonym, conversation.id);
        const consent = consentAllows(conversation, deps.consent);
        if (!consent.allowed) {
          counts.excluded += 1;
          if (consent.reason === 'denied') withdrawn.push(key);
          continue;
        }
        const arrival = describeArrival(deps, key, index, conversation);
        const earlier = arrivals.get(key);
        const problem = earlier === undefined ? null : contradiction(arrival, earlier);
        if (problem !== null) {
          rejections.push({ index, ...problem });
          continue;
        }
        if (earlier !== undefined) counts.known += 1;
        if (earlier === undefined || arrival.nTurns > earlier.nTurns) arrivals.set(key, arrival);
      }
      await ensurePartitions(deps.db, [now, ...[...arrivals.values()].map((arrival) => arrival.at)]);

      await deps.db.transaction().execute(async (trx) => {
        // Two feeds must not both find a conversation new, and no batch may close between here and the commit.
        await lockIntake(trx);
        const open = (await readWatermark(trx, 'measure')) ?? new Date(0);
        const known = await findKnown(trx, [...arrivals.keys()]);
        const fresh = [...arrivals.values()].filter((arrival) => !known.has(arrival.conversationKey));
        const perDay = await countToday(trx, fresh);
        const plans = fresh.length === 0 ? [] : await readPlans(trx);
        const traffic: (TrafficRow & { nTurns: number; pi: number })[] = [];
        const samples: SealedSample[] = [];
        const seen = new Map<string, { first: Date; last: Date }>();

        for (const arrival of fresh) {
          // A closed batch is never edited: what comes late is counted in the first one still open.
          const batchAt = arrival.hour < open ? open : arrival.hour;
          const day = arrival.at.toISOString().slice(0, 10);
          const nthToday = (perDay.get(`${arrival.userKey} ${day}`) ?? 0) + 1;
          const drawn = decideInclusion({
            key: deps.keys.coin,
            design: deps.design,
            day,
            user: arrival.conversation.user,
            conversation: arrival.conversation.id,
            piSample: plannedRate(plans, arrival.version, batchAt, deps.firstRate),
            nthToday,
            piJudge: deps.judgeShare,
            cap: deps.cap,
          });
          if (drawn.taken) {
            const sealed = redactAndSeal(deps, arrival);
            if (sealed === null) {
              rejections.push({ index: arrival.index, field: 'turns', reason: 'redaction failed, so nothing of it was kept' });
              continue;
            }
            samples.push({ ...arrival, ...drawn, batchAt, design: deps.design, sealed });
            counts.sampled += 1;
            if (drawn.judged) counts.judged += 1;
          }
          perDay.set(`${arrival.userKey} ${day}`, nthToday);
          traffic.push({ ...arrival, batchAt, pi: drawn.piSample * drawn.piCap * drawn.piJudge });
          const span = seen.get(arrival.version);
          seen.set(arrival.version, {
            first: span !== undefined && span.first < arrival.at ? span.first : arrival.at,
            last: span !== undefined && span.last > arrival.at ? span.last : arrival.at,
          });
        }
        counts.fresh += traffic.length;
        await noteVersions(trx, seen);
        await insertTraffic(trx, traffic);
        await insertSamples(trx, samples, deps.due, now);

        for (const [key, before] of known) {
          const arrival = arrivals.get(key);
          if (arrival === undefined) continue;
          const problem = contradiction(arrival, before);
          if (problem !== null) {
            rejections.push({ index: arrival.index, ...problem });
          } else if (arrival.nTurns > before.nTurns) {
            counts.grown += 1;
            await growTraffic(trx, key, before.batchAt, {
              ...arrival,
              length: before.batchAt < open ? null : arrival.facets.length,
            });
            const sealed = before.sampled && before.batchAt >= open ? redactAndSeal(deps, arrival) : null;
            if (sealed !== null) await replaceTranscript(trx, key, before.batchAt, sealed, now);
          } else {
            counts.known += 1;
          }
        }
        if (withdrawn.length > 0) {
          const taken = [...(await findKnown(trx, withdrawn))].filter(([, before]) => before.sampled);
          for (const [key, { batchAt }] of taken) await removeSample(trx, key, batchAt);
        }
      });
      counts.rejected = rejections.length;
      return { counts, rejections };
    },
  };
}

/** How many conversations each of these users has had already on the days in question. */
async function countToday(trx: Db, fresh: readonly Arrival[]): Promise<Map<string, number>> {
  if (fresh.length === 0) return new Map();
  const days = fresh.map((arrival) => Math.floor(arrival.at.getTime() / day_ms));
  const from = new Date(days.reduce((a, b) => Math.min(a, b)) * day_ms);
  const to = new Date((days.reduce((a, b) => Math.max(a, b)) + 1) * day_ms);
  return countByUserDay(trx, [...new Set(fresh.map((arrival) => arrival.userKey))], from, to);
}

function describeArrival(deps: SamplerDeps, key: string, index: number, conversation: Conversation): Arrival {
  const at = new Date(conversation.at);
  return {
    index,
    conversation,
    conversationKey: key,
    userKey: userKey(deps.keys.pseudonym, conversation.user, epochOf(at, deps.epochDays)),
    version: conversation.version,
    at,
    hour: new Date(Math.floor(at.getTime() / hour_ms) * hour_ms),
    facets: facetsOf(conversation),
    nTurns: conversation.turns.length,
    thumb: conversation.feedback?.thumb ?? null,
    seconds: conversation.engagement?.seconds ?? null,
  };
}

function redactAndSeal(deps: SamplerDeps, arrival: Arrival): Buffer | null {
  try {
    const transcript = deps.redactor.redactTurns(arrival.conversation.turns, { user: arrival.conversation.user });
    return deps.vault.sealTranscript(transcript, arrival.conversationKey);
  } catch (error) {
    if (error instanceof RedactionError) return null;
    throw error;
  }
}

/** What cannot be the same conversation grown longer. */
function contradiction(
  arrival: Arrival,
  before: Pick<KnownConversation, 'version' | 'at'>,
): { field: string; reason: string } | null {
  if (arrival.version !== before.version) return { field: 'version', reason: 'the same id came before with another version' };
  if (arrival.at.getTime() !== before.at.getTime()) {
    return { field: 'at', reason: `the same id came before with another start (${before.at.toISOString()})` };
  }
  return null;
}

export type PlanDeps = Pick<SamplerDeps, 'db' | 'clock'> & {
  readonly targetPerDay: number;
  readonly newVersionPerDay: number;
  readonly newVersionDays: number;
};

/**
 * Plans each version's inclusion probability for the hour that begins now, from the traffic so far.
 * Reads traffic and versions; writes sampling_plan and its watermark. Safe to repeat: an hour is planned once.
 */
export async function planSampling(deps: PlanDeps): Promise<Record<string, number>> {
  const now = deps.clock.now();
  const hour = new Date(Math.floor(now.getTime() / hour_ms) * hour_ms);
  const planned = await readWatermark(deps.db, 'plan-sampling');
  if (planned !== null && planned >= hour) return { planned: 0 };
  const day = await countVersions(deps.db, new Date(hour.getTime() - day_ms), hour);
  // Three hours: long enough for a steady share, short enough to notice a deployment.
  const recent = await countVersions(deps.db, new Date(hour.getTime() - 3 * hour_ms), hour);
  const perDay = [...day.values()].reduce((sum, n) => sum + n, 0);
  const newSince = new Date(hour.getTime() - deps.newVersionDays * day_ms);
  const versions = await listVersions(deps.db);
  const isNew = versions.some(({ version, firstSeenAt }) => recent.has(version) && firstSeenAt >= newSince);
  // The very first version is new beside nobody: there is nothing to compare it with.
  const targetPerDay = isNew && recent.size > 1 ? deps.newVersionPerDay : deps.targetPerDay;
  const rates = planRates({ perDay, recent, targetPerDay });
  await deps.db.transaction().execute(async (trx) => {
    await writePlans(
      trx,
      rates.map((rate) => ({ ...rate, from: hour, targetPerDay })),
    );
    await writeWatermark(trx, 'plan-sampling', hour);
  });
  return { planned: rates.length };
}
