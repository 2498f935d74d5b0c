import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import { type RetainDeps, retainDue } from '../../src/2-sample/run-retain.ts';
import { showSample } from '../../src/2-sample/run-show-sample.ts';
import { rateDue } from '../../src/3-rate/run.ts';
import { measureDue } from '../../src/4-measure/run.ts';
import { listEvents } from '../../src/db/audit-log.ts';
import { ensurePartitions } from '../../src/db/partitions.ts';
import type { Tables } from '../../src/db/schema.ts';
import { listSamples } from '../../src/db/shown-samples.ts';
import { writeWatermark } from '../../src/db/watermarks.ts';
import { StateError } from '../../src/domain/errors.ts';
import {
  type AppOverrides,
  appFor,
  asIfNew,
  conversation,
  dump,
  eachDatabase,
  flattery,
  hour,
  type TestApp,
  type TestDatabase,
  writeRatedHours,
} from './test-database.ts';

const day_h = 24;
const look = { by: 'Sam', because: 'an alert' };
const days = (n: number) => new Date(hour(0).getTime() + n * day_h * 3_600_000);
const justBefore = (at: Date) => new Date(at.getTime() - 1);
const retention = (given: Partial<RetainDeps['retention']>) => ({ config: { retention: given } });

/** An application that has taken in one conversation at hour 0, and rated it. */
async function rated(database: TestDatabase, overrides: AppOverrides = {}, given: Parameters<typeof conversation>[0] = {}) {
  const app = await appFor(database, overrides);
  const taken = conversation(given);
  expect((await app.intake.take([taken])).counts).toMatchObject({ sampled: 1 });
  await rateDue(app.raters);
  return { app, key: app.unitOf(taken.id) };
}

const sealedIn = async ({ db }: TestDatabase) => {
  const samples = await db.selectFrom('sample').select('sealed').execute();
  const notes = await db.selectFrom('rating').select('sealed').execute();
  return [...samples, ...notes].flatMap(({ sealed }) => (sealed === null ? [] : [sealed.toString('hex')]));
};
const rowsOf = async (database: TestDatabase) =>
  Object.fromEntries([...(await dump(database))].map(([table, rows]) => [table, rows.length]));
/** As if measure and detect had worked up to then. */
const seenUpTo = async ({ db }: TestDatabase, at: Date) => {
  for (const job of ['measure', 'detect', 'respond']) await writeWatermark(db, job, at);
};
const at = (app: TestApp, time: Date) => {
  app.clock.set(time);
  return app;
};

eachDatabase('text whose time is up', (open) => {
  it('is invisible to the instant, and gone from every table with the next run', async () => {
    const database = await open();
    const { app, key } = await rated(database);
    const sealed = await sealedIn(database);
    expect(sealed).toHaveLength(3);
    const keysBefore = (await rowsOf(database)).data_key;

    at(app, justBefore(days(30)));
    expect(await retainDue(app.retain)).toMatchObject({ samples: 0, notes: 0, data_keys: 0 });
    expect((await showSample(app.show, key, look)).transcript).toHaveLength(2);
    at(app, days(30));
    await expect(showSample(app.show, key, look)).rejects.toThrow(StateError);
    expect(await listSamples(database.db, { version: null, limit: 10, now: days(30) })).toEqual([]);

    expect(await retainDue(app.retain)).toMatchObject({ samples: 1, notes: 2, unrated: 0, data_keys: keysBefore });
    const after = [...(await dump(database)).values()].flat().join('\n');
    for (const text of sealed) expect(after).not.toContain(text);
    // Verdicts and counts have a clock of their own.
    expect(await rowsOf(database)).toMatchObject({ sample: 0, data_key: 0, rating: 2, ledger: 2, traffic: 1 });
  });

  it('goes by the producer’s own deadline where that comes first', async () => {
    const database = await open();
    const { app, key } = await rated(database, {}, { retain_until: days(3).toISOString() });
    await expect(showSample(at(app, days(3)).show, key, look)).rejects.toThrow(StateError);
    expect(await retainDue(app.retain)).toMatchObject({ samples: 1 });
  });

  it('goes by when the conversation began, not by when it came, was rated or was looked at', async () => {
    const database = await open();
    const late = await rated(database, { startsAt: days(25) }, { at: days(0).toISOString() });
    await showSample(late.app.show, late.key, look);
    at(late.app, justBefore(days(30)));
    await rateDue(late.app.raters);
    await showSample(late.app.show, late.key, look);
    expect(await retainDue(late.app.retain)).toMatchObject({ samples: 0 });
    expect(await retainDue(at(late.app, days(30)).retain)).toMatchObject({ samples: 1, notes: 2 });
  });

  it('that nobody has rated by then never will be, and holds nothing up', async () => {
    const database = await open();
    const app = await appFor(database);
    await app.intake.take([conversation()]);
    at(app, days(30));
    expect(await retainDue(app.retain)).toMatchObject({ samples: 1, unrated: 2, notes: 0 });
    const states = await database.db.selectFrom('ledger').select('state').execute();
    expect(states.map(({ state }) => state)).toEqual(['expired', 'expired']);
    expect(await rateDue(app.raters)).toEqual({});
    expect((await measureDue(app.measure)).hours).toBeGreaterThan(24 * 28);
  });

  it('goes earlier where the setting was lowered, and never later where it was raised', async () => {
    const database = await open();
    const { app, key } = await rated(database);
    const set = (transcript_days: number): RetainDeps => ({
      ...app.retain,
      retention: { ...app.retain.retention, transcript_days },
    });
    await retainDue(set(30));
    at(app, days(9));
    expect(await retainDue(set(60))).toMatchObject({ samples: 0 });
    expect(await retainDue(set(10))).toMatchObject({ shortened: 1, samples: 0 });
    at(app, days(10));
    await expect(showSample(app.show, key, look)).rejects.toThrow(StateError);
    expect(await retainDue(set(60))).toMatchObject({ samples: 1 });
  });
});

/** What a judge has said so far of a sample that it still reads, and what a person said of it. */
async function said(database: TestDatabase, key: string, batch_at: Date): Promise<void> {
  const { db } = database;
  await db
    .insertInto('judge_answer')
    .values({ conversation_key: key, batch_at, call: 'c', part: 0, sealed: Buffer.from('what was said'), answered_at: batch_at })
    .execute();
  await db
    .insertInto('judge_batch')
    .values({ id: `batch ${key}`, judge: 'j', remote_id: null, state: 'sent', created_at: batch_at, ended_at: null })
    .execute();
  const item = { batch_id: `batch ${key}`, custom_id: '1', rater: 'judge', call: 'c', part: 0 };
  await db
    .insertInto('judge_batch_item')
    .values({ ...item, conversation_key: key, batch_at })
    .execute();
  const label = { dimension: flattery, person: 'Kim', pool: 'experts', choice: 'none', score: 0, harm: false, language: 'en' };
  await db
    .insertInto('human_label')
    .values({ ...label, conversation_key: key, labelled_at: batch_at })
    .execute();
}

eachDatabase('what a judge and people said of a sample', (open) => {
  it('goes with the text where it is an answer kept, and with the verdicts where it is a label', async () => {
    const database = await open();
    const { app, key } = await rated(database);
    await said(database, key, hour(0));
    at(app, justBefore(days(30)));
    await retainDue(app.retain);
    expect(await rowsOf(database)).toMatchObject({ judge_answer: 1, judge_batch_item: 1, human_label: 1 });
    await retainDue(at(app, days(30)).retain);
    expect(await rowsOf(database)).toMatchObject({ sample: 0, judge_answer: 0, judge_batch_item: 0, human_label: 1 });
    await seenUpTo(database, days(119));
    await retainDue(at(app, justBefore(days(120))).retain);
    expect(await rowsOf(database)).toMatchObject({ traffic: 1, human_label: 1 });
    expect(await retainDue(at(app, days(120)).retain)).toMatchObject({ traffic: 1, labels: 1 });
    expect(await rowsOf(database)).toMatchObject({ traffic: 0, human_label: 0 });
  });

  it('goes where the whole month goes at once', async () => {
    const database = await open();
    const { app, key } = await rated(database);
    await said(database, key, hour(0));
    await retainDue(at(app, days(30)).retain);
    await seenUpTo(database, days(400));
    // Nobody has cleared up for months: April is dropped as a whole.
    expect((await retainDue(at(app, days(300)).retain)).months).toBeGreaterThan(0);
    expect(await rowsOf(database)).toMatchObject({ traffic: 0, ledger: 0, rating: 0, human_label: 0 });
  });

  it('stays where it is about somebody else’s conversation', async () => {
    const database = await open();
    const { app, key } = await rated(database);
    const later = conversation({ at: hour(24).toISOString() });
    at(app, hour(24));
    await app.intake.take([later]);
    await said(database, key, hour(0));
    await said(database, app.unitOf(later.id), hour(24));
    await retainDue(at(app, days(30)).retain);
    const left = await database.db.selectFrom('judge_answer').select('conversation_key').execute();
    expect(left).toEqual([{ conversation_key: app.unitOf(later.id) }]);
    await seenUpTo(database, days(119));
    await retainDue(at(app, days(120)).retain);
    const labels = await database.db.selectFrom('human_label').select('conversation_key').execute();
    expect(labels).toEqual([{ conversation_key: app.unitOf(later.id) }]);
  });
});

eachDatabase('notes on ratings', (open) => {
  it('go before the text where they have less time, and are not shown from then on', async () => {
    const database = await open();
    const { app, key } = await rated(database, retention({ rationale_days: 7 }));
    const notes = async () => (await showSample(app.show, key, look)).verdicts.map(({ note }) => note);
    at(app, justBefore(days(7)));
    expect(await notes()).toEqual([expect.objectContaining({ rationale: 'A simulated verdict.' }), expect.anything()]);
    at(app, days(7));
    expect(await notes()).toEqual([null, null]);
    expect(await retainDue(app.retain)).toMatchObject({ samples: 0, notes: 2 });
    expect(await sealedIn(database)).toHaveLength(1);
    expect((await showSample(app.show, key, look)).transcript).toHaveLength(2);
    expect(await rowsOf(database)).toMatchObject({ rating: 2 });
  });

  it('of one conversation go without touching another’s', async () => {
    const database = await open();
    const { app } = await rated(database, retention({ rationale_days: 7 }));
    at(app, days(3));
    await app.intake.take([conversation({ at: days(3).toISOString() })]);
    await rateDue(app.raters);
    at(app, days(8));
    expect(await retainDue(app.retain)).toMatchObject({ notes: 2 });
    expect(await sealedIn(database)).toHaveLength(4);
  });
});

eachDatabase('data keys', (open) => {
  it('stay as long as anything is sealed with them, and through their epoch', async () => {
    const database = await open();
    const { app } = await rated(database, {}, { user: 'ann', retain_until: days(2).toISOString() });
    await app.intake.take([conversation({ user: 'bob' })]);
    expect(await retainDue(at(app, days(3)).retain)).toMatchObject({ samples: 1, data_keys: 0 });
    expect(await retainDue(at(app, days(8)).retain)).toMatchObject({ samples: 0, data_keys: 1 });
    expect(await rowsOf(database)).toMatchObject({ data_key: 1, sample: 1 });
    expect(await retainDue(at(app, days(30)).retain)).toMatchObject({ samples: 1, data_keys: 1 });
  });
});

eachDatabase('the panel', (open) => {
  it('forgets its members when their texts are gone, and counts who had gone quiet', async () => {
    const database = await open();
    const app = await appFor(database);
    const member = (panel_key: string, last_seen_at: Date, to_at = days(28)) =>
      database.db
        .insertInto('panel_member')
        .values({ panel_key, wave: 'w1', from_at: days(0), to_at, last_seen_at, n_conversations: 3 })
        .execute();
    await member('a', days(14));
    await member('b', days(27));
    await member('c', justBefore(days(14)));
    await member('d', days(28), days(29));
    await database.db.insertInto('panel_attrition').values({ wave: 'w1', reason: 'left', n: 5 }).execute();
    expect(await retainDue(at(app, justBefore(days(58))).retain)).toMatchObject({ panel_members: 0 });
    expect(await retainDue(at(app, days(58)).retain)).toMatchObject({ panel_members: 3 });
    expect(await database.db.selectFrom('panel_attrition').selectAll().orderBy('reason').execute()).toEqual([
      { wave: 'w1', reason: 'left', n: 7 },
      { wave: 'w1', reason: 'silent', n: 1 },
    ]);
    expect(await rowsOf(database)).toMatchObject({ panel_member: 1 });
  });
});

const unit = { version: 'atlas-1', dimension: flattery, n: 3, harmful: 1 };

eachDatabase('verdicts and counts', (open) => {
  it('go conversation by conversation, to the minute of its start', async () => {
    const database = await open();
    const minutes = (n: number) => new Date(hour(0).getTime() + n * 60_000);
    const { app } = await rated(database, { startsAt: minutes(50) }, { at: minutes(20).toISOString() });
    await app.intake.take([conversation({ at: minutes(40).toISOString() })]);
    await seenUpTo(database, days(119));
    at(app, new Date(minutes(20).getTime() + 120 * day_h * 3_600_000));
    expect(await retainDue(app.retain)).toMatchObject({ traffic: 1, ledger: 2, ratings: 2 });
    expect(await rowsOf(database)).toMatchObject({ traffic: 1, ledger: 2, rating: 0 });
  });

  it('go when their time is up, and not before measure and detect have seen their week', async () => {
    const database = await open();
    const app = await appFor(database);
    await writeRatedHours(database, [
      { ...unit, at: hour(0) },
      { ...unit, at: hour(1) },
    ]);
    at(app, days(120));
    expect(await retainDue(app.retain)).toMatchObject({ traffic: 0, ledger: 0, ratings: 0 });
    await seenUpTo(database, days(7));
    expect(await retainDue(app.retain)).toMatchObject({ traffic: 0 });
    await seenUpTo(database, hour(7 * day_h + 1));
    expect(await retainDue(app.retain)).toMatchObject({ traffic: 3, ledger: 3, ratings: 3 });
    await seenUpTo(database, days(119));
    expect(await retainDue(app.retain)).toMatchObject({ traffic: 0 });
    expect(await retainDue(at(app, new Date(days(120).getTime() + 3_600_000)).retain)).toMatchObject({ traffic: 3 });
    expect(await rowsOf(database)).toMatchObject({ traffic: 0, ledger: 0, rating: 0, version: 1 });
  });

  it('go by the start of the conversation where it came late', async () => {
    const database = await open();
    const app = await appFor(database, { startsAt: days(20) });
    await writeWatermark(database.db, 'measure', days(10));
    await app.intake.take([conversation({ at: hour(0).toISOString() })]);
    const [row] = await database.db.selectFrom('traffic').select(['at', 'batch_at']).execute();
    expect(row).toEqual({ at: hour(0), batch_at: days(10) });
    await seenUpTo(database, days(119));
    at(app, days(120));
    expect(await retainDue(app.retain)).toMatchObject({ samples: 1, traffic: 1, ledger: 2 });
  });

  it('go a month at a time once the whole of it is past', async () => {
    const database = await open();
    const app = await appFor(database);
    const march = new Date('2026-03-31T23:00:00Z');
    await writeRatedHours(database, [
      { ...unit, at: march },
      { ...unit, at: hour(0) },
    ]);
    const { db } = database;
    await sql`insert into traffic_count values ('e', ${march}, 'v', 'other', 'off', 'en', '1', 'app', 1, 1, 1, 1, 0, 0)`.execute(
      db,
    );
    await sql`insert into detector_step values ('v', 'b', 'd', 'all', 'all', 'judge', ${march}, '{}')`.execute(db);
    await seenUpTo(database, days(119));
    const months = async () => {
      const found = await sql<{ name: string }>`
        select relname as name from pg_class where relispartition and relkind = 'r'
        and relnamespace = current_schema()::regnamespace and relname like '%2026_03' order by 1`.execute(db);
      return found.rows.map(({ name }) => name);
    };
    expect(await months()).toHaveLength(8);
    at(app, new Date(new Date('2026-04-01T00:00:00Z').getTime() + 120 * day_h * 3_600_000));
    expect(await retainDue(app.retain)).toMatchObject({ months: 7, traffic: 0, traffic_counts: 0, detector_steps: 0 });
    expect(await months()).toEqual(['rate_point_2026_03']);
    expect(await rowsOf(database)).toMatchObject({ traffic: 3, traffic_count: 0, detector_step: 0 });
    // The month can be made again, by a process that has not made it before.
    await ensurePartitions(asIfNew(db), [march]);
    expect(await months()).toHaveLength(8);
  });

  it('of an edge sampler and of detectors go by their batch', async () => {
    const database = await open();
    const app = await appFor(database);
    const { db } = database;
    await ensurePartitions(db, [hour(0)]);
    for (const batch of [hour(0), hour(1)]) {
      await sql`insert into traffic_count values ('e', ${batch}, 'v', 'other', 'off', 'en', '1', 'app', 1, 1, 1, 1, 0, 0)`.execute(
        db,
      );
      await sql`insert into detector_step values ('v', 'b', 'd', 'all', 'all', 'judge', ${batch}, '{}')`.execute(db);
    }
    await seenUpTo(database, days(119));
    at(app, new Date(hour(0).getTime() + 120 * day_h * 3_600_000 + 1));
    expect(await retainDue(app.retain)).toMatchObject({ traffic_counts: 1, detector_steps: 1 });
    expect(await rowsOf(database)).toMatchObject({ traffic_count: 1, detector_step: 1 });
  });
});

eachDatabase('what was published and decided', (open) => {
  it('goes by clocks of its own, and what still holds stays', async () => {
    const database = await open();
    const app = await appFor(database, retention({ rate_point_days: 50, audit_days: 60 }));
    const { db } = database;
    await ensurePartitions(db, [days(0), days(45)]);
    for (const time of [days(0), days(45)]) {
      await sql`insert into rate_point values ('v', 'd', 'all', 'all', 'hour', ${time}, 'judge', 1, 1, 1, 1, 1, 0, null, null, 0, null, null, null, 0, 0)`.execute(
        db,
      );
    }
    // The newest finding of each cell still holds, however old it is.
    for (const [time, dimension] of [
      [days(0), 'd'],
      [days(45), 'd'],
      [days(0), 'other'],
    ] as const) {
      await sql`insert into finding values ('v', 'b', ${dimension}, 'all', 'all', ${time}, 'steady', 'none', '{}')`.execute(db);
    }
    const post = { kind: 'alert', url: 'u', body: '{}', created_at: days(0), next_attempt_at: days(0), last_error: null };
    await db
      .insertInto('delivery')
      .values([
        { ...post, id: 'old', delivered_at: days(29) },
        { ...post, id: 'young', delivered_at: days(31) },
        { ...post, id: 'never', delivered_at: null },
      ])
      .execute();
    const run = { finished_at: null, outcome: 'ok', window_from: null, window_to: null, counts: null, error: null };
    await db
      .insertInto('job_run')
      .values([
        { ...run, id: '1', job: 'rate', started_at: days(-40) },
        { ...run, id: '2', job: 'rate', started_at: days(-35) },
        { ...run, id: '3', job: 'old job', started_at: days(-40) },
      ])
      .execute();
    const alert = { version: 'v', baseline: 'b', dimension: 'd', body: '{}', fired_at: days(-10) };
    await db
      .insertInto('alert')
      .values([
        { ...alert, id: 'resolved', state: 'resolved', resolved_at: days(-1) },
        { ...alert, id: 'firing', state: 'firing', resolved_at: null },
      ])
      .execute();
    await db.transaction().execute((trx) => app.audit.append(trx, { at: days(-1), kind: 'opt in', who: 'Sam', subject: 's' }));
    await db.transaction().execute((trx) => app.audit.append(trx, { at: days(1), kind: 'opt in', who: 'Sam', subject: 's' }));
    await seenUpTo(database, days(59));

    at(app, days(60));
    expect(await retainDue(app.retain)).toMatchObject({
      rate_points: 1,
      findings: 1,
      deliveries: 1,
      job_runs: 1,
      decisions: 1,
      events: 1,
    });
    const ids = async (table: 'delivery' | 'job_run' | 'alert') =>
      (await db.selectFrom(table).select('id').orderBy('id').execute()).map(({ id }) => id);
    expect(await ids('delivery')).toEqual(['never', 'young']);
    expect(await ids('job_run')).toEqual(['2', '3']);
    expect(await ids('alert')).toEqual(['firing']);
    expect(await rowsOf(database)).toMatchObject({ finding: 2, rate_point: 1 });
    expect(await app.audit.verify(db)).toMatchObject({ n: 2, problem: null });
    const kinds = (await listEvents(db, { since: null, kind: null, limit: 10 })).map(({ kind }) => kind);
    expect(kinds).toEqual(['opt in', 'prune audit log']);
  });

  it('is not dropped before somebody has responded to it', async () => {
    const database = await open();
    const app = await appFor(database, retention({ rate_point_days: 5 }));
    for (const time of [days(0), days(9)]) {
      await sql`insert into finding values ('v', 'b', 'd', 'all', 'all', ${time}, 'drifted', 'model', '{}')`.execute(database.db);
    }
    at(app, days(10));
    expect(await retainDue(app.retain)).toMatchObject({ findings: 0 });
    await writeWatermark(database.db, 'respond', days(1));
    expect(await retainDue(at(app, days(11)).retain)).toMatchObject({ findings: 1 });
  });
});

/** The same dependencies, in a process that is killed when it begins its nth transaction. */
function killedAt(deps: RetainDeps, nth: number): RetainDeps {
  let begun = 0;
  const db = new Proxy(deps.db, {
    get(target, name) {
      if (name === 'transaction') {
        begun += 1;
        if (begun >= nth) throw new Error('killed');
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  }) as Kysely<Tables>;
  return { ...deps, db };
}

eachDatabase('retention', (open) => {
  it('changes nothing the second time', async () => {
    const database = await open();
    const { app } = await rated(database);
    await seenUpTo(database, days(130));
    await retainDue(at(app, days(131)).retain);
    const before = await dump(database);
    expect(before.get('traffic')).toEqual([]);
    expect(Object.values(await retainDue(app.retain)).every((n) => n === 0)).toBe(true);
    expect(await dump(database)).toEqual(before);
  });

  it('killed anywhere and run again ends as if it had not been', async () => {
    const database = await open();
    const { app } = await rated(database);
    await seenUpTo(database, days(130));
    at(app, days(131));
    let kills = 0;
    for (let nth = 1; nth < 20; nth += 1) {
      const ended = await retainDue(killedAt(app.retain, nth)).then(
        () => true,
        (error: Error) => {
          expect(error.message).toBe('killed');
          return false;
        },
      );
      if (ended) break;
      kills += 1;
    }
    // Each time it got further.
    expect(kills).toBeGreaterThan(2);
    await retainDue(app.retain);
    expect(await rowsOf(database)).toMatchObject({ sample: 0, traffic: 0, ledger: 0, rating: 0, data_key: 0 });
    expect(await app.audit.verify(database.db)).toMatchObject({ problem: null });
  });

  it('takes as many steps as there is to take, each of them small', async () => {
    const database = await open();
    const app = await appFor(database);
    await writeRatedHours(database, [{ ...unit, at: hour(0), n: 2_300 }]);
    await seenUpTo(database, days(119));
    expect(await retainDue(at(app, days(120)).retain)).toMatchObject({ traffic: 2_300, ledger: 2_300, ratings: 2_300 });
  });
});
