import type { Facets } from '../../domain/facets.ts';
import type { Coin } from '../design/coin.ts';
import { halfWeekOf } from '../design/panel.ts';
import { type OpenCell, openCell } from './edge-seen.ts';
import { EdgeStrata, type EdgeStratum } from './edge-strata.ts';
import { EdgeUsers } from './edge-users.ts';

const HOUR_MS = 3_600_000;
const DAYS_KEPT = 2;

export type EdgeHour = {
  readonly start: Date;
  readonly startMs: number;
  readonly halfWeek: number;
  /** The coins in force. */
  readonly coin: Coin;
  readonly day: EdgeDay;
  readonly cells: Map<EdgeStratum, OpenCell>;
};

export type EdgeDay = {
  /** UTC, `YYYY-MM-DD`. */
  readonly name: string;
  readonly users: EdgeUsers;
  readonly strata: EdgeStrata;
};

/**
 * The hours not drained yet, and the two days opened last: a third forgets the first, so that memory holds two days of users
 * however long the process runs.
 */
export class EdgeHours {
  readonly #coinAt: (at: Date) => Coin;
  readonly #seed: number;
  readonly #hours = new Map<string, EdgeHour>();
  readonly #days = new Map<string, EdgeDay>();
  #latest: EdgeHour | null = null;
  #latestName = '';

  /** @param seed 32 secret bits, for the tables of users. */
  constructor(coinAt: (at: Date) => Coin, seed: number) {
    this.#coinAt = coinAt;
    this.#seed = seed;
  }

  /**
   * The UTC hour of an instant.
   * @throws RangeError if it is no ISO 8601 instant.
   */
  of(at: string): EdgeHour {
    // Nearly every conversation is of the hour before it, and its first characters say so: parsing costs half a coin.
    if (this.#latest !== null && at.startsWith(this.#latestName) && at.endsWith('Z')) return this.#latest;
    const ms = Date.parse(at);
    if (Number.isNaN(ms)) throw new RangeError(`at must be an ISO 8601 instant, not ${at}`);
    const startMs = Math.floor(ms / HOUR_MS) * HOUR_MS;
    const start = new Date(startMs);
    const name = start.toISOString().slice(0, 13);
    let hour = this.#hours.get(name);
    if (hour === undefined) {
      const day = this.#dayOf(name.slice(0, 10));
      hour = { start, startMs, halfWeek: halfWeekOf(start), coin: this.#coinAt(start), day, cells: new Map() };
      this.#hours.set(name, hour);
    }
    this.#latest = hour;
    this.#latestName = name;
    return hour;
  }

  #dayOf(name: string): EdgeDay {
    let day = this.#days.get(name);
    if (day === undefined) {
      day = { name, users: new EdgeUsers(this.#seed), strata: new EdgeStrata() };
      this.#days.set(name, day);
      const [first] = this.#days.keys();
      if (this.#days.size > DAYS_KEPT && first !== undefined) this.#days.delete(first);
    }
    return day;
  }

  /** Takes out the hours that were over by then, or all. */
  take(before: Date | undefined): EdgeHour[] {
    const taken: EdgeHour[] = [];
    for (const [name, hour] of this.#hours) {
      if (before !== undefined && hour.startMs + HOUR_MS > before.getTime()) continue;
      this.#hours.delete(name);
      taken.push(hour);
    }
    this.#latest = null;
    return taken;
  }
}

/** The stratum of a conversation, with its cell of this hour. */
export function stratumOf(hour: EdgeHour, version: string, facets: Facets): EdgeStratum {
  const stratum = hour.day.strata.find(version, facets);
  if (stratum.hour !== hour) {
    stratum.hour = hour;
    stratum.cell = hour.cells.get(stratum) ?? openCell(version, facets);
    stratum.plans = null;
    hour.cells.set(stratum, stratum.cell);
  }
  return stratum;
}
