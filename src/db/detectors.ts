import { sql } from 'kysely';
import type { Cell } from '../domain/cell.ts';
import { DimensionId } from '../domain/dimension.ts';
import type { RaterKind } from '../domain/rating.ts';
import type { Db } from './database.ts';
import { insertMany } from './insert-many.ts';

export type StoredDetector = {
  readonly cell: Cell;
  readonly baseline: string;
  readonly startedAt: Date;
  readonly lastBatchAt: Date;
  readonly state: object;
  readonly latchedAt: Date | null;
};

export type StoredStep = { readonly cell: Cell; readonly baseline: string; readonly batchAt: Date; readonly step: object };

/** Every detector against one baseline. */
export async function readDetectors(db: Db, rater: RaterKind, baseline: string): Promise<StoredDetector[]> {
  const rows = await db.selectFrom('detector').selectAll().where('rater', '=', rater).where('baseline', '=', baseline).execute();
  return rows.map((row) => ({
    cell: toCell(row),
    baseline: row.baseline,
    startedAt: row.started_at,
    lastBatchAt: row.last_batch_at,
    state: row.state,
    latchedAt: row.latched_at,
  }));
}

export async function writeDetectors(db: Db, rater: RaterKind, detectors: readonly StoredDetector[]): Promise<void> {
  for (let start = 0; start < detectors.length; start += 500) {
    await db
      .insertInto('detector')
      .values(
        detectors.slice(start, start + 500).map((detector) => ({
          ...cellColumns(detector.cell, detector.baseline),
          rater,
          started_at: detector.startedAt,
          last_batch_at: detector.lastBatchAt,
          state: JSON.stringify(detector.state),
          latched_at: detector.latchedAt,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['version', 'baseline', 'dimension', 'facet', 'value', 'rater']).doUpdateSet((eb) => ({
          last_batch_at: eb.ref('excluded.last_batch_at'),
          state: eb.ref('excluded.state'),
          latched_at: eb.ref('excluded.latched_at'),
        })),
      )
      .execute();
  }
}

/** Append-only: what happened in a batch is written once. */
export async function appendSteps(db: Db, rater: RaterKind, steps: readonly StoredStep[]): Promise<void> {
  const columns = {
    version: 'text',
    baseline: 'text',
    dimension: 'text',
    facet: 'text',
    value: 'text',
    rater: 'text',
    batch_at: 'timestamptz',
    step: 'jsonb',
  } as const;
  await insertMany(
    db,
    'detector_step',
    columns,
    steps.map(({ cell, baseline, batchAt, step }) => ({ ...cellColumns(cell, baseline), rater, batch_at: batchAt, step })),
  );
}

/** A cell's history in time order. */
export async function readSteps(
  db: Db,
  rater: RaterKind,
  cell: Cell,
  baseline: string,
): Promise<{ batchAt: Date; step: object }[]> {
  const rows = await db
    .selectFrom('detector_step')
    .select(['batch_at', 'step'])
    .where('rater', '=', rater)
    .where((w) => w.and(cellColumns(cell, baseline)))
    .orderBy('batch_at')
    .execute();
  return rows.map((row) => ({ batchAt: row.batch_at, step: row.step }));
}

/**
 * After an alarm is resolved its detectors begin again from nothing (no head start: that was spent), so that the yearly
 * number of false alarms stays within its budget.
 */
export async function restartDetectors(
  db: Db,
  version: string,
  baseline: string,
  dimension: string,
  nBets: number,
): Promise<void> {
  const empty = JSON.stringify({ logR: new Array(nBets).fill(null) });
  await db
    .updateTable('detector')
    .set({ latched_at: null, state: sql`jsonb_set(jsonb_set(state, '{detector}', ${empty}::jsonb), '{peakLogValue}', 'null')` })
    .where('version', '=', version)
    .where('baseline', '=', baseline)
    .where('dimension', '=', dimension)
    .execute();
}

export function cellColumns(cell: Cell, baseline: string) {
  return { version: cell.version, baseline, dimension: cell.dimension, facet: cell.cohort.facet, value: cell.cohort.value };
}

export function toCell(row: { version: string; dimension: string; facet: string; value: string }): Cell {
  return {
    version: row.version,
    dimension: DimensionId.parse(row.dimension),
    cohort: { facet: row.facet, value: row.value },
  };
}
