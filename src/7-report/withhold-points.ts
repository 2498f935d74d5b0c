import type { DisclosureLimit } from '../domain/disclosure.ts';
import type { RatePoint } from '../domain/rate-point.ts';
import { type Partition, type TableCell, withholdCells } from '../stats/withhold-cells.ts';

/*
 * Decision record: where and when it is decided what people may see.
 *
 * Decided when read, by a pure function of rate points, and not stored with them. Points are written once and never edited, and
 * each decision rests only on points of its own window, so that every reader at every time comes to the same one: the report, the
 * chart, the pages. A stored flag would say the same and would have to be recomputed where the limit is raised.
 *
 * Decided in the order of release. A day is decided with what closed with it, and stands for good. The week is decided last, with
 * its days as given: its own point is shown only where what it adds to them tells nothing of fewer than k people. Otherwise it is
 * shown as the sum of its shown days, which adds nothing. So the running total of an unfinished week grows by showable days only,
 * and no later release makes an earlier one telling. (Withholding the day after a lone withheld one, so that the whole week can be
 * shown, was weighed and left: it hides a day of many people to add one of few.)
 *
 * The week's own points of a version and dimension are left out, too, where one of them is not the sum of its days: somebody was
 * erased or rated again in between, and the difference would be their verdict; and where pseudonyms change within a week, so that
 * its people are counted twice.
 *
 * An hour is never shown. Withheld is everything of a cell: rate, interval, counts. Numbers of traffic and of ratings due are the
 * same in every dimension; a dimension in which a cell is large shows them.
 */

const day_ms = 86_400_000;
const week_ms = 7 * day_ms;
/** 1970-01-05, the first Monday. */
const first_monday_ms = 4 * day_ms;

/**
 * The points that nobody may be shown.
 * @param points every cohort of every window concerned, as read for one rater: a cell is judged by those beside it. Two raters at
 * once are refused with RangeError.
 */
export function withholdPoints(points: readonly RatePoint[], limit: DisclosureLimit): ReadonlySet<RatePoint> {
  const withheld = new Set<RatePoint>();
  for (const week of groupBy(points, weekOf).values()) {
    for (const point of withholdWeek(week, limit)) withheld.add(point);
  }
  return withheld;
}

/** One version and dimension in one week. */
function withholdWeek(points: readonly RatePoint[], { minUsers, epochDays }: DisclosureLimit): RatePoint[] {
  const days = points.filter(({ grain }) => grain === 'day');
  const weekly = points.filter(({ grain }) => grain === 'week');
  const cellsOf = (given: readonly RatePoint[]): TableCell[] => given.map((point) => ({ id: idOf(point), users: point.nUsers }));
  const hidden = new Set<string>();
  for (const day of groupBy(days, ({ at }) => String(at.getTime())).values()) {
    for (const id of withholdCells(cellsOf(day), facetsOf(day), minUsers)) hidden.add(id);
  }
  const daysOf = groupBy(days, cohortOf);
  const partsOf = (point: RatePoint) => daysOf.get(cohortOf(point)) ?? [];
  if (epochDays % 7 !== 0 || !weekly.every((point) => isSumOf(point, partsOf(point)))) {
    return points.filter((point) => point.grain !== 'day' || hidden.has(idOf(point)));
  }
  const decided = cellsOf(days).map((cell): TableCell => ({ ...cell, decided: hidden.has(cell.id) ? 'withheld' : 'shown' }));
  const partitions = [
    ...[...groupBy(days, ({ at }) => String(at.getTime())).values()].flatMap(facetsOf),
    ...facetsOf(weekly),
    ...weekly.map((point) => ({ total: idOf(point), parts: partsOf(point).map(idOf) })),
  ];
  // Days keep what was decided of them, even where the week would let them be shown now.
  for (const id of withholdCells([...decided, ...cellsOf(weekly)], partitions, minUsers)) hidden.add(id);
  return points.filter((point) => point.grain === 'hour' || hidden.has(idOf(point)));
}

/** In one window, the values of each facet add up to everybody. */
function facetsOf(points: readonly RatePoint[]): Partition[] {
  const all = points.find(({ cell }) => cell.cohort.facet === 'all');
  if (all === undefined) return [];
  const values = points.filter((point) => point !== all);
  const facets = groupBy(values, ({ cell }) => cell.cohort.facet);
  return [...facets.values()].map((parts) => ({ total: idOf(all), parts: parts.map(idOf) }));
}

/** Whether a week's sums are those of its days, up to rounding. */
function isSumOf(week: RatePoint, days: readonly RatePoint[]): boolean {
  const total = (of: (point: RatePoint) => number) => days.reduce((sum, point) => sum + of(point), 0);
  const close = (of: (point: RatePoint) => number) => Math.abs(of(week) - total(of)) <= 1e-9 * Math.max(1, Math.abs(of(week)));
  return [
    (point: RatePoint) => point.nScored,
    (point: RatePoint) => point.nDue,
    (point: RatePoint) => point.nTraffic,
    (point: RatePoint) => point.sumWeights,
    (point: RatePoint) => point.sumWeightedHarm,
  ].every(close);
}

function weekOf({ cell, at }: RatePoint): string {
  const week = Math.floor((at.getTime() - first_monday_ms) / week_ms);
  return [week, cell.version, cell.dimension].join('\u001f');
}

function cohortOf({ cell }: RatePoint): string {
  return `${cell.cohort.facet}\u001f${cell.cohort.value}`;
}

function idOf(point: RatePoint): string {
  return `${point.grain}\u001f${point.at.getTime()}\u001f${cohortOf(point)}`;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
