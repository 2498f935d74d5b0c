import { type Kysely, sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import * as spine from '../../migrations/0001-spine.ts';
import * as privacy from '../../migrations/0002-privacy.ts';
import * as raters from '../../migrations/0003-raters.ts';
import { openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { ensurePartitions } from '../../src/db/partitions.ts';
import { StorageError } from '../../src/domain/errors.ts';
import { asIfNew, dump, eachDatabase, hour, newer_migration, onServer, type TestDatabase } from './test-database.ts';

const addNewer = ({ db }: TestDatabase) =>
  sql`insert into kysely_migration (name, timestamp) values (${newer_migration}, '2030-01-01')`.execute(db);

const partitionsOf = async ({ db }: TestDatabase) => {
  const found = await sql<{ name: string }>`
    select relname as name from pg_class where relispartition and relkind = 'r'
    and relnamespace = current_schema()::regnamespace order by 1`.execute(db);
  return found.rows.map(({ name }) => name);
};
const cutByMonth = ['detector_step', 'judge_answer', 'ledger', 'rate_point', 'rating', 'sample', 'traffic', 'traffic_count'];

eachDatabase('migrations', (open) => {
  it('run a second time change nothing', async () => {
    const database = await open();
    const before = await dump(database);
    await migrate(database.db);
    expect(await dump(database)).toEqual(before);
    expect(before.get('kysely_migration')).toHaveLength(3);
  });

  it('of privacy keep what a database from before holds: samples, their events, and a partition for every month', async () => {
    const { db } = await open();
    const undone = new Error('nothing of this is kept');
    const upgrade = db.transaction().execute(async (trx) => {
      await sql`create schema from_before`.execute(trx);
      await sql`set local search_path to from_before`.execute(trx);
      await spine.up(trx as unknown as Kysely<unknown>);
      await sql`create table sample_2026_04 partition of sample for values from ('2026-04-01') to ('2026-05-01')`.execute(trx);
      await sql`create table traffic_2026_04 partition of traffic for values from ('2026-04-01') to ('2026-05-01')`.execute(trx);
      await sql`insert into sample values ('c', ${hour(0)}, 'poisson-1', 1, 1, 1, true, '\\x01')`.execute(trx);
      await sql`insert into event (at, kind, who, subject, detail) values (${hour(0)}, 'certify', 'Robin', 'a', '{}')`.execute(
        trx,
      );
      await privacy.up(trx as unknown as Kysely<unknown>);
      const samples = await trx.selectFrom('sample').select(['user_key', 'cross_section', 'expires_at']).execute();
      expect(samples).toEqual([{ user_key: 'before data keys', cross_section: true, expires_at: hour(24 * 30) }]);
      expect(await trx.selectFrom('event').select(['kind', 'hash']).execute()).toEqual([{ kind: 'certify', hash: null }]);
      const made = await sql`select 1 from pg_class where relname = 'traffic_count_2026_04'
        and relnamespace = 'from_before'::regnamespace`.execute(trx);
      expect(made.rows).toHaveLength(1);
      throw undone;
    });
    await expect(upgrade).rejects.toBe(undone);
  });

  it('of raters keep what a database from before holds: verdicts are of probability 1, and the answers have every month', async () => {
    const { db } = await open();
    const undone = new Error('nothing of this is kept');
    const upgrade = db.transaction().execute(async (trx) => {
      await sql`create schema from_before`.execute(trx);
      await sql`set local search_path to from_before`.execute(trx);
      const before = trx as unknown as Kysely<unknown>;
      await spine.up(before);
      for (const table of ['traffic', 'ledger', 'sample']) {
        await sql`create table ${sql.id(`${table}_2026_04`)} partition of ${sql.id(table)}
          for values from ('2026-04-01') to ('2026-05-01')`.execute(trx);
      }
      await privacy.up(before);
      await sql`insert into ledger (conversation_key, batch_at, dimension, rater, state, next_attempt_at, updated_at)
        values ('c', ${hour(0)}, 'd', 'judge', 'scored', ${hour(0)}, ${hour(0)})`.execute(trx);
      await sql`insert into sample (conversation_key, batch_at, design, pi_sample, pi_cap, pi_judge, judged, sealed, user_key, expires_at)
        values ('c', ${hour(0)}, 'poisson-2', 1, 1, 0.5, true, '\\x01', 'u', ${hour(9)})`.execute(trx);
      await raters.up(before);
      // The judge's share is in these rows' traffic.pi already.
      expect(await trx.selectFrom('ledger').select(['state', 'pi']).execute()).toEqual([{ state: 'scored', pi: 1 }]);
      expect(await trx.selectFrom('sample').select(['pi_judge', 'screen']).execute()).toEqual([{ pi_judge: 0.5, screen: null }]);
      const bounds = await sql<{ bound: string }>`
        select pg_get_expr(relpartbound, oid) as bound from pg_class
        where relname in ('judge_answer_2026_04', 'traffic_2026_04') and relnamespace = 'from_before'::regnamespace`.execute(trx);
      expect(bounds.rows).toHaveLength(2);
      expect(bounds.rows[0]).toEqual(bounds.rows[1]);
      throw undone;
    });
    await expect(upgrade).rejects.toBe(undone);
  });

  it('refuse a database with a migration they do not know, and name it', async () => {
    const database = await open();
    await addNewer(database);
    const refused = migrate(database.db);
    await expect(refused).rejects.toBeInstanceOf(StorageError);
    await expect(refused).rejects.toThrow(newer_migration);
  });
});

eachDatabase('partitions', (open) => {
  it('are made once for every month asked for, in every table cut by month', async () => {
    const database = await open();
    await ensurePartitions(database.db, [hour(0), hour(1), hour(24 * 30)]);
    const made = cutByMonth.flatMap((table) => [`${table}_2026_04`, `${table}_2026_05`]);
    expect(await partitionsOf(database)).toEqual(made);
    // Another process knows nothing of what this one remembers having made.
    await ensurePartitions(asIfNew(database.db), [hour(0)]);
    expect(await partitionsOf(database)).toEqual(made);
  });

  it('meet at the month’s first instant, so that no time falls between two', async () => {
    const { db } = await open();
    await ensurePartitions(db, [new Date('2026-12-31T23:59:59.999Z'), new Date('2027-01-01T00:00:00Z')]);
    const bounds = await sql<{ bound: string }>`
      select replace(pg_get_expr(relpartbound, oid), '"', '') as bound from pg_class
      where relname in ('traffic_2026_12', 'traffic_2027_01') and relnamespace = current_schema()::regnamespace
      order by relname`.execute(db);
    const instants = bounds.rows.map(({ bound }) =>
      [...bound.matchAll(/'([^']+)'/g)].map(([, at]) => new Date(at ?? '').toISOString()),
    );
    expect(instants).toEqual([
      ['2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
      ['2027-01-01T00:00:00.000Z', '2027-02-01T00:00:00.000Z'],
    ]);
  });
});

onServer('migrations', (_open, location) => {
  it('run by several processes at once leave one schema', async () => {
    const place = await location();
    const databases = await Promise.all([1, 2, 3, 4].map(() => openDatabase(place)));
    onTestFinished(async () => {
      await Promise.all(databases.map((database) => database.close()));
    });
    const applied = await sql`select name from kysely_migration`.execute(databases[0]!.db);
    expect(applied.rows).toEqual([{ name: '0001-spine' }, { name: '0002-privacy' }, { name: '0003-raters' }]);
  });
});

onServer('a database written by a newer Longwatch', (open) => {
  it('is refused when opened', async () => {
    const database = await open();
    await addNewer(database);
    await expect(database.again()).rejects.toThrow(newer_migration);
  });
});

onServer('partitions', (open) => {
  it('may be asked for by several processes at once', async () => {
    const database = await open();
    const others = await Promise.all([database.again(), database.again(), database.again()]);
    await Promise.all(others.map(({ db }) => ensurePartitions(db, [hour(0), hour(24 * 30)])));
    expect(await partitionsOf(database)).toHaveLength(2 * cutByMonth.length);
  });
});

onServer('two schemas of one server', (open) => {
  it('are brought up to date each by itself', async () => {
    const first = await open();
    const second = await open();
    expect([...(await dump(second)).keys()]).toEqual([...(await dump(first)).keys()]);
  });
});
