import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Books, createPurse } from '../../../src/3-rate/purse.ts';

/** Books of a day with so many calls left, that answer when `wait` does, and how they were used. */
function booksOf(budget: number, wait: () => Promise<void> = () => Promise.resolve()) {
  const used = { left: budget, bookings: [] as number[], atOnce: 0, mostAtOnce: 0, givenBack: 0 };
  const books: Books = {
    async book(wanted) {
      used.atOnce += 1;
      used.mostAtOnce = Math.max(used.mostAtOnce, used.atOnce);
      await wait();
      const granted = Math.min(wanted, used.left);
      used.left -= granted;
      used.bookings.push(granted);
      used.atOnce -= 1;
      return granted;
    },
    async giveBack(calls) {
      used.givenBack += calls;
      used.left += calls;
    },
  };
  return { used, books };
}
const takeAll = async (purse: { take(): Promise<boolean> }, n: number) =>
  (await Promise.all(Array.from({ length: n }, () => purse.take()))).filter((taken) => taken).length;

describe('a purse', () => {
  test('books some at a time, and one booking serves everybody who waits', async () => {
    const { used, books } = booksOf(1_000);
    const purse = createPurse(books, 10);
    expect(await takeAll(purse, 25)).toBe(25);
    expect(used.bookings).toEqual([10, 10, 10]);
    expect(used.mostAtOnce).toBe(1);
  });
  test('gives leave for no more than was granted, and asks again once there may be more', async () => {
    const { used, books } = booksOf(7);
    const purse = createPurse(books, 5);
    expect(await takeAll(purse, 20)).toBe(7);
    expect(await purse.take()).toBe(false);
    used.left = 1;
    expect(await purse.take()).toBe(true);
    expect(await purse.take()).toBe(false);
  });
  test('has nothing booked before somebody takes, and gives nothing back then', async () => {
    const { used, books } = booksOf(10);
    await createPurse(books, 5).close();
    expect(used).toMatchObject({ bookings: [], givenBack: 0 });
  });
  test('gives back what was not used, once', async () => {
    const { used, books } = booksOf(100);
    const purse = createPurse(books, 16);
    await takeAll(purse, 3);
    await purse.close();
    await purse.close();
    expect(used).toMatchObject({ givenBack: 13, left: 97 });
  });
  test('hands a call that was put back to the next, with no new booking', async () => {
    const { used, books } = booksOf(1);
    const purse = createPurse(books, 4);
    expect(await takeAll(purse, 2)).toBe(1);
    purse.putBack();
    const before = used.bookings.length;
    expect(await purse.take()).toBe(true);
    expect(used.bookings).toHaveLength(before);
  });
  test('gives a call put back while an empty booking is under way to whoever waits for it', async () => {
    let answer: () => void = () => undefined;
    const { books } = booksOf(0, () => new Promise((resolve) => (answer = resolve)));
    const purse = createPurse(books, 4);
    const waiting = purse.take();
    purse.putBack();
    answer();
    expect(await waiting).toBe(true);
  });
  test('passes a failure of the books on to everybody who waits, and gives leave to none', async () => {
    const purse = createPurse({ book: () => Promise.reject(new Error('no database')), giveBack: async () => undefined }, 4);
    const asked = await Promise.allSettled([purse.take(), purse.take()]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
  test('books again once the books can be reached again', async () => {
    const { books } = booksOf(10);
    let broken = true;
    const purse = createPurse({ ...books, book: (n) => (broken ? Promise.reject(new Error('no database')) : books.book(n)) }, 4);
    await expect(purse.take()).rejects.toThrow('no database');
    broken = false;
    expect(await purse.take()).toBe(true);
  });
});

test('whatever the order of things: calls made = booked less given back, never over budget, one booking at a time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.constantFrom('call', 'not asked'), { maxLength: 40 }),
      async (scheduler, budget, chunk, plans) => {
        const { used, books } = booksOf(budget, () => scheduler.schedule(Promise.resolve()));
        const purse = createPurse(books, chunk);
        let made = 0;
        const workers = plans.map(async (plan) => {
          await scheduler.schedule(Promise.resolve());
          if (!(await purse.take())) return;
          if (plan === 'not asked') purse.putBack();
          else made += 1;
          const booked = used.bookings.reduce((sum, n) => sum + n, 0);
          expect(made).toBeLessThanOrEqual(booked);
        });
        await scheduler.waitFor(Promise.all(workers));
        await purse.close();
        expect(made).toBe(budget - used.left);
        expect(made).toBeLessThanOrEqual(budget);
        expect(used.mostAtOnce).toBeLessThanOrEqual(1);
        const calls = plans.filter((plan) => plan === 'call').length;
        // Nobody who could have called was turned away: with no more workers than calls left, all of them call.
        if (plans.length <= budget) expect(made).toBe(calls);
      },
    ),
    { numRuns: 200 },
  );
});
