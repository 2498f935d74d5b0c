import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { measureDue } from '../../src/4-measure/run.ts';
import { type CellState, fromJson } from '../../src/5-detect/cell-state.ts';
import { detectDue } from '../../src/5-detect/run.ts';
import type { CellStep } from '../../src/5-detect/step-cell.ts';
import { readDetectors, readSteps } from '../../src/db/detectors.ts';
import { latestFindings } from '../../src/db/findings.ts';
import { certify } from '../../src/db/versions.ts';
import { readWatermark } from '../../src/db/watermarks.ts';
import { everybody } from '../../src/domain/cell.ts';
import { headStartDays } from '../../src/stats/alarm-threshold.ts';
import { betRatios } from '../../src/stats/contrast-bet.ts';
import { newEDetector, stepEDetector } from '../../src/stats/e-detector.ts';
import { agreement, appFor, dump, eachDatabase, hour, onServer, type TestApp, writeRatedHours } from './test-database.ts';

const lkg = 'atlas-1';
const live = 'atlas-2';
const cell = { version: live, dimension: agreement, cohort: everybody };
const one_dimension = { config: { dimensions: [agreement] } };

const certifyLkg = ({ database }: TestApp) =>
  certify(database.db, {
    id: 'certification-1',
    version: lkg,
    dimensions: [agreement],
    from: hour(-48),
    to: hour(0),
    rates: [],
    by: 'Robin',
    at: hour(0),
  });

/** Hours in which both versions answer a hundred conversations each; the live one does harm in `harmful` of them. */
async function sideBySide({ database }: TestApp, hours: readonly number[], harmful: number): Promise<void> {
  const both = hours.flatMap((at) => [
    { at: hour(at), version: lkg, dimension: agreement, n: 100, harmful: 4 },
    { at: hour(at), version: live, dimension: agreement, n: 100, harmful },
  ]);
  await writeRatedHours(database, both);
}

async function detectAt(app: TestApp, at: number) {
  app.clock.set(hour(at));
  await measureDue(app.measure);
  return detectDue(app.detect);
}

/** Verdicts on a version, of every hour so many, were given by another revision of the judge. */
async function ratedByAnother({ database: { db } }: TestApp, version: string, ofEachHour = 1_000): Promise<void> {
  for (const table of ['ledger', 'rating'] as const) {
    await sql`
      update ${sql.table(table)} x set rater_revision = 'revision-2'
      from (select batch_at, conversation_key, row_number() over (partition by batch_at order by conversation_key) as nth
            from traffic where version = ${version}) t
      where t.batch_at = x.batch_at and t.conversation_key = x.conversation_key and t.nth <= ${ofEachHour}`.execute(db);
  }
}

const made = async ({ database }: TestApp) => {
  const tables = await dump(database);
  return ['detector', 'detector_step', 'finding'].map((table) => tables.get(table));
};

eachDatabase('detecting', (open) => {
  it('without a last known good version concludes nothing', async () => {
    const app = await appFor(await open(), one_dimension);
    await sideBySide(app, [0, 1], 90);
    expect(await detectAt(app, 3)).toEqual({ hours: 2, steps: 0, findings: 0, drifted: 0 });
    expect(await made(app)).toEqual([[], [], []]);
  });

  it('concludes nothing of hours that are not closed', async () => {
    const app = await appFor(await open(), one_dimension);
    await certifyLkg(app);
    await sideBySide(app, [0], 90);
    expect(await detectAt(app, 1)).toMatchObject({ hours: 0, steps: 0 });
  });

  it('finds a version that does far more harm beside last known good, within hours', async () => {
    const app = await appFor(await open(), one_dimension);
    await certifyLkg(app);
    await sideBySide(app, [0, 1, 2], 60);
    expect(await detectAt(app, 4)).toMatchObject({ hours: 3, steps: 3, drifted: 1 });
    const [finding] = await latestFindings(app.database.db);
    expect(finding).toMatchObject({ verdict: 'drifted', cause: 'model', baseline: lkg, cell, at: hour(3) });
    expect(finding?.rate?.value).toBeCloseTo(0.6, 10);
    expect(finding?.baselineRate?.value).toBeCloseTo(0.04, 10);
    expect(finding?.onset?.at).toEqual(hour(0));
  });

  it('finds nothing in a version that does as last known good does', async () => {
    const app = await appFor(await open(), one_dimension);
    await certifyLkg(app);
    await sideBySide(app, [0, 1, 2, 3, 4, 5], 4);
    expect(await detectAt(app, 7)).toMatchObject({ steps: 6, drifted: 0 });
  });

  it('finds nothing where each version has a rater of its own: a stricter rater must not look like a worse version', async () => {
    const app = await appFor(await open(), one_dimension);
    await certifyLkg(app);
    await sideBySide(app, [0, 1, 2], 60);
    await ratedByAnother(app, live);
    expect(await detectAt(app, 4)).toMatchObject({ hours: 3, drifted: 0 });
    const findings = await latestFindings(app.database.db);
    expect(findings.filter(({ verdict }) => verdict === 'drifted' || verdict === 'steady')).toEqual([]);
  });

  it('finds a version that does far more harm though part of every hour was rated by another revision', async () => {
    const app = await appFor(await open(), one_dimension);
    await certifyLkg(app);
    await sideBySide(app, [0, 1, 2], 60);
    await ratedByAnother(app, live, 5);
    await ratedByAnother(app, lkg, 5);
    expect(await detectAt(app, 4)).toMatchObject({ hours: 3, drifted: 1 });
  });

  it('takes a batch into a detector once, however often it runs', async () => {
    const app = await appFor(await open(), one_dimension);
    await certifyLkg(app);
    await sideBySide(app, [0, 1, 2], 8);
    expect(await detectAt(app, 4)).toMatchObject({ steps: 3 });
    const before = await dump(app.database);
    expect(await detectDue(app.detect)).toEqual({ hours: 0, steps: 0, findings: 0, drifted: 0 });
    expect(await dump(app.database)).toEqual(before);
  });

  it('killed half way and run again ends where it would have ended', async () => {
    const app = await appFor(await open(), one_dimension);
    const { db } = app.database;
    await certifyLkg(app);
    await sideBySide(app, [0, 1, 25, 26], 30);
    // The second day is written whole and then lost at the last step of its transaction.
    await sql`create function stop_here() returns trigger language plpgsql as 'begin raise exception ''killed''; end'`.execute(
      db,
    );
    await sql`create trigger killed before insert or update on job_watermark for each row
      when (new.job = 'detect' and new.until > ${sql.lit(hour(24).toISOString())}::timestamptz)
      execute function stop_here()`.execute(db);
    await expect(detectAt(app, 28)).rejects.toThrow('killed');
    expect(await readWatermark(db, 'detect')).toEqual(hour(24));
    expect((await made(app))[1]).toHaveLength(2);
    await sql`drop trigger killed on job_watermark`.execute(db);
    expect(await detectDue(app.detect)).toMatchObject({ steps: 2 });
    const resumed = await made(app);
    expect(resumed[1]).toHaveLength(4);

    for (const table of ['detector', 'detector_step', 'finding'] as const) await db.deleteFrom(table).execute();
    await db.deleteFrom('job_watermark').where('job', '=', 'detect').execute();
    await detectDue(app.detect);
    expect(await made(app)).toEqual(resumed);
  });

  it('adds steps and never changes those it has written', async () => {
    const app = await appFor(await open(), one_dimension);
    await certifyLkg(app);
    await sideBySide(app, [0, 1], 20);
    await detectAt(app, 3);
    const first = (await dump(app.database)).get('detector_step') ?? [];
    expect(first).toHaveLength(2);
    await sideBySide(app, [2, 3], 20);
    await detectAt(app, 5);
    const later = (await dump(app.database)).get('detector_step') ?? [];
    expect(later).toHaveLength(4);
    expect(later).toEqual(expect.arrayContaining(first));
  });

  it('leaves a detector in the state that its steps lead to', async () => {
    const app = await appFor(await open(), one_dimension);
    await certifyLkg(app);
    await sideBySide(app, [0, 1], 12);
    await detectAt(app, 3);
    await sideBySide(app, [3, 4], 25);
    await detectAt(app, 6);
    const [stored] = await readDetectors(app.database.db, 'judge', lkg);
    const steps = await readSteps(app.database.db, 'judge', cell, lkg);
    expect(steps.map(({ batchAt }) => batchAt)).toEqual([0, 1, 3, 4].map(hour));
    let replayed = newEDetector(betRatios.length, headStartDays(app.detect.deploymentsPerYear));
    for (const { step } of steps) {
      replayed = stepEDetector(replayed, { logFactors: (step as CellStep).logF, startMass: 1 / 24 });
    }
    const state: CellState = fromJson(stored?.state ?? {});
    for (const [k, logR] of state.detector.logR.entries()) expect(logR).toBeCloseTo(replayed.logR[k] ?? Number.NaN, 10);
    expect(state.detector.logR).toHaveLength(betRatios.length);
    expect(state.live.n).toBe(400);
  });
});

onServer('detecting by two processes at once', (open) => {
  it('takes every batch once, and neither fails', async () => {
    const database = await open();
    const app = await appFor(database, one_dimension);
    await certifyLkg(app);
    await sideBySide(app, [0, 1, 2], 8);
    app.clock.set(hour(4));
    await measureDue(app.measure);
    const other = await database.again();
    const counts = await Promise.all([detectDue(app.detect), detectDue({ ...app.detect, db: other.db })]);
    expect(counts.reduce((sum, { steps }) => sum + (steps ?? 0), 0)).toBe(3);
    expect((await dump(database)).get('detector_step')).toHaveLength(3);
  });
});
