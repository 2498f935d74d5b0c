import { sql } from 'kysely';
import type { Alert } from '../domain/alert.ts';
import type { Finding } from '../domain/finding.ts';
import type { Db } from './database.ts';
import { cellColumns, toCell } from './detectors.ts';

/** Append-only. A second writer of the same finding changes nothing. */
export async function appendFindings(db: Db, findings: readonly Finding[]): Promise<void> {
  for (let start = 0; start < findings.length; start += 500) {
    await db
      .insertInto('finding')
      .values(
        findings.slice(start, start + 500).map(({ cell, baseline, at, verdict, cause, ...body }) => ({
          ...cellColumns(cell, baseline),
          at,
          verdict,
          cause,
          body: JSON.stringify(body),
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** The newest finding of every cell, at or before `until` when given. */
export async function latestFindings(db: Db, until: Date | null = null): Promise<Finding[]> {
  const rows = await db
    .selectFrom('finding')
    .selectAll()
    .distinctOn(['version', 'baseline', 'dimension', 'facet', 'value'])
    .where((w) => (until === null ? w.lit(true) : w('at', '<=', until)))
    .orderBy('version')
    .orderBy('baseline')
    .orderBy('dimension')
    .orderBy('facet')
    .orderBy('value')
    .orderBy('at', 'desc')
    .execute();
  return rows.map(fromRow);
}

/** Drifted findings after a time, oldest first: what responding works off. */
export async function driftedSince(db: Db, since: Date | null): Promise<Finding[]> {
  const rows = await db
    .selectFrom('finding')
    .selectAll()
    .where('verdict', '=', 'drifted')
    .where((w) => (since === null ? w.lit(true) : w('at', '>', since)))
    .orderBy('at')
    .orderBy(sql`(body->>'eValue')::float8 / (body->>'threshold')::float8`, 'desc')
    .execute();
  return rows.map(fromRow);
}

/** The drifted finding that an alert was raised for, or null once it is gone. */
export async function findingBehind(db: Db, alert: Alert): Promise<Finding | null> {
  const row = await db
    .selectFrom('finding')
    .selectAll()
    .where((w) =>
      w.and({
        version: alert.version,
        baseline: alert.baseline,
        dimension: alert.dimension,
        facet: alert.cohort.facet,
        value: alert.cohort.value,
        verdict: 'drifted',
      }),
    )
    .where('at', '<=', new Date(alert.fired_at))
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : fromRow(row);
}

type Row = {
  version: string;
  baseline: string;
  dimension: string;
  facet: string;
  value: string;
  at: Date;
  verdict: string;
  cause: string;
  body: object;
};

function fromRow(row: Row): Finding {
  const body = row.body as Omit<Finding, 'cell' | 'baseline' | 'at' | 'verdict' | 'cause'>;
  const onset = body.onset === null ? null : reviveOnset(body.onset);
  return {
    ...body,
    onset,
    cell: toCell(row),
    baseline: row.baseline,
    at: row.at,
    verdict: row.verdict as Finding['verdict'],
    cause: row.cause as Finding['cause'],
  };
}

/** JSON carries times as text. */
function reviveOnset(onset: NonNullable<Finding['onset']>): NonNullable<Finding['onset']> {
  return { at: new Date(onset.at), low: new Date(onset.low), high: new Date(onset.high) };
}
