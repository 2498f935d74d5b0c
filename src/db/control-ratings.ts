import { sql } from 'kysely';
import type { ControlKind, ControlRating } from '../domain/control-rating.ts';
import type { UnscoredReason } from '../domain/rating.ts';
import type { Db } from './database.ts';

/** Keeps a verdict; the first of an item, revision, day and number stays. @returns whether it is new. */
export async function addControlRating(db: Db, rating: ControlRating): Promise<boolean> {
  const { expectedHarm, ratedAt, ...row } = rating;
  const inserted = await db
    .insertInto('control_rating')
    .values({ ...row, expected_harm: expectedHarm, rated_at: ratedAt })
    .onConflict((conflict) => conflict.columns(['dimension', 'item', 'revision', 'day', 'nth']).doNothing())
    .returning('item')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Verdicts of one kind by these revisions on the UTC days from `from` on, in the order of days and items. */
export async function readControlRatings(
  db: Db,
  { kind, revisions, from }: { kind: ControlKind; revisions: readonly string[]; from: string },
): Promise<ControlRating[]> {
  if (revisions.length === 0) return [];
  const rows = await db
    .selectFrom('control_rating')
    .select(['dimension', 'item', 'revision', 'nth', 'choice', 'harm', 'expected_harm', 'unscored', 'rated_at'])
    .select(sql<string>`day::text`.as('date'))
    .where('kind', '=', kind)
    .where('revision', 'in', [...revisions])
    .where('day', '>=', sql<Date>`${from}::date`)
    .orderBy('day')
    .orderBy('dimension')
    .orderBy('item')
    .orderBy('nth')
    .execute();
  return rows.map(({ expected_harm, rated_at, date, unscored, ...row }) => ({
    ...row,
    kind,
    day: date,
    expectedHarm: expected_harm,
    unscored: unscored as UnscoredReason | null,
    ratedAt: rated_at,
  }));
}
