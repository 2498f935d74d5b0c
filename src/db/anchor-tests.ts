import { sql } from 'kysely';
import type { Db } from './database.ts';

/** The test of one rater revision on one dimension for drift in one direction. */
export type StoredAnchorTest = {
  readonly dimension: string;
  readonly rater: string;
  readonly direction: 'harm' | 'harmless';
  readonly revision: string;
  readonly state: object;
  /** The last day that has entered it, `YYYY-MM-DD`: a day enters once. */
  readonly lastDay: string;
  readonly latchedAt: Date | null;
};

/** Every test there is. `lock` holds the rows to the end of the caller's transaction. */
export async function readAnchorTests(db: Db, lock = false): Promise<StoredAnchorTest[]> {
  const query = db
    .selectFrom('anchor_test')
    .select(['dimension', 'rater', 'direction', 'revision', 'state', 'latched_at'])
    .select(sql<string>`last_day::text`.as('date'))
    .orderBy('dimension')
    .orderBy('revision')
    .orderBy('direction');
  const rows = await (lock ? query.forUpdate() : query).execute();
  return rows.map(({ date, latched_at, direction, ...row }) => ({
    ...row,
    direction: direction as StoredAnchorTest['direction'],
    lastDay: date,
    latchedAt: latched_at,
  }));
}

/** Begins tests; one that is there stays as it is. */
export async function addAnchorTests(db: Db, tests: readonly StoredAnchorTest[]): Promise<void> {
  if (tests.length === 0) return;
  await db
    .insertInto('anchor_test')
    .values(tests.map(toRow))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Puts a test's new state in place of the one read with `lock` in the same transaction. */
export async function saveAnchorTest(trx: Db, test: StoredAnchorTest): Promise<void> {
  const { state, last_day, latched_at } = toRow(test);
  await trx
    .updateTable('anchor_test')
    .set({ state, last_day, latched_at })
    .where('dimension', '=', test.dimension)
    .where('rater', '=', test.rater)
    .where('direction', '=', test.direction)
    .where('revision', '=', test.revision)
    .execute();
}

function toRow({ state, lastDay, latchedAt, ...test }: StoredAnchorTest) {
  return { ...test, state: JSON.stringify(state), last_day: lastDay, latched_at: latchedAt };
}
