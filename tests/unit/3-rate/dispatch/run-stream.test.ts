import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runStream, type StreamOptions } from '../../../../src/3-rate/dispatch/run-stream.ts';
import { createVirtualTimer, type VirtualTimer } from './virtual-timer.ts';

type World = {
  readonly nItems: number;
  readonly latencyMs?: (item: number) => number;
  readonly claimMs?: number;
  readonly settleMs?: number;
  readonly failing?: { readonly what: 'claim' | 'work' | 'settle'; readonly at: number };
};

/** A source of numbered items, and a record of what became of each. */
function worldOf(timer: VirtualTimer, { nItems, latencyMs = () => 1_000, claimMs = 20, settleMs = 30, failing }: World) {
  let next = 0;
  const seen = {
    started: [] as number[],
    finished: [] as number[],
    settled: [] as number[],
    claims: [] as number[],
    batches: [] as number[],
  };
  const most = { running: 0, held: 0, claiming: 0, settling: 0 };
  const settledAt: number[] = [];
  let [running, claiming, settling] = [0, 0, 0];
  const measure = () => {
    most.running = Math.max(most.running, running);
    most.claiming = Math.max(most.claiming, claiming);
    most.settling = Math.max(most.settling, settling);
    most.held = Math.max(most.held, next - seen.settled.length);
  };
  const breakAt = (what: string, n: number) => {
    if (failing?.what === what && failing.at === n) throw new Error(`${what} ${n} broke`);
  };
  const io = {
    async claim(n: number) {
      seen.claims.push(n);
      claiming++;
      measure();
      await timer.sleep(claimMs);
      claiming--;
      breakAt('claim', seen.claims.length);
      const items = Array.from({ length: Math.min(n, nItems - next) }, (_, i) => next + i);
      next += items.length;
      measure();
      return items;
    },
    async work(item: number) {
      seen.started.push(item);
      running++;
      measure();
      await timer.sleep(latencyMs(item));
      running--;
      breakAt('work', item);
      seen.finished.push(item);
      return item;
    },
    async settle(batch: readonly number[]) {
      seen.batches.push(batch.length);
      settling++;
      measure();
      await timer.sleep(settleMs);
      settling--;
      breakAt('settle', seen.batches.length);
      seen.settled.push(...batch);
      settledAt.push(timer.now());
    },
  };
  return { seen, most, settledAt, io };
}

const ascending = (items: readonly number[]) => [...items].sort((a, b) => a - b);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

async function stream(world: World, over: Partial<StreamOptions<number, number>> = {}) {
  const timer = createVirtualTimer();
  const { io, ...record } = worldOf(timer, world);
  const began = timer.now();
  const run = runStream({ concurrency: 64, settleEveryMs: 250, settleMax: 256, timer, ...io, ...over });
  const ended = await timer.play(
    run.then(
      (counts) => ({ counts }),
      (error: Error) => ({ error }),
    ),
  );
  return { ...record, ended, tookMs: timer.now() - began };
}

describe('utilisation', () => {
  it.each([
    { fact: 'at a fixed latency', latencyMs: () => 1_000 },
    { fact: 'at a latency that varies tenfold', latencyMs: (item: number) => 200 + ((item * 7919) % 1_801) },
    { fact: 'with slow claims and commits', latencyMs: () => 1_000, claimMs: 200, settleMs: 400 },
  ])('is at least 95 % of the ideal with 64 slots, $fact', async ({ fact: _, ...world }) => {
    const nItems = 64 * 60;
    const { seen, ended, tookMs } = await stream({ nItems, ...world });
    expect(ended).toEqual({ counts: { claimed: nItems, settled: nItems } });
    expect(ascending(seen.settled)).toEqual(upTo(nItems));
    const busy_ms = upTo(nItems).reduce((sum, item) => sum + world.latencyMs(item), 0);
    expect(busy_ms / 64 / tookMs).toBeGreaterThan(0.95);
  });

  it('is what waiting for whole rounds would not reach', async () => {
    // The measure can fail: with nothing claimed ahead but one item, each refill waits for its own claim.
    const { tookMs } = await stream({ nItems: 64 * 20, claimMs: 200 }, { ahead: 1 });
    expect((64 * 20 * 1_000) / 64 / tookMs).toBeLessThan(0.5);
  });
});

describe('what is asked of the outside', () => {
  it('claims and settles one at a time, within the bounds', async () => {
    const { most, seen } = await stream({ nItems: 2_000 }, { ahead: 40, settleMax: 100 });
    expect(most).toMatchObject({ running: 64, claiming: 1, settling: 1 });
    expect(Math.max(...seen.claims)).toBe(40);
    expect(Math.max(...seen.batches)).toBeLessThanOrEqual(100);
  });

  it('commits in groups, and lets no result wait much longer than asked', async () => {
    const { seen, settledAt } = await stream({ nItems: 1_000, latencyMs: (item) => 900 + (item % 200), settleMs: 10 });
    expect(seen.batches.length).toBeLessThan(100);
    for (const [i, at] of settledAt.entries()) if (i > 0) expect(at - (settledAt[i - 1] ?? 0)).toBeLessThan(1_300);
  });

  it('commits the last results at once', async () => {
    const { tookMs } = await stream({ nItems: 3, claimMs: 0, settleMs: 0 }, { settleEveryMs: 60_000 });
    expect(tookMs).toBe(1_000);
  });

  it('holds work back while commits cannot keep up', async () => {
    const { most, seen } = await stream({ nItems: 600, latencyMs: () => 1, settleMs: 5_000 }, { settleMax: 20, concurrency: 8 });
    expect(seen.settled).toHaveLength(600);
    expect(most.held).toBeLessThanOrEqual(2 * 20 + 8 + 8);
  });

  it('claims until a claim brings nothing, not until one brings little', async () => {
    const timer = createVirtualTimer();
    let left = 10;
    const settled: number[] = [];
    const run = runStream({
      concurrency: 4,
      claim: async () => (left > 0 ? [left--] : []),
      work: async (item) => item,
      settle: async (batch) => void settled.push(...batch),
      settleEveryMs: 10,
      settleMax: 5,
      timer,
    });
    expect(await timer.play(run)).toEqual({ claimed: 10, settled: 10 });
    expect(settled).toHaveLength(10);
  });

  it('ends at once where there is no work', async () => {
    const { ended, seen } = await stream({ nItems: 0 });
    expect(ended).toEqual({ counts: { claimed: 0, settled: 0 } });
    expect(seen.batches).toEqual([]);
  });

  it.each(['concurrency', 'settleMax', 'ahead'])('refuses a %s of 0', (name) => {
    const timer = createVirtualTimer();
    const { io } = worldOf(timer, { nItems: 1 });
    const start = () => runStream({ concurrency: 1, settleEveryMs: 1, settleMax: 1, timer, ...io, [name]: 0 });
    expect(start).toThrow(RangeError);
  });
});

describe('when something breaks', () => {
  it('waits for what is under way, settles what has finished, and reports the first error', async () => {
    const { seen, ended } = await stream({ nItems: 1_000, failing: { what: 'work', at: 70 } });
    expect(ended).toEqual({ error: new Error('work 70 broke') });
    expect(ascending(seen.finished)).toEqual(ascending(seen.started.filter((item) => item !== 70)));
    expect(ascending(seen.settled)).toEqual(ascending(seen.finished));
  });

  it('takes what throws at once for what rejects', async () => {
    const boom = () => {
      throw new Error('at once');
    };
    expect((await stream({ nItems: 5 }, { work: boom })).ended).toEqual({ error: new Error('at once') });
    expect((await stream({ nItems: 5 }, { claim: boom })).ended).toEqual({ error: new Error('at once') });
    expect((await stream({ nItems: 5 }, { settle: boom })).ended).toEqual({ error: new Error('at once') });
  });

  it('never loses an item and never does one twice, whatever breaks whenever', async () => {
    const world = fc.record({
      nItems: fc.integer({ min: 0, max: 120 }),
      claimMs: fc.integer({ min: 0, max: 50 }),
      settleMs: fc.integer({ min: 0, max: 200 }),
      latency: fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 10 }),
      failing: fc.option(
        fc.record({
          what: fc.constantFrom('claim' as const, 'work' as const, 'settle' as const),
          at: fc.integer({ min: 1, max: 60 }),
        }),
      ),
      concurrency: fc.integer({ min: 1, max: 16 }),
      ahead: fc.integer({ min: 1, max: 20 }),
      settleMax: fc.integer({ min: 1, max: 20 }),
      settleEveryMs: fc.integer({ min: 0, max: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(world, async ({ nItems, claimMs, settleMs, latency, failing, ...over }) => {
        const latencyMs = (item: number) => latency[item % latency.length] ?? 0;
        const made = await stream({ nItems, claimMs, settleMs, latencyMs, ...(failing ? { failing } : {}) }, over);
        const { seen, most, ended } = made;
        expect(new Set(seen.started).size).toBe(seen.started.length);
        expect(new Set(seen.settled).size).toBe(seen.settled.length);
        expect(most.running).toBeLessThanOrEqual(over.concurrency);
        expect(most.held).toBeLessThanOrEqual(2 * over.settleMax + over.concurrency + over.ahead);
        // One batch at most is unsettled, and then because settling it is what failed.
        const unsettled = seen.finished.filter((item) => !seen.settled.includes(item));
        if ('error' in ended && failing?.what === 'settle')
          expect(unsettled).toHaveLength(seen.batches[failing.at - 1] ?? Number.NaN);
        else expect(unsettled).toEqual([]);
        if ('counts' in ended) expect(ascending(seen.settled)).toEqual(upTo(nItems));
      }),
      { numRuns: 150 },
    );
  });
});
