import type { RaterFinding } from '../domain/rater-finding.ts';
import type { Db } from './database.ts';

/** Writes findings down, each once. @returns how many were new. */
export async function noteRaterFindings(db: Db, findings: readonly RaterFinding[]): Promise<number> {
  if (findings.length === 0) return 0;
  const rows = await db
    .insertInto('rater_finding')
    .values(findings.map((finding) => ({ ...finding, body: JSON.stringify(finding.body) })))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .execute();
  return rows.length;
}

/** Findings about raters since a time, the newest first. */
export async function readRaterFindings(db: Db, since: Date): Promise<RaterFinding[]> {
  const rows = await db
    .selectFrom('rater_finding')
    .selectAll()
    .where('at', '>=', since)
    .orderBy('at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, kind: row.kind as RaterFinding['kind'], body: row.body as RaterFinding['body'] }));
}
