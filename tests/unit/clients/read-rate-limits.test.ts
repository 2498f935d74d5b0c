import { describe, expect, it } from 'vitest';
import { readRateLimits } from '../../../src/clients/read-rate-limits.ts';

const now = Date.parse('2026-04-25T10:00:00Z');
const read = (headers: Record<string, string>) => readRateLimits(new Headers(headers), now);

describe('the time until an allowance is whole again', () => {
  it.each([
    ['250ms', 250],
    ['1s', 1_000],
    ['6m0s', 360_000],
    ['1h2m3s', 3_723_000],
    ['2d', 172_800_000],
    ['7.66s', 7_660],
    ['1m2.5s', 62_500],
    ['0', 0],
    ['12', 12_000],
    ['0.5', 500],
    [String(now / 1_000 + 30), 30_000],
    [String(now + 1_500), 1_500],
    [String(now / 1_000 - 30), 0],
    ['2026-04-25T10:00:05Z', 5_000],
    ['soon', null],
    ['-3', null],
    ['', null],
  ])('%s is %s ms', (text, expected) => {
    const limits = read({ 'x-ratelimit-remaining-requests': '3', 'x-ratelimit-reset-requests': text });
    expect(limits).toEqual({ requests: { limit: null, remaining: 3, resetMs: expected }, tokens: null });
  });
});

describe('what is left', () => {
  it('is unknown where it is -1 or no number', () => {
    const tokens = { 'x-ratelimit-limit-tokens': '-1', 'x-ratelimit-remaining-tokens': '-1', 'x-ratelimit-reset-tokens': '0' };
    expect(read(tokens)).toBeNull();
    expect(read({ ...tokens, 'x-ratelimit-limit-tokens': '80000' })).toEqual({
      requests: null,
      tokens: { limit: 80_000, remaining: null, resetMs: 0 },
    });
    expect(read({ 'x-ratelimit-remaining-requests': 'plenty' })).toBeNull();
  });

  it('is unknown without headers', () => {
    expect(read({ 'content-type': 'application/json' })).toBeNull();
    expect(readRateLimits(undefined, now)).toBeNull();
  });
});
