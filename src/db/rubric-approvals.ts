import { sql } from 'kysely';
import type { Approval } from '../domain/approval.ts';
import type { Db } from './database.ts';

/**
 * Notes a person's approval. Safe to repeat: the same person on the same words changes nothing, whatever the role.
 * @returns false where they had approved these words before.
 */
export async function addApproval(db: Db, approval: Approval): Promise<boolean> {
  const { dimension, version, contentHash, person, role, at } = approval;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('rubric_approval')
    .values({ dimension, version, content_hash: contentHash, person, role, approved_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Every approval ever given, oldest first; those of one dimension where it is named. */
export async function listApprovals(db: Db, dimension?: string): Promise<Approval[]> {
  let query = db.selectFrom('rubric_approval').selectAll().orderBy('approved_at').orderBy('person');
  if (dimension !== undefined) query = query.where('dimension', '=', dimension);
  return (await query.execute()).map((row) => ({
    dimension: row.dimension,
    version: row.version,
    contentHash: row.content_hash,
    person: row.person,
    role: row.role,
    at: row.approved_at,
  }));
}

/** When a version of a rubric was rated with, by whatever rater. */
export type RubricUse = { readonly version: number; readonly from: Date; readonly to: Date; readonly nRevisions: number };

/** The versions of a dimension's rubric that have rated, oldest first. */
export async function listRubricUses(db: Db, dimension: string): Promise<RubricUse[]> {
  const rows = await db
    .selectFrom('rater_revision')
    .select((eb) => [
      'rubric_version as version',
      eb.fn.min('first_used_at').as('from'),
      eb.fn.max('last_used_at').as('to'),
      sql<number>`count(*)::int`.as('nRevisions'),
    ])
    .where('dimension', '=', dimension)
    .groupBy('rubric_version')
    .orderBy('rubric_version')
    .execute();
  return rows;
}
