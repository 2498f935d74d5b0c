import type { KnownRater } from '../domain/known-rater.ts';
import type { RaterKind } from '../domain/rating.ts';
import type { Db } from './database.ts';

/** Every rater there ever was, in the order in which they took up their work. */
export async function readRaters(db: Db): Promise<KnownRater[]> {
  const rows = await db.selectFrom('rater_revision').selectAll().orderBy('first_used_at').orderBy('revision').execute();
  return rows.map((row) => ({
    revision: row.revision,
    dimension: row.dimension,
    rater: row.rater as RaterKind,
    rubricVersion: row.rubric_version,
    model: row.model,
    parameters: row.parameters as Readonly<Record<string, unknown>>,
    firstUsedAt: row.first_used_at,
    lastUsedAt: row.last_used_at,
  }));
}

/** Notes who is at work now. Safe to repeat; a rater that comes back keeps its first day. */
export async function noteRaters(
  db: Db,
  raters: readonly Omit<KnownRater, 'firstUsedAt' | 'lastUsedAt'>[],
  now: Date,
): Promise<void> {
  if (raters.length === 0) return;
  await db
    .insertInto('rater_revision')
    .values(
      raters.map((each) => ({
        revision: each.revision,
        dimension: each.dimension,
        rater: each.rater,
        rubric_version: each.rubricVersion,
        model: each.model,
        parameters: JSON.stringify(each.parameters),
        first_used_at: now,
        last_used_at: now,
      })),
    )
    .onConflict((conflict) => conflict.column('revision').doUpdateSet({ last_used_at: now }))
    .execute();
}
