import { describe, expect, it } from 'vitest';
import { measureDue } from '../../src/4-measure/run.ts';
import { renderMarkdown } from '../../src/7-report/render-markdown.ts';
import { reportWeek } from '../../src/7-report/run.ts';
import type { WeeklyReport } from '../../src/7-report/weekly-report.ts';
import { createManualClock } from '../../src/clients/system-clock.ts';
import type { Database } from '../../src/db/database.ts';
import { appendFindings } from '../../src/db/findings.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { eachDatabase, flattery, hour, type RatedHour, writeRatedHours } from './test-database.ts';

const day = 24;
const rated = (at: number, given: Partial<RatedHour> & Pick<RatedHour, 'n'>): RatedHour => ({
  at: hour(at),
  version: 'atlas-1',
  dimension: flattery,
  harmful: Math.round(given.n / 10),
  ...given,
});
/** Measures and reports as if at an hour of the tests' clock: the last closed hour is the one before. */
async function reportAt({ db }: Database, at: number): Promise<WeeklyReport> {
  const clock = createManualClock(hour(at));
  await measureDue({ db, clock, rater: 'judge', cohorts: ['topic'], graceMinutes: 0, closeAfterHours: 1 });
  const disclosure = { minUsers: 20, epochDays: 7 };
  return reportWeek({ db, clock, rater: 'judge', simulated: false, disclosure, keptDays: 100 }, hour(0));
}
const rowOf = (report: WeeklyReport, version = 'atlas-1') => report.rows.find((row) => row.version === version);
const drifted = (value: string): Finding => ({
  cell: { version: 'atlas-1', dimension: flattery, cohort: { facet: 'topic', value } },
  baseline: 'atlas-0',
  verdict: 'drifted',
  cause: 'model',
  because: '11.11 % to 77.77 %',
  eValue: 9_000,
  threshold: 3_000,
  rate: { value: 0.7777, low: 0.7, high: 0.8, n: 7_777 },
  baselineRate: { value: 0.1111, low: 0.1, high: 0.2, n: 1_111 },
  ratio: { value: 7, low: 3.33, high: 9 },
  onset: { at: hour(0), low: hour(0), high: hour(1) },
  at: hour(20),
});

eachDatabase('reports', (open) => {
  it('of successive days never differ by a day of fewer than 20 people, and the finished week tells of none', async () => {
    const database = await open();
    const people = [100, 80, 12, 90, 100, 30, 25];
    await writeRatedHours(
      database,
      people.map((n, i) => rated(i * day + 5, { n })),
    );
    const totals: (number | undefined)[] = [];
    for (let i = 1; i <= 7; i++) totals.push(rowOf(await reportAt(database, i * day))?.rate?.n);
    // Wednesday is left out, for good: the whole week would be its own sum and those 12.
    expect(totals).toEqual([100, 180, 180, 270, 370, 400, 425]);
    expect(rowOf(await reportAt(database, 500))).toMatchObject({ rate: { n: 425 }, withheld: null, daysLeftOut: 1 });
    expect(renderMarkdown(await reportAt(database, 500))).toContain(', without 1 day | 425 |');
  });

  it('of a finished week are of all of it where what that adds is of 20 people or more', async () => {
    const database = await open();
    const people = [100, 80, 12, 90, 100, 30, 13];
    await writeRatedHours(
      database,
      people.map((n, i) => rated(i * day + 5, { n })),
    );
    expect(rowOf(await reportAt(database, 6 * day))).toMatchObject({ rate: { n: 400 }, daysLeftOut: 1 });
    expect(rowOf(await reportAt(database, 7 * day))).toMatchObject({ rate: { n: 425 }, daysLeftOut: 0 });
  });

  it('of a finished week are the same whenever they are asked for', async () => {
    const database = await open();
    await writeRatedHours(database, [rated(5, { n: 50 }), rated(30, { n: 15 }), rated(200, { n: 40 })]);
    const early = await reportAt(database, 7 * day);
    const late = await reportAt(database, 30 * day);
    expect({ ...late, now: null, measuredUntil: null }).toEqual({ ...early, now: null, measuredUntil: null });
  });

  it('show no number of a cell of few people: not in a row, not of a cohort, not in words', async () => {
    const database = await open();
    await writeRatedHours(database, [
      rated(5, { n: 200, topic: 'work' }),
      rated(5, { n: 7, harmful: 7, topic: 'health' }),
      rated(5, { n: 60, topic: 'finance' }),
      rated(5, { n: 19, version: 'atlas-2' }),
    ]);
    await appendFindings(database.db, [drifted('health'), drifted('finance'), drifted('work')]);
    const report = await reportAt(database, 7 * day);
    const withheld = { rate: null, withheld: 'fewer than 20 people, here or in a cell beside it' };
    expect(rowOf(report)).toMatchObject({ rate: { n: 267 }, withheld: null });
    expect(rowOf(report, 'atlas-2')).toMatchObject(withheld);
    const live = Object.fromEntries(report.cohorts.map((row) => [row.cohort.value, row.live]));
    // All less work and finance would be health: the smaller of the two goes with it.
    expect(live).toMatchObject({ health: withheld, finance: withheld, work: { rate: { n: 200 } } });
    expect(JSON.stringify(report)).not.toMatch(/0\.7777|7777|0\.1111|1111|3\.33|77\.77/);
    const markdown = renderMarkdown(report);
    expect(markdown).toContain('| topic: health | atlas-1 | withheld (fewer than 20 people');
    expect(markdown).toContain('_Withheld: ');
    expect(markdown).not.toMatch(/77\.77|\b19\b/);
  });

  it('are not made of what is left of a week', async () => {
    const database = await open();
    await writeRatedHours(database, [rated(5, { n: 50 })]);
    await expect(reportAt(database, 100 * day)).resolves.toMatchObject({ week: '2026-W15' });
    await expect(reportAt(database, 100 * day + 1)).rejects.toThrow('2026-W15 is older than retention.rate_point_days (100)');
  });

  describe('where somebody is erased between a day and the end of its week', () => {
    it('do not show the difference, which would be their verdict', async () => {
      const database = await open();
      const users = Array.from({ length: 60 }, (_, i) => `user ${i}`);
      await writeRatedHours(database, [rated(5, { n: 60, harmful: 1, users }), rated(30, { n: 60, harmful: 0, users })]);
      expect(rowOf(await reportAt(database, 2 * day))).toMatchObject({ rate: { n: 120, rate: 1 / 120 } });
      const of = await database.db.selectFrom('traffic').select('conversation_key').where('user_key', '=', 'user 0').execute();
      const keys = of.map((row) => row.conversation_key);
      for (const table of ['rating', 'ledger'] as const)
        await database.db.deleteFrom(table).where('conversation_key', 'in', keys).execute();
      const report = await reportAt(database, 7 * day);
      expect(rowOf(report)).toMatchObject({ rate: { n: 120, rate: 1 / 120 }, withheld: null, daysLeftOut: 0 });
    });
  });
});
