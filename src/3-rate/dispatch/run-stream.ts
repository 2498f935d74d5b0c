import type { Timer } from '../../domain/timer.ts';

export type StreamOptions<T, R> = {
  /** Slots that are kept busy. */
  readonly concurrency: number;
  /** Takes up to `n` items of work. None: there is no more, and it is not asked again. Never called twice at a time. */
  readonly claim: (n: number) => Promise<readonly T[]>;
  readonly work: (item: T) => Promise<R>;
  /** Writes results down, all or none. Never called twice at a time. */
  readonly settle: (batch: readonly R[]) => Promise<void>;
  /** A result waits at most this long before its batch is settled, unless the batch before it takes longer. */
  readonly settleEveryMs: number;
  /** Results in one batch at most. */
  readonly settleMax: number;
  /** Items claimed ahead at most. Default: as many as there are slots, so that all of them can be refilled at once. */
  readonly ahead?: number;
  readonly timer: Timer;
};

export type StreamCounts = { readonly claimed: number; readonly settled: number };

/**
 * Keeps every slot busy while there is work: items are claimed ahead of need, results are settled in groups beside the work,
 * and no slot waits for a batch to be complete. Where settling is slower than work, work waits: `ahead` items and
 * `2 * settleMax + concurrency` others, under way or unsettled, are held at most.
 *
 * Ends when `claim` brings nothing and all is settled.
 * @throws the first error of `claim`, `work` or `settle`. Nothing new is started after one; what is under way is waited for, and
 * every result there is is settled first. Items in hand are left to whoever claims them next.
 */
export function runStream<T, R>(options: StreamOptions<T, R>): Promise<StreamCounts> {
  const { concurrency, claim, work, settle, settleEveryMs, settleMax, timer } = options;
  const { ahead = concurrency } = options;
  for (const [name, n] of Object.entries({ concurrency, settleMax, ahead })) {
    if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`${name} must be a whole number of at least 1, not ${n}`);
  }
  const mostHeld = 2 * settleMax + concurrency;
  // Fewer than this are not worth a claim of their own.
  const leastClaim = Math.ceil(ahead / 4);

  const inHand: T[] = [];
  const finished: R[] = [];
  let nRunning = 0;
  let nSettling = 0;
  let isClaiming = false;
  let isDry = false;
  let isDue = false;
  let cancelAlarm: (() => void) | null = null;
  let failure: { readonly error: unknown } | null = null;
  const counts = { claimed: 0, settled: 0 };

  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      failure ??= { error };
    };

    /** Starts all that may start now. Called after every change; each of its parts does nothing when there is nothing to do. */
    function advance(): void {
      while (failure === null && inHand.length > 0 && nRunning < concurrency && held() < mostHeld) startWork();
      if (failure === null && !isClaiming && !isDry && ahead - inHand.length >= leastClaim) startClaim(ahead - inHand.length);
      const isLast = nRunning === 0 && !isClaiming && (failure !== null || (isDry && inHand.length === 0));
      if (nSettling === 0 && finished.length > 0) {
        if (isDue || isLast || finished.length >= settleMax) startSettling();
        else cancelAlarm ??= timer.after(settleEveryMs, onAlarm);
      }
      if (isLast && nSettling === 0 && finished.length === 0) finish();
    }

    const held = () => nRunning + finished.length + nSettling;

    function onAlarm(): void {
      cancelAlarm = null;
      isDue = true;
      advance();
    }

    function startWork(): void {
      const item = inHand.shift() as T;
      nRunning++;
      started(() => work(item))
        .then((result) => finished.push(result), fail)
        .finally(() => {
          nRunning--;
          advance();
        });
    }

    function startClaim(n: number): void {
      isClaiming = true;
      started(() => claim(n))
        .then((items) => {
          counts.claimed += items.length;
          inHand.push(...items);
          isDry = items.length === 0;
        }, fail)
        .finally(() => {
          isClaiming = false;
          advance();
        });
    }

    function startSettling(): void {
      cancelAlarm?.();
      cancelAlarm = null;
      isDue = false;
      const batch = finished.splice(0, settleMax);
      nSettling = batch.length;
      started(() => settle(batch))
        .then(() => {
          counts.settled += batch.length;
        }, fail)
        .finally(() => {
          nSettling = 0;
          advance();
        });
    }

    function finish(): void {
      if (failure === null) resolve(counts);
      else reject(failure.error);
    }

    advance();
  });
}

/** As a promise even where the call throws at once. */
async function started<T>(call: () => Promise<T>): Promise<T> {
  return await call();
}
