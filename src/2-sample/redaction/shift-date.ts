import { findMonth, findWeekday } from './recognisers/calendar.ts';
import { dayFirst, iso, monthFirst, monthYear, numeric, weekdayBefore } from './recognisers/date.ts';

type Parts = Readonly<Record<string, string | undefined>>;
type Form = { readonly pattern: RegExp; readonly shift: (parts: Parts, days: number) => string | null };

const DAY_MS = 86_400_000;
/** Where no year is given the day is moved in a leap year, in which every day exists. */
const SOME_LEAP_YEAR = 2000;
/** The day that a month without one stands for: the middle moves it the least wrongly. */
const MID_MONTH = 15;

const forms: readonly Form[] = [
  { pattern: iso, shift: shiftIso },
  { pattern: numeric, shift: shiftNumeric },
  { pattern: dayFirst, shift: shiftNamed },
  { pattern: monthFirst, shift: shiftNamed },
  { pattern: monthYear, shift: shiftNamed },
];

/**
 * The same date some days later (earlier for a negative number), written as it was: figures, language, case and time of day
 * are kept, and a day of the week in front moves along. Null for what is no whole date, such as a year, and for a day that
 * does not exist. Where day and month of `3/4/2021` are unclear, slashes are read as the month first and dots and dashes as
 * the day first, always alike, so that the time between two dates of a conversation holds.
 *
 * @example shiftDate('Montag, 1. März 2021', 30) === 'Mittwoch, 31. März 2021'
 */
export function shiftDate(surface: string, days: number): string | null {
  for (const { pattern, shift } of forms) {
    pattern.lastIndex = 0;
    const match = pattern.exec(surface);
    if (match === null || match.index + match[0].length !== surface.length) continue;
    const front = surface.slice(0, match.index);
    const weekday = weekdayBefore.exec(front);
    if (front !== (weekday?.[0] ?? '')) continue;
    const moved = shift(match.groups ?? {}, days);
    return moved && shiftWeekday(weekday?.groups ?? {}, days) + moved;
  }
  return null;
}

function shiftWeekday({ weekday = '', gap = '' }: Parts, days: number): string {
  const found = findWeekday(weekday);
  if (found === undefined) return '';
  return inCaseOf(weekday, found.list[(((found.index + days) % 7) + 7) % 7] ?? '') + gap;
}

function shiftIso({ year = '', sep = '', month = '', day = '', time = '' }: Parts, days: number): string | null {
  const moved = move(Number(year), Number(month) - 1, Number(day), days);
  if (moved === null) return null;
  const [newMonth, newDay] = figuresLike(month, day, moved);
  return `${moved.year}${sep}${newMonth}${sep}${newDay}${time}`;
}

function shiftNumeric({ first = '', sep = '', second = '', year = '', time = '' }: Parts, days: number): string | null {
  const monthIsFirst = Number(first) <= 12 && (Number(second) > 12 || sep === '/');
  const [month, day] = monthIsFirst ? [first, second] : [second, first];
  const moved = move(fullYear(year), Number(month) - 1, Number(day), days);
  if (moved === null) return null;
  const figures = figuresLike(month, day, moved);
  const written = year.length === 2 ? String(moved.year % 100).padStart(2, '0') : String(moved.year);
  return [...(monthIsFirst ? figures : figures.reverse()), written].join(sep) + time;
}

function shiftNamed(parts: Parts, days: number): string | null {
  const { name = '', dot = '', day, th = '', of, gap = '', year, time = '' } = parts;
  const known = findMonth(name, likelyLanguages(parts));
  if (known === undefined) return null;
  const moved = move(
    year === undefined ? SOME_LEAP_YEAR : Number(year),
    known.index,
    day === undefined ? MID_MONTH : Number(day),
    days,
  );
  if (moved === null) return null;
  const month = inCaseOf(name, known.list[moved.month] ?? '') + dot;
  const end = (year === undefined ? '' : `${gap}${moved.year}`) + time;
  if (day === undefined) return month + end;
  const number = String(moved.day).padStart(day.startsWith('0') ? 2 : 1, '0') + ordinalLike(th, moved.day);
  return of === undefined ? `${month} ${number}${end}` : `${number}${of}${month}${end}`;
}

/** What the words around a month tell of its language, which matters for a name that several share. */
function likelyLanguages({ name = '', th, of }: Parts): readonly string[] {
  if (th === '.') return ['de'];
  if (of?.trim() === 'de') return ['es', 'pt'];
  if (of?.trim() === 'di') return ['it'];
  // English writes months with a capital and seldom the day in front of them.
  return of !== undefined && name === name.toLowerCase() ? ['nl', 'fr', 'it'] : [];
}

type Day = { readonly year: number; readonly month: number; readonly day: number };

function move(year: number, month: number, day: number, days: number): Day | null {
  const at = new Date(Date.UTC(year, month, day));
  if (at.getUTCMonth() !== month || at.getUTCDate() !== day) return null;
  const moved = new Date(at.getTime() + days * DAY_MS);
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth(), day: moved.getUTCDate() };
}

function fullYear(year: string): number {
  if (year.length === 4) return Number(year);
  return Number(year) + (Number(year) < 50 ? 2000 : 1900);
}

/** Month and day with leading noughts if the old ones had two places both. */
function figuresLike(month: string, day: string, moved: Day): [string, string] {
  const places = month.length === 2 && day.length === 2 ? 2 : 1;
  return [String(moved.month + 1).padStart(places, '0'), String(moved.day).padStart(places, '0')];
}

function ordinalLike(old: string, day: number): string {
  if (/^er$/i.test(old)) return day === 1 ? 'er' : '';
  if (!/^(?:st|nd|rd|th)$/i.test(old)) return old;
  if (day >= 11 && day <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

function inCaseOf(old: string, name: string): string {
  if (old === old.toLowerCase()) return name.toLowerCase();
  if (old === old.toUpperCase()) return name.toUpperCase();
  return name.charAt(0).toUpperCase() + name.slice(1);
}
