import { coin } from './coin.ts';

const HOUR_MS = 3_600_000;
/** One group enters and one leaves this often. */
const HALF_WEEK_MS = 84 * HOUR_MS;
/** 1970-01-05T00:00Z, a Monday: waves begin on Mondays at 00:00 and Thursdays at 12:00. */
const FIRST_MONDAY_MS = 4 * 24 * HOUR_MS;
/** Groups that are in at any time; each stays for as many half-weeks, which is four weeks. */
const GROUPS_IN = 8;

/** Four weeks in which all conversations of a user are sampled. */
export type PanelWave = {
  /** Names it: the instant it begins, ISO 8601. Users who entered together share it. */
  readonly wave: string;
  readonly from: Date;
  readonly to: Date;
};

/**
 * The wave of the rotating panel that a user is in at an instant, or null.
 *
 * Every user has a permanent number v and with it a group, floor(v W), W = floor(8 / share). In half-week t the groups
 * t - 7 .. t (mod W) are in: always eight, so that the panel is 8/W of all users at any time. One group enters and one leaves
 * each half-week, everybody stays four weeks, and comes back W half-weeks after they last entered and not before.
 *
 * Panel conversations may enter prevalence estimates (`unionProbability`) but not the alarm: they are the same people
 * tomorrow, and the alarm needs fresh coins.
 *
 * @param share of users in the panel, 0 (none) to 1.
 * @example panelWave('test-key-0001', 'user-42', new Date('2026-04-25T12:00:00Z'), 1)?.wave // '2026-04-20T00:00:00.000Z'
 * @throws RangeError if the share is outside [0, 1] or the instant is invalid.
 *
 * References: METHOD 1.6; rotation groups as in labour force surveys, U.S. Census Bureau Technical Paper 77 (2019), ch. 2.
 */
export function panelWave(key: Uint8Array | string, user: string, at: Date, share: number): PanelWave | null {
  const groups = groupCount(share);
  const halfWeek = halfWeekOf(at);
  if (groups === null) return null;
  const group = Math.floor(coin(key, 'panel', user) * groups);
  const since = (((halfWeek - group) % groups) + groups) % groups;
  if (since >= GROUPS_IN) return null;
  const from = new Date(FIRST_MONDAY_MS + (halfWeek - since) * HALF_WEEK_MS);
  return { wave: from.toISOString(), from, to: new Date(from.getTime() + GROUPS_IN * HALF_WEEK_MS) };
}

/**
 * Half-weeks from the first Monday of 1970 to the one an instant lies in: while it stays, so does the panel.
 * @throws RangeError if the instant is invalid.
 */
export function halfWeekOf(at: Date): number {
  if (Number.isNaN(at.getTime())) throw new RangeError('at must be a valid date');
  return Math.floor((at.getTime() - FIRST_MONDAY_MS) / HALF_WEEK_MS);
}

/**
 * The share of users that is really in: the least 8/W not under what was asked for, for W must be whole.
 * @example panelShare(0.03) // 0.03007518796992481
 */
export function panelShare(share: number): number {
  const groups = groupCount(share);
  return groups === null ? 0 : GROUPS_IN / groups;
}

/**
 * The probability that a conversation is sampled by the panel, the cross-section or both: 1 - (1 - q)(1 - pi1).
 * @example unionProbability(0.02, 0.1) // 0.118
 */
export function unionProbability(q: number, piCrossSection: number): number {
  return 1 - (1 - q) * (1 - piCrossSection);
}

function groupCount(share: number): number | null {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`share must lie in [0, 1], not ${share}`);
  return share === 0 ? null : Math.floor(GROUPS_IN / share);
}
