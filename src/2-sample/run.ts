import type { Kysely } from 'kysely';
import { insertDataKeys, readDataKeys } from '../db/data-keys.ts';
import type { Db } from '../db/database.ts';
import { readJudgePlans } from '../db/judge-plans.ts';
import { notePanelMembers, type PanelSighting } from '../db/panel-members.ts';
import { ensurePartitions } from '../db/partitions.ts';
import { type DueRating, insertSamples, removeSample, replaceTranscript, type SealedSample } from '../db/samples.ts';
import { readPlans } from '../db/sampling-plans.ts';
import type { Tables } from '../db/schema.ts';
import { findSuppressed } from '../db/suppressed-users.ts';
import {
  countByUserDay,
  type DrawnTrafficRow,
  findKnown,
  growTraffic,
  insertTraffic,
  type KnownConversation,
} from '../db/traffic.ts';
import { findCounted, insertCounts } from '../db/traffic-counts.ts';
import { noteVersions } from '../db/versions.ts';
import { lockIntake, readWatermark } from '../db/watermarks.ts';
import type { Clock } from '../domain/clock.ts';
import type { Turn } from '../domain/conversation.ts';
import type { EntityFinder } from '../domain/entity-finder.ts';
import { KeyError, RedactionError } from '../domain/errors.ts';
import type { Intake, IntakeCounts, Rejection } from '../domain/intake.ts';
import type { JudgePlan } from '../domain/judge-plan.ts';
import type { Transcript } from '../domain/redacted.ts';
import type { ScreenScores } from '../domain/screen-scores.ts';
import type { SeenRecord } from '../domain/seen.ts';
import type { Vault, WrappedKey } from '../domain/vault.ts';
import { type Arrival, contradiction, type SortedOut, sortOut } from './arrivals.ts';
import type { ConsentRules } from './consent.ts';
import type { CoinKey } from './design/coin-keys.ts';
import { drawJudge, type JudgeDraw, judgeProbability, neymanSize, uniformPlan } from './design/judge-phase.ts';
import { type Design, type Drawn, drawArrivals } from './draw.ts';
import { panelKey, suppressionKey } from './pseudonym.ts';
import { toSpans } from './redaction/external-spans.ts';
import type { Redactor } from './redaction/redact.ts';
import { dateShiftDays } from './redaction/shift-days.ts';

const day_ms = 86_400_000;

export type SamplerDeps = {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly pseudonymKey: Uint8Array;
  /** The coin keys as they are now: another process may have added one. */
  readonly readCoins: (db: Db) => Promise<readonly CoinKey[]>;
  readonly vault: Vault;
  readonly redactor: Redactor;
  readonly entityFinder: EntityFinder | null;
  readonly design: Omit<Design, 'coins' | 'plans'>;
  readonly epochDays: number;
  readonly transcriptDays: number;
  readonly verdictDays: number;
  readonly consent: ConsentRules;
  /** What the screen makes of a text, redacted and as it came: it decides with what probability the judge sees it. */
  readonly screen: (transcript: Transcript, turns: readonly Turn[]) => ScreenScores;
  /** Until the first plan of the judge's share exists. */
  readonly firstJudge: { readonly share: number; readonly secondShare: number };
  /** Which ratings a sample is due, each with its probability given the sample. */
  readonly due: (sample: DrawnSample) => readonly DueRating[];
};

export type DrawnSample = JudgeDraw & { readonly crossSection: boolean; readonly piJudge: number; readonly piSecond: number };

type Text = { readonly transcript: Transcript; readonly screen: ScreenScores };

/** What redaction made of each conversation, by its stored name; null where it or sealing failed, so that nothing is kept. */
type RedactedTexts = Map<string, Text | null>;

type Taken = { readonly counts: IntakeCounts; readonly rejections: readonly Rejection[] };

/**
 * The way in for every conversation, from whatever source: consent before anything is read, then the coins, then redaction
 * before anything is written, all of a call in one transaction. Raw text never leaves this function.
 *
 * Redaction may have to ask a service, and nobody else can take or close anything while the intake is locked. So the coins
 * fall under the lock, the texts they pick are redacted outside it, and the coins fall again, the same way: only where the
 * world has moved in between is there more to redact, and another round.
 */
export function createSampler(deps: SamplerDeps): Intake {
  return {
    async take(conversations) {
      const people = [...new Set(conversations.map(({ user }) => suppressionKey(deps.pseudonymKey, user)))];
      const suppressed = await findSuppressed(deps.db, people);
      const now = deps.clock.now();
      const earliest = new Date(now.getTime() - deps.verdictDays * day_ms);
      const rules = { pseudonym: deps.pseudonymKey, epochDays: deps.epochDays, consent: deps.consent, earliest };
      const sorted = sortOut(conversations, rules, (person) => suppressed.has(person));
      await ensurePartitions(deps.db, [now, ...[...sorted.arrivals.values()].map(({ at }) => at)]);
      const texts: RedactedTexts = new Map();
      for (;;) {
        const step = await deps.db.transaction().execute((trx) => commit(deps, trx, sorted, texts, now));
        if ('taken' in step) return step.taken;
        for (const arrival of step.unredacted) texts.set(arrival.conversationKey, await redact(deps, arrival));
      }
    },

    async count(records) {
      await ensurePartitions(deps.db, [deps.clock.now(), ...records.map(({ at }) => new Date(at))]);
      return deps.db.transaction().execute((trx) => countSeen(trx, records));
    },
  };
}

/** Either everything is written, or nothing is and some texts must be redacted first. */
async function commit(
  deps: SamplerDeps,
  trx: Db,
  sorted: SortedOut,
  texts: RedactedTexts,
  now: Date,
): Promise<{ taken: Taken } | { unredacted: readonly Arrival[] }> {
  // Two feeds must not both find a conversation new, and no batch may close between here and the commit.
  await lockIntake(trx);
  const open = (await readWatermark(trx, 'measure')) ?? new Date(0);
  // Somebody may have been erased since the first look.
  const suppressed = await findSuppressed(trx, [...new Set([...sorted.arrivals.values()].map((each) => each.suppressionKey))]);
  const arrivals = [...sorted.arrivals.values()].filter((each) => !suppressed.has(each.suppressionKey));
  const known = await findKnown(
    trx,
    arrivals.map((each) => each.conversationKey),
  );
  const fresh = arrivals.filter((each) => !known.has(each.conversationKey) && texts.get(each.conversationKey) !== null);
  const { drawn, rejections } = await draw(deps, trx, fresh, open);
  const expiryOf = (arrival: Arrival) => expiry(arrival, deps.transcriptDays);
  const kept = drawn.filter(({ inclusion, arrival }) => inclusion.taken && expiryOf(arrival) > now);
  const seenAgain = arrivals.flatMap((arrival) => {
    const before = known.get(arrival.conversationKey);
    return before === undefined ? [] : [{ arrival, before, problem: contradiction(arrival, before) }];
  });
  const grown = seenAgain.filter(({ arrival, before, problem }) => problem === null && arrival.nTurns > before.nTurns);
  const resampled = grown.filter(({ before }) => before.sampled && before.batchAt >= open);

  const wanted = [...kept, ...resampled].map(({ arrival }) => arrival);
  const unredacted = wanted.filter((arrival) => !texts.has(arrival.conversationKey));
  if (unredacted.length > 0) return { unredacted };

  const sealed = await sealAll(deps, trx, wanted, texts, now);
  if (sealed === null) return { unredacted: [] };
  const judgePlans = kept.length === 0 ? [] : await readJudgePlans(trx, earliestBatch(kept));
  const samples = kept.map((each) => toSample(deps, each, sealed, texts, judgePlans, expiryOf(each.arrival)));
  await noteVersions(trx, spans(drawn));
  await insertTraffic(trx, drawn.map(toTrafficRow));
  await insertSamples(trx, samples, deps.due, now);
  await notePanelMembers(trx, sightings(deps, drawn));
  for (const { arrival, before } of grown) {
    const length = before.batchAt < open ? null : arrival.facets.length;
    await growTraffic(trx, arrival.conversationKey, before.batchAt, { ...arrival, length });
  }
  for (const { arrival, before } of resampled) {
    const { conversationKey, userKey } = arrival;
    const text = sealed.get(conversationKey);
    if (text !== undefined) await replaceTranscript(trx, conversationKey, before.batchAt, { sealed: text, userKey }, now);
  }
  if (sorted.withdrawn.length > 0) await withdraw(trx, sorted.withdrawn);

  const failed = arrivals.filter((each) => !known.has(each.conversationKey) && texts.get(each.conversationKey) === null);
  const all: Rejection[] = [
    ...sorted.rejections,
    ...rejections,
    ...seenAgain.flatMap(({ arrival, problem }) => (problem === null ? [] : [{ index: arrival.index, ...problem }])),
    ...failed.map(({ index }) => ({
      index,
      field: 'turns',
      reason: 'could not be redacted and sealed, so nothing of it was kept',
    })),
  ];
  const counts: IntakeCounts = {
    fresh: drawn.length,
    known: sorted.repeated + seenAgain.filter(({ problem }) => problem === null).length - grown.length,
    grown: grown.length,
    excluded: sorted.excluded + sorted.arrivals.size - arrivals.length,
    rejected: all.length,
    sampled: samples.length,
    judged: samples.filter(({ judged }) => judged).length,
    expired: drawn.filter(({ inclusion }) => inclusion.taken).length - kept.length,
  };
  return { taken: { counts, rejections: all } };
}

async function draw(deps: SamplerDeps, trx: Db, fresh: readonly Arrival[], open: Date) {
  if (fresh.length === 0) return { drawn: [], rejections: [] };
  const coins = await deps.readCoins(trx);
  const since = fresh.reduce((first, { hour }) => (hour < first ? hour : first), fresh[0]?.hour ?? open);
  const plans = await readPlans(trx, since < open ? open : since);
  return drawArrivals(fresh, open, await countToday(trx, fresh), { ...deps.design, coins, plans });
}

/** How many conversations each of these users has had already on the days in question. */
async function countToday(trx: Db, fresh: readonly Arrival[]): Promise<Map<string, number>> {
  const days = fresh.map(({ at }) => Math.floor(at.getTime() / day_ms));
  const from = new Date(days.reduce((a, b) => Math.min(a, b)) * day_ms);
  const to = new Date((days.reduce((a, b) => Math.max(a, b)) + 1) * day_ms);
  return countByUserDay(trx, [...new Set(fresh.map((arrival) => arrival.userKey))], from, to);
}

/** The clock runs from the conversation, not from our copy of it, and the producer's own deadline comes first. */
function expiry({ at, conversation }: Arrival, transcriptDays: number): Date {
  const ours = at.getTime() + transcriptDays * day_ms;
  return new Date(conversation.retain_until === undefined ? ours : Math.min(ours, Date.parse(conversation.retain_until)));
}

async function redact(deps: SamplerDeps, { conversation, conversationKey, facets }: Arrival): Promise<Text | null> {
  const { turns, user } = conversation;
  try {
    const finder = deps.entityFinder;
    const found = finder === null ? undefined : await Promise.all(turns.map((turn) => finder.find(turn.content, facets.locale)));
    const shiftDays = dateShiftDays(deps.pseudonymKey, conversationKey);
    const transcript = deps.redactor.redactTurns(turns, { user, shiftDays }, found?.map(toSpans));
    return { transcript, screen: deps.screen(transcript, turns) };
  } catch (error) {
    if (error instanceof RedactionError) return null;
    throw error;
  }
}

/**
 * Seals the texts of these conversations, under data keys made where there were none. Null where one does not seal, because its
 * key was altered: that one is marked as failed, and the others are for another round.
 */
async function sealAll(
  deps: SamplerDeps,
  trx: Db,
  arrivals: readonly Arrival[],
  texts: RedactedTexts,
  now: Date,
): Promise<Map<string, Buffer> | null> {
  const owners = [...new Set(arrivals.map(({ userKey }) => userKey))];
  const keys: Map<string, WrappedKey> = await readDataKeys(trx, owners);
  const sealed = new Map<string, Buffer>();
  const made: WrappedKey[] = [];
  for (const { conversationKey, userKey } of arrivals) {
    const transcript = texts.get(conversationKey)?.transcript;
    if (transcript === undefined) continue;
    let key = keys.get(userKey);
    if (key === undefined) {
      key = deps.vault.createKey(userKey);
      keys.set(userKey, key);
      made.push(key);
    }
    try {
      sealed.set(conversationKey, deps.vault.sealTranscript(key, transcript, conversationKey));
    } catch (error) {
      // The right master key may still come: then the whole call is for later.
      if (!(error instanceof KeyError) || error.retry === 'later') throw error;
      texts.set(conversationKey, null);
      return null;
    }
  }
  await insertDataKeys(trx, made, now);
  return sealed;
}

function toSample(
  deps: SamplerDeps,
  { arrival, batchAt, inclusion, coins, wave }: Drawn,
  sealedTexts: ReadonlyMap<string, Buffer>,
  texts: RedactedTexts,
  plans: readonly JudgePlan[],
  expiresAt: Date,
): SealedSample & DrawnSample {
  const sealed = sealedTexts.get(arrival.conversationKey);
  const screen = texts.get(arrival.conversationKey)?.screen;
  if (sealed === undefined || screen === undefined) throw new RangeError('a sample without text was about to be stored');
  const { share, secondShare } = deps.firstJudge;
  const plan = plans.find(({ from }) => from <= batchAt) ?? uniformPlan(share, secondShare);
  // Whoever tries to command the judge is looked at for sure, by a second one too where there is one.
  const piJudge = screen.suspected
    ? 1
    : judgeProbability(plan, neymanSize(screen.scores, plan.scale, inclusion.piSample * inclusion.piCap));
  const piSecond = screen.suspected && plan.secondShare > 0 ? 1 : plan.secondShare;
  return {
    ...arrival,
    ...inclusion,
    ...drawJudge(coins, piJudge, piSecond),
    piJudge,
    piSecond,
    screen,
    batchAt,
    design: deps.design.name,
    panelKey: wave === null ? null : panelKey(deps.pseudonymKey, arrival.conversation.user, wave.wave),
    expiresAt,
    sealed,
  };
}

function toTrafficRow({ arrival, batchAt, inclusion, atEdge }: Drawn): DrawnTrafficRow {
  const { piSample, piCap, counted } = inclusion;
  const panelOnly = inclusion.taken && !inclusion.crossSection;
  return { ...arrival, batchAt, pi: piSample * piCap, counted, atEdge, panelOnly };
}

function earliestBatch(drawn: readonly Drawn[]): Date {
  return new Date(drawn.reduce((first, { batchAt }) => Math.min(first, batchAt.getTime()), Infinity));
}

function sightings(deps: SamplerDeps, drawn: readonly Drawn[]): PanelSighting[] {
  const members = new Map<string, PanelSighting>();
  for (const { arrival, wave } of drawn) {
    if (wave === null) continue;
    const key = panelKey(deps.pseudonymKey, arrival.conversation.user, wave.wave);
    const before = members.get(key);
    members.set(key, {
      ...wave,
      panelKey: key,
      at: before !== undefined && before.at > arrival.at ? before.at : arrival.at,
      n: (before?.n ?? 0) + 1,
    });
  }
  return [...members.values()];
}

function spans(drawn: readonly Drawn[]): Map<string, { first: Date; last: Date }> {
  const seen = new Map<string, { first: Date; last: Date }>();
  for (const { arrival } of drawn) {
    const span = seen.get(arrival.version);
    seen.set(arrival.version, {
      first: span !== undefined && span.first < arrival.at ? span.first : arrival.at,
      last: span !== undefined && span.last > arrival.at ? span.last : arrival.at,
    });
  }
  return seen;
}

async function withdraw(trx: Db, withdrawn: readonly string[]): Promise<void> {
  const taken: [string, KnownConversation][] = [...(await findKnown(trx, withdrawn))];
  for (const [key, { sampled, batchAt }] of taken) if (sampled) await removeSample(trx, key, batchAt);
}

async function countSeen(trx: Db, records: readonly SeenRecord[]): Promise<number> {
  await lockIntake(trx);
  const open = (await readWatermark(trx, 'measure')) ?? new Date(0);
  const before = await findCounted(
    trx,
    records.map(({ id }) => id),
  );
  const fresh = new Map(records.filter(({ id }) => !before.has(id)).map((record) => [record.id, record]));
  const dated = [...fresh.values()].map((record) => {
    const hour = new Date(record.at);
    return { ...record, batchAt: hour < open ? open : hour };
  });
  const seen = new Map<string, { first: Date; last: Date }>();
  for (const { at, cells } of dated) {
    const hour = new Date(at);
    for (const { version } of cells) {
      const span = seen.get(version) ?? { first: hour, last: hour };
      seen.set(version, { first: span.first < hour ? span.first : hour, last: span.last > hour ? span.last : hour });
    }
  }
  await noteVersions(trx, seen);
  await insertCounts(trx, dated);
  return dated.reduce((sum, { cells }) => sum + cells.reduce((n, cell) => n + cell.n, 0), 0);
}
