/** Books calls with the day's budget of a judge, and gives back what was booked and not needed. */
export type Books = {
  /** @returns how many of the calls wanted may be made. */
  book(wanted: number): Promise<number>;
  giveBack(calls: number): Promise<void>;
};

export type Purse = {
  /** Leave to make one call; false where the day's budget has none left. */
  take(): Promise<boolean>;
  /** Puts back a call that was not made. */
  putBack(): void;
  /** Gives back what is left. */
  close(): Promise<void>;
};

/**
 * Calls booked ahead, some at a time: a booking for each call would cost the database as much as the verdicts do. A worker that
 * is killed leaves at most one booking unused, which counts as spent: the books may say too much, never too little.
 */
export function createPurse(books: Books, chunk: number): Purse {
  let left = 0;
  let booking: Promise<number> | null = null;
  const refill = () => {
    // Everybody waits for the one delivery.
    booking ??= books
      .book(chunk)
      .then((granted) => {
        left += granted;
        return granted;
      })
      .finally(() => {
        booking = null;
      });
    return booking;
  };
  return {
    async take() {
      while (left === 0) if ((await refill()) === 0 && left === 0) return false;
      left -= 1;
      return true;
    },
    putBack() {
      left += 1;
    },
    async close() {
      const unused = left;
      left = 0;
      if (unused > 0) await books.giveBack(unused);
    },
  };
}
