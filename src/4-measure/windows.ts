const hour_ms = 3_600_000;
const day_ms = 24 * hour_ms;

export function floorHour(at: Date): Date {
  return new Date(Math.floor(at.getTime() / hour_ms) * hour_ms);
}

/** Monday 00:00 UTC of the ISO week. */
export function floorWeek(at: Date): Date {
  const day = Math.floor(at.getTime() / day_ms);
  // 1970-01-01 was a Thursday, three days after a Monday.
  return new Date((day - ((day + 3) % 7)) * day_ms);
}

/** Starts of the hours in [from, to). */
export function hoursBetween(from: Date, to: Date): Date[] {
  const hours: Date[] = [];
  for (let at = from.getTime(); at < to.getTime(); at += hour_ms) hours.push(new Date(at));
  return hours;
}

export type LongWindow = { readonly grain: 'day' | 'week'; readonly from: Date; readonly to: Date };

/** Days and weeks that end in (from, to]: closing the hours up to `to` completes them. */
export function windowsCompleted(from: Date, to: Date): LongWindow[] {
  const windows: LongWindow[] = [];
  for (let end = (Math.floor(from.getTime() / day_ms) + 1) * day_ms; end <= to.getTime(); end += day_ms) {
    const closed = new Date(end);
    windows.push({ grain: 'day', from: new Date(end - day_ms), to: closed });
    if (floorWeek(closed).getTime() === end) windows.push({ grain: 'week', from: new Date(end - 7 * day_ms), to: closed });
  }
  return windows;
}
