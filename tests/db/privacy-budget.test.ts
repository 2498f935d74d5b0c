import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PrivateWeek } from '../../src/7-report/private-week.ts';
import { type PrivateReportDeps, releasePrivateWeek } from '../../src/7-report/run-private.ts';
import { createManualClock } from '../../src/clients/system-clock.ts';
import { createAuditLog } from '../../src/db/audit-log.ts';
import type { Database } from '../../src/db/database.ts';
import { countPeopleBehind, countUsersOnce } from '../../src/db/user-counts.ts';
import { writeWatermark } from '../../src/db/watermarks.ts';
import { StateError } from '../../src/domain/errors.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { agreement, eachDatabase, flattery, hour, onServer, type RatedHour, writeRatedHours } from './test-database.ts';

const week = 168;
const dimensions = [agreement, flattery];
const rated = (given: Partial<RatedHour> = {}): RatedHour => ({
  at: hour(0),
  version: 'atlas-1',
  dimension: flattery,
  n: 300,
  harmful: 30,
  ...given,
});
const depsOf = ({ db }: Database, now: Date, over: Partial<PrivateReportDeps> = {}): PrivateReportDeps => ({
  db,
  clock: createManualClock(now),
  audit: createAuditLog(Buffer.alloc(32, 1)),
  rater: 'judge',
  simulated: false,
  dimensions,
  epochDays: 7,
  verdictDays: 120,
  epsilonPerReport: 1,
  epsilonPerYear: 2,
  random: (n) => randomInt(n),
  ...over,
});
/** Weeks of 300 users each, all closed. */
async function closedWeeks(database: Database, n: number): Promise<void> {
  await writeRatedHours(
    database,
    Array.from({ length: n }, (_, i) => rated({ at: hour(i * week) })),
  );
  await writeWatermark(database.db, 'measure', hour(n * week));
}
const releases = ({ db }: Database) => db.selectFrom('privacy_release').selectAll().orderBy('id').execute();
const why = (promise: Promise<unknown>) =>
  promise.then(
    () => 'released',
    (error: unknown) => (error instanceof StateError ? error.message : error),
  );

eachDatabase('a private report', (open) => {
  it('is released once: again it is what it was, whoever asks whenever, and costs nothing', async () => {
    const database = await open();
    await closedWeeks(database, 1);
    const first = await releasePrivateWeek(depsOf(database, hour(170)), hour(0), 'Robin');
    expect(first).toMatchObject({ week: '2026-W15', epsilon: 1, releasedBy: 'Robin', releasedAt: hour(170).toISOString() });
    expect(first.rows.map((row) => `${row.version} ${row.dimension}`)).toEqual(dimensions.map((each) => `atlas-1 ${each}`));
    await database.db.deleteFrom('rating').execute();
    const later = depsOf(database, hour(9_000), { epsilonPerReport: 2, epochDays: 1 });
    expect(JSON.stringify(await releasePrivateWeek(later, hour(0), 'Kim'))).toBe(JSON.stringify(first));
    expect(await releases(database)).toMatchObject([
      { id: 'weekly 2026-W15', report: '2026-W15', epsilon: 1, who: 'Robin', released_at: hour(170), body: first },
    ]);
    const events = await database.db.selectFrom('event').selectAll().execute();
    expect(events).toMatchObject([{ kind: 'release private report', who: 'Robin', subject: '2026-W15', detail: { epsilon: 1 } }]);
  });

  it('is near what was counted', async () => {
    const database = await open();
    await closedWeeks(database, 1);
    const { rows, noiseSd } = await releasePrivateWeek(depsOf(database, hour(170)), hour(0), 'Robin');
    const row = rows.find((each) => each.dimension === flattery)!;
    // Ten standard deviations of this noise are passed once in a million draws.
    expect(Math.abs(row.ratedUsers - 300)).toBeLessThan(10 * noiseSd);
    expect(Math.abs(row.harmedUsers - 30)).toBeLessThan(10 * noiseSd);
    expect(Math.abs(rows[0]!.ratedUsers)).toBeLessThan(10 * noiseSd);
  });

  it('over budget is refused, with what is left and when it frees up, and nothing is written', async () => {
    const database = await open();
    await closedWeeks(database, 4);
    const at = hour(4 * week + 2);
    await releasePrivateWeek(depsOf(database, hour(week + 2)), hour(0), 'Robin');
    await releasePrivateWeek(depsOf(database, at, { epsilonPerReport: 0.75 }), hour(week), 'Robin');
    expect(await why(releasePrivateWeek(depsOf(database, at), hour(2 * week), 'Robin'))).toBe(
      `The privacy budget of 2 in 365 days has 0.25 left and 2026-W17 needs 1: it will from ${hour(week + 2 + 365 * 24).toISOString()}.`,
    );
    expect(await why(releasePrivateWeek(depsOf(database, at, { epsilonPerReport: 3 }), hour(2 * week), 'Robin'))).toContain(
      'it never will with this configuration',
    );
    expect((await releases(database)).map(({ report }) => report)).toEqual(['2026-W15', '2026-W16']);
    expect(await why(releasePrivateWeek(depsOf(database, at, { epsilonPerReport: 0.25 }), hour(2 * week), 'Robin'))).toBe(
      'released',
    );
  });

  it('fits the budget again after a year', async () => {
    const database = await open();
    await closedWeeks(database, 2);
    const once = { epsilonPerYear: 1, verdictDays: 1_000 };
    await releasePrivateWeek(depsOf(database, hour(400), once), hour(0), 'Robin');
    const nextYear = (hours: number) => depsOf(database, hour(400 + 365 * 24 + hours), once);
    expect(await why(releasePrivateWeek(nextYear(-1), hour(week), 'Robin'))).toContain('has 0 left');
    expect(await why(releasePrivateWeek(nextYear(0), hour(week), 'Robin'))).toBe('released');
  });

  it.each<[string, number, Partial<PrivateReportDeps>, string]>([
    ['a week that has not closed', 1, {}, '2026-W16 has not closed yet'],
    [
      'a week whose verdicts are gone',
      2,
      { clock: createManualClock(hour(week + 121 * 24)) },
      'older than retention.verdict_days (120)',
    ],
    ['pseudonyms that change within a week', 2, { epochDays: 3 }, 'sampling.epoch_days is 3'],
  ])('is refused for %s', async (_why, weeks, over, message) => {
    const database = await open();
    await closedWeeks(database, weeks);
    expect(await why(releasePrivateWeek(depsOf(database, hour(2 * week + 2), over), hour(week), 'Robin'))).toContain(message);
    expect(await releases(database)).toEqual([]);
  });

  it('is not spent on where it could not be written down', async () => {
    const database = await open();
    await closedWeeks(database, 1);
    const broken = depsOf(database, hour(170), {
      audit: { ...depsOf(database, hour(0)).audit, append: () => Promise.reject(new Error('disk')) },
    });
    await expect(releasePrivateWeek(broken, hour(0), 'Robin')).rejects.toThrow('disk');
    expect(await releases(database)).toEqual([]);
  });
});

eachDatabase('counting each user once', (open) => {
  it('counts a user under the version they had most rated conversations with, the first by name of equals', async () => {
    const database = await open();
    await writeRatedHours(database, [
      rated({ n: 2, harmful: 2, users: ['ann', 'bob'] }),
      rated({ version: 'atlas-2', n: 4, harmful: 0, users: ['ann', 'ann', 'bob', 'cas'] }),
      // Without a verdict, of another week, of another rater: no part of it.
      rated({ n: 1, harmful: 1, users: ['dan'], state: 'refused' }),
      rated({ n: 1, harmful: 1, users: ['eve'], at: hour(week) }),
    ]);
    expect(await countUsersOnce(database.db, 'judge', hour(0), hour(week))).toEqual([
      { version: 'atlas-1', dimension: flattery, rated: 1, harmed: 1 },
      { version: 'atlas-2', dimension: flattery, rated: 2, harmed: 0 },
    ]);
    expect(await countUsersOnce(database.db, 'screen', hour(0), hour(week))).toEqual([]);
  });

  it('one user more changes all counts together by at most twice the dimensions, whatever they said', async () => {
    const database = await open();
    const said = fc.record({
      version: fc.constantFrom('atlas-1', 'atlas-2', 'atlas-3'),
      dimension: fc.constantFrom(...dimensions),
      harmful: fc.nat({ max: 1 }),
      at: fc.nat({ max: week - 1 }),
    });
    let user = 0;
    const add = async (all: { version: string; dimension: string; harmful: number; at: number }[], name: string) =>
      writeRatedHours(
        database,
        all.map((one) => rated({ ...one, at: hour(one.at), n: 1, users: [name] })),
      );
    const total = async () => {
      const counts = await countUsersOnce(database.db, 'judge', hour(0), hour(week));
      return new Map(
        counts.flatMap(({ version, dimension, rated, harmed }) => [
          [`${version} ${dimension} rated`, rated] as const,
          [`${version} ${dimension} harmed`, harmed] as const,
        ]),
      );
    };
    let before = await total();
    await fc.assert(
      fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 12 }), async (all) => {
        user += 1;
        await add(all, `user ${user}`);
        const after = await total();
        const change = [...after].reduce((sum, [key, n]) => sum + Math.abs(n - (before.get(key) ?? 0)), 0);
        expect(change).toBeGreaterThanOrEqual(1);
        expect(change).toBeLessThanOrEqual(2 * dimensions.length);
        before = after;
      }),
      { numRuns: 25, seed: 1, endOnFailure: true },
    );
  });
});

eachDatabase('counting the people behind a finding', (open) => {
  const finding = (given: Partial<Finding> = {}): Pick<Finding, 'cell' | 'baseline' | 'at'> => ({
    cell: { version: 'atlas-2', dimension: flattery, cohort: { facet: 'topic', value: 'health' } },
    baseline: 'atlas-1',
    at: hour(240),
    ...given,
  });
  const startDetector = ({ db }: Database, { cell, baseline }: Pick<Finding, 'cell' | 'baseline'>, startedAt: Date) =>
    db
      .insertInto('detector')
      .values({
        version: cell.version,
        baseline,
        dimension: cell.dimension,
        facet: cell.cohort.facet,
        value: cell.cohort.value,
        rater: 'judge',
        started_at: startedAt,
        last_batch_at: startedAt,
        state: '{}',
        latched_at: null,
      })
      .execute();

  it('counts different people of each version, in the cohort and outside it, while the detector ran', async () => {
    const database = await open();
    await startDetector(database, finding(), hour(1));
    await writeRatedHours(database, [
      rated({ version: 'atlas-2', topic: 'health', n: 3, users: ['before', 'it', 'began'] }),
      rated({ version: 'atlas-2', topic: 'health', at: hour(1), n: 3, users: ['ann', 'ann', 'bob'] }),
      rated({ version: 'atlas-2', topic: 'work', at: hour(30), n: 4, users: ['ann', 'cas', 'dan', 'eve'] }),
      rated({ version: 'atlas-2', topic: 'health', at: hour(50), n: 1, users: ['refused'], state: 'refused' }),
      rated({ version: 'atlas-2', topic: 'health', at: hour(50), n: 1, users: ['other dimension'], dimension: agreement }),
      rated({ version: 'atlas-3', topic: 'health', at: hour(50), n: 1, users: ['other version'] }),
      rated({ topic: 'health', at: hour(2), n: 1, users: ['bob'] }),
      rated({ topic: 'health', at: hour(241), n: 5 }),
    ]);
    expect(await countPeopleBehind(database.db, 'judge', finding(), 7)).toEqual({
      live: { inside: 2, outside: 4 },
      baseline: { inside: 1, outside: 0 },
    });
  });

  it('never counts a person twice: pseudonyms change, so the fullest week stands for all, or the fullest day', async () => {
    const database = await open();
    const everybody = finding({ cell: { ...finding().cell, cohort: { facet: 'all', value: 'all' } } });
    await startDetector(database, everybody, hour(0));
    const of = (at: number, n: number) => rated({ version: 'atlas-2', at: hour(at), n });
    await writeRatedHours(database, [of(0, 10), of(25, 11), of(week, 15), of(week + 1, 3)]);
    const live = async (epochDays: number) => (await countPeopleBehind(database.db, 'judge', everybody, epochDays)).live;
    expect(await live(7)).toEqual({ inside: 21, outside: 0 });
    expect(await live(14)).toEqual({ inside: 21, outside: 0 });
    expect(await live(3)).toEqual({ inside: 18, outside: 0 });
  });

  it('counts nobody where there is no detector', async () => {
    const database = await open();
    await writeRatedHours(database, [rated()]);
    const nobody = { inside: 0, outside: 0 };
    expect(await countPeopleBehind(database.db, 'judge', finding(), 7)).toEqual({ live: nobody, baseline: nobody });
  });
});

onServer('private reports by two processes at once', (open) => {
  describe.each([
    ['of one week are one release', hour(0), ['released', 'released'], 1],
    ['of two weeks do not both spend the last of the budget', hour(week), ['released', expect.stringContaining('has 0 left')], 1],
  ] as const)('%s', (_fact, second, outcomes, n) => {
    it('and one of them waits', async () => {
      const database = await open();
      await closedWeeks(database, 2);
      const other = await database.again();
      const once = { epsilonPerYear: 1 };
      const results = await Promise.all([
        why(releasePrivateWeek(depsOf(database, hour(400), once), hour(0), 'Robin')),
        why(releasePrivateWeek(depsOf(other, hour(400), once), second, 'Kim')),
      ]);
      expect(results.sort((a, b) => (a === 'released' ? -1 : b === 'released' ? 1 : 0))).toEqual(outcomes);
      const stored = await releases(database);
      expect(stored).toHaveLength(n);
      expect((stored[0]!.body as PrivateWeek).epsilon).toBe(1);
    });
  });
});
