import type { Quota, RateLimits } from '../domain/judge.ts';

/**
 * The allowances in `x-ratelimit-{limit,remaining,reset}-{requests,tokens}`. Null where there is nothing of the kind.
 * `nowMs`: by the real clock, for servers that name the moment instead of the time left.
 */
export function readRateLimits(headers: Headers | undefined, nowMs: number): RateLimits | null {
  const quotaOf = (kind: 'requests' | 'tokens'): Quota | null => {
    const read = (what: string) => headers?.get(`x-ratelimit-${what}-${kind}`)?.trim() || null;
    const quota = {
      limit: readCount(read('limit')),
      remaining: readCount(read('remaining')),
      resetMs: readReset(read('reset'), nowMs),
    };
    return quota.limit === null && quota.remaining === null ? null : quota;
  };
  const [requests, tokens] = [quotaOf('requests'), quotaOf('tokens')];
  return requests === null && tokens === null ? null : { requests, tokens };
}

/** Some gateways say -1 where they do not know, which must not be taken for nothing left. */
function readCount(text: string | null): number | null {
  const n = text === null ? Number.NaN : Number(text);
  return Number.isFinite(n) && n >= 0 ? n : null;
}

const duration = /^(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;
const unit_ms = [86_400_000, 3_600_000, 60_000, 1_000, 1];
/** A bare number from here on is a moment in seconds, and from the second one on in milliseconds; nobody is told to wait for years. */
const least_epoch_s = 1e8;
const least_epoch_ms = 1e11;

/** Milliseconds from `250ms`, `1s`, `6m0s`, bare seconds, a Unix time or an ISO date; null for anything else. */
function readReset(text: string | null, nowMs: number): number | null {
  if (text === null) return null;
  const parts = duration.exec(text);
  if (parts !== null) return Math.round(unit_ms.reduce((sum, unit, i) => sum + unit * Number(parts[i + 1] ?? 0), 0));
  const n = Number(text);
  const at = n >= least_epoch_ms ? n : n >= least_epoch_s ? n * 1_000 : Number.isNaN(n) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(at)) return Math.max(0, Math.round(at - nowMs));
  return n >= 0 ? Math.round(n * 1_000) : null;
}
