const day_ms = 86_400_000;

/** The Monday (00:00 UTC) of an ISO 8601 week such as `2026-W17`; null when it is not one. */
export function parseIsoWeek(text: string): Date | null {
  const match = /^(\d{4})-W(\d{2})$/.exec(text);
  if (match === null) return null;
  const week = Number(match[2]);
  // 4 January is always in week 1.
  const fourth = Date.UTC(Number(match[1]), 0, 4);
  const monday = new Date(mondayOf(fourth) + (week - 1) * 7 * day_ms);
  return week >= 1 && formatIsoWeek(monday) === text ? monday : null;
}

/** The ISO 8601 week a moment lies in. */
export function formatIsoWeek(at: Date): string {
  const thursday = mondayOf(at.getTime()) + 3 * day_ms;
  const year = new Date(thursday).getUTCFullYear();
  const week = 1 + Math.round((mondayOf(thursday) - mondayOf(Date.UTC(year, 0, 4))) / (7 * day_ms));
  return `${year}-W${String(week).padStart(2, '0')}`;
}

function mondayOf(time_ms: number): number {
  const day = Math.floor(time_ms / day_ms);
  return (day - ((day + 3) % 7)) * day_ms;
}
