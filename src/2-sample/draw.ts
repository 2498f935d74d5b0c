import type { Rejection } from '../domain/intake.ts';
import type { Arrival } from './arrivals.ts';
import { type CoinKey, coinKeyAt, panelWaveUnder } from './design/coin-keys.ts';
import { type Cap, type CoinUnit, decideInclusion, type Inclusion, verifyStamp } from './design/inclusion.ts';
import type { PanelWave } from './design/panel.ts';
import { type PlannedRate, plannedRate } from './design/planned-rate.ts';

export type Design = {
  readonly name: string;
  readonly coins: readonly CoinKey[];
  readonly plans: readonly PlannedRate[];
  readonly firstRate: number;
  readonly cap: Cap;
  readonly panelShare: number;
};

export type Drawn = {
  readonly arrival: Arrival;
  /** Its own hour, or the first one still open. */
  readonly batchAt: Date;
  readonly inclusion: Inclusion;
  /** What its coins are about, for those of the later phases. */
  readonly coins: CoinUnit & { readonly key: Uint8Array };
  /** The wave of the panel its user is in, if any. */
  readonly wave: PanelWave | null;
  /** Decided by an edge sampler, whose counts it is part of. */
  readonly atEdge: boolean;
};

/**
 * Decides, in order, which of the conversations that are new are sampled. What an edge sampler decided is decided again by
 * the same function, and refused where that comes to another end.
 * @param open the first hour still open: a closed batch is never edited.
 * @param perDay conversations so far by `<user key> <UTC day>`; moves on with each conversation.
 */
export function drawArrivals(
  fresh: readonly Arrival[],
  open: Date,
  perDay: Map<string, number>,
  design: Design,
): { drawn: Drawn[]; rejections: Rejection[] } {
  const drawn: Drawn[] = [];
  const rejections: Rejection[] = [];
  for (const arrival of fresh) {
    const { conversation, at } = arrival;
    const batchAt = arrival.hour < open ? open : arrival.hour;
    const day = at.toISOString().slice(0, 10);
    const counter = `${arrival.userKey} ${day}`;
    const key = coinKeyAt(design.coins, at);
    const wave = panelWaveUnder(design.coins, conversation.user, at, design.panelShare);
    const ids = { key, design: design.name, day, user: conversation.user, conversation: conversation.id };
    const stamp = conversation.sampling;
    if (stamp !== undefined && !verifyStamp({ ...ids, cap: design.cap, panel: wave !== null }, stamp)) {
      rejections.push({
        index: arrival.index,
        field: 'sampling',
        reason:
          'does not follow from this key, design and cap: give the edge sampler a fresh export ("longwatch sampler export")',
      });
      continue;
    }
    const nth = stamp?.nth ?? (perDay.get(counter) ?? 0) + 1;
    const inclusion = decideInclusion({
      ...ids,
      piSample: stamp?.pi_sample ?? plannedRate(design.plans, arrival.version, batchAt, arrival.facets, design.firstRate),
      nthToday: nth,
      cap: design.cap,
      panel: wave !== null,
    });
    perDay.set(counter, Math.max(nth, perDay.get(counter) ?? 0));
    drawn.push({ arrival, batchAt, inclusion, coins: ids, wave, atEdge: stamp !== undefined });
  }
  return { drawn, rejections };
}
