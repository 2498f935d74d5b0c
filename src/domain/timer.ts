/**
 * Port. Elapsed time and alarms: the machine's, or virtual ones in tests. Unlike `Clock`, which tells what time it is for the
 * record, it never goes back, so that a pause or a deadline measured by it always ends.
 */
export interface Timer {
  /** Milliseconds since the Unix epoch, as it was when the program started plus what has passed since. */
  now(): number;
  /** Calls `then` once, at the earliest `ms` from now and never within this call. @returns what cancels it; harmless afterwards. */
  after(ms: number, then: () => void): () => void;
}
