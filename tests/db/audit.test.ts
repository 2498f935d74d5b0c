import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { showSample } from '../../src/2-sample/run-show-sample.ts';
import { rateDue } from '../../src/3-rate/run.ts';
import { createAuditLog, listEvents } from '../../src/db/audit-log.ts';
import { deleteDataKeys } from '../../src/db/data-keys.ts';
import type { Database } from '../../src/db/database.ts';
import { listSamples } from '../../src/db/shown-samples.ts';
import type { AuditEvent } from '../../src/domain/audit.ts';
import { InputError, StateError } from '../../src/domain/errors.ts';
import { appFor, conversation, dump, eachDatabase, hour, onServer, type TestApp, type TestDatabase } from './test-database.ts';

const log = createAuditLog(Buffer.alloc(32, 1));
const forger = createAuditLog(Buffer.alloc(32, 2));

const event = (given: Partial<AuditEvent> = {}): AuditEvent => ({
  at: hour(0),
  kind: 'read sample',
  who: 'Robin',
  subject: 'c-1',
  ...given,
});
const append = ({ db }: Database, given: Partial<AuditEvent> = {}, by = log) =>
  db.transaction().execute((trx) => by.append(trx, event(given)));

/** A log of five events, with all that jsonb changes the look of. @returns the head after each. */
async function five(database: Database): Promise<string[]> {
  const heads: string[] = [];
  for (const [i, detail] of [
    {},
    { z: 1, a: [1e21, 0.1, -0], 'é “x”': 'ß' },
    { nested: { b: 1e-7, a: null } },
    { because: 'an alert on Tuesday' },
    {},
  ].entries()) {
    heads.push(await append(database, { at: hour(i), subject: `c-${i + 1}`, detail }));
  }
  return heads;
}
const problemOf = async ({ db }: Database, head?: string) => (await log.verify(db, head)).problem;

eachDatabase('the audit log', (open) => {
  it('holds as it was written, and says from when to when and what its head is', async () => {
    const database = await open();
    expect(await log.verify(database.db)).toMatchObject({ n: 0, head: null, first: null, problem: null });
    const heads = await five(database);
    expect(await log.verify(database.db)).toEqual({
      n: 5,
      n_before_chain: 0,
      first: { id: '1', at: hour(0) },
      last: { id: '5', at: hour(4) },
      head: heads[4],
      problem: null,
    });
    expect(await log.head(database.db)).toBe(heads[4]);
  });

  it('is walked in order, however long it is', async () => {
    const database = await open();
    await database.db.transaction().execute(async (trx) => {
      for (let i = 0; i < 1_050; i += 1) await log.append(trx, event({ subject: `c-${i}` }));
    });
    expect(await log.verify(database.db)).toMatchObject({ n: 1_050, problem: null });
    await sql`delete from event where id = 1001`.execute(database.db);
    expect(await problemOf(database)).toMatchObject({ what: 'missing', id: '1002' });
  });

  it('lists events by time and kind, the newest of them, oldest first', async () => {
    const database = await open();
    await five(database);
    await append(database, { at: hour(9), kind: 'opt in' });
    const subjects = async (asked: Partial<Parameters<typeof listEvents>[1]>) =>
      (await listEvents(database.db, { since: null, kind: null, limit: 100, ...asked })).map(({ subject }) => subject);
    expect(await subjects({ limit: 2 })).toEqual(['c-5', 'c-1']);
    expect(await subjects({ kind: 'opt in' })).toEqual(['c-1']);
    expect(await subjects({ since: hour(3) })).toEqual(['c-4', 'c-5', 'c-1']);
  });

  it.each([
    ['a detail altered', `update event set detail = '{"because": "an alert on Monday"}' where id = 4`, 'altered', '4'],
    ['a name altered', `update event set who = 'Sam' where id = 2`, 'altered', '2'],
    ['a time altered', `update event set at = at + interval '1 second' where id = 2`, 'altered', '2'],
    ['a row deleted', 'delete from event where id = 3', 'missing', '4'],
    ['the beginning deleted', 'delete from event where id < 3', 'missing', '3'],
    [
      'two rows that changed places',
      `update event x set at = y.at, kind = y.kind, who = y.who, subject = y.subject, detail = y.detail,
         prev_hash = y.prev_hash, hash = y.hash
       from event y where (x.id, y.id) in ((2, 3), (3, 2))`,
      'reordered',
      '2',
    ],
    [
      'a row put in without hashes',
      `insert into event (id, at, kind, who, subject, detail) overriding system value values (6, now(), 'read sample', 'Sam', 'c', '{}')`,
      'altered',
      '6',
    ],
    [
      'a row put in with hashes of somebody’s own',
      `insert into event (id, at, kind, who, subject, detail, prev_hash, hash) overriding system value
       select 6, now(), 'read sample', 'Sam', 'c', '{}', hash, md5('a') || md5('b') from event where id = 5`,
      'altered',
      '6',
    ],
    [
      'a row repeated',
      `insert into event (id, at, kind, who, subject, detail, prev_hash, hash) overriding system value
       select 6, at, kind, who, subject, detail, prev_hash, hash from event where id = 2`,
      'reordered',
      '6',
    ],
  ])('shows %s, and where', async (_name, statement, what, id) => {
    const database = await open();
    await five(database);
    await sql.raw(statement).execute(database.db);
    const problem = await problemOf(database);
    expect(problem).toMatchObject({ what, id });
    expect(problem?.says).toContain(id);
  });

  it('shows a chain that was made anew without the key', async () => {
    const database = await open();
    await five(database);
    await sql`delete from event`.execute(database.db);
    await append(database, {}, forger);
    await append(database, {}, forger);
    expect(await problemOf(database)).toMatchObject({ what: 'altered', id: '6' });
  });

  it('cannot show by itself that its end is missing, and shows it by a head noted earlier', async () => {
    const database = await open();
    const heads = await five(database);
    await sql`delete from event where id > 3`.execute(database.db);
    expect(await problemOf(database)).toBeNull();
    expect(await problemOf(database, heads[2])).toBeNull();
    expect(await problemOf(database, heads[4])).toMatchObject({ what: 'cut off', id: null });
    await append(database);
    expect(await problemOf(database, heads[4])).toMatchObject({ what: 'cut off' });
    await sql`delete from event`.execute(database.db);
    expect(await problemOf(database, heads[4])).toMatchObject({ what: 'cut off' });
  });

  it('goes on from events written before it was chained, and says that nothing vouches for those', async () => {
    const database = await open();
    await sql`insert into event (at, kind, who, subject, detail) values (now(), 'acknowledge alert', 'Sam', 'a-1', '{}')`.execute(
      database.db,
    );
    await five(database);
    expect(await log.verify(database.db)).toMatchObject({ n: 5, n_before_chain: 1, first: { id: '2' }, problem: null });
  });

  it('is pruned at one place, which it says itself, and holds after', async () => {
    const database = await open();
    const { db } = database;
    const heads = await five(database);
    const prune = (before: Date) => db.transaction().execute((trx) => log.prune(trx, before, hour(50)));
    expect(await prune(hour(0))).toBe(0);
    expect(await prune(hour(3))).toBe(3);
    expect(await log.verify(db)).toMatchObject({ n: 3, first: { id: '4' }, problem: null });
    expect(await problemOf(database, heads[2])).toBeNull();
    expect((await problemOf(database, heads[0]))?.says).toContain(hour(3).toISOString());
    const [pruned] = await listEvents(db, { since: null, kind: 'prune audit log', limit: 1 });
    expect(pruned).toMatchObject({ who: 'longwatch', detail: { up_to_id: '3', hash: heads[2], n: 3 } });
    // Everything, and then once more.
    expect(await prune(hour(49))).toBe(2);
    expect(await prune(hour(51))).toBe(2);
    expect(await log.verify(db)).toMatchObject({ n: 1, problem: null });
    await append(database);
    expect(await log.verify(db)).toMatchObject({ n: 2, problem: null });
    await sql`delete from event where kind = 'prune audit log'`.execute(db);
    expect(await problemOf(database)).toMatchObject({ what: 'missing' });
  });

  it('takes an event only in a transaction, with which it stands or falls', async () => {
    const database = await open();
    const { db } = database;
    await expect(log.append(db, event())).rejects.toThrow(RangeError);
    await append(database);
    const failing = db.transaction().execute(async (trx) => {
      await log.append(trx, event());
      throw new Error('something else went wrong');
    });
    await expect(failing).rejects.toThrow('something else');
    await append(database);
    expect(await log.verify(db)).toMatchObject({ n: 2, problem: null });
  });

  it('refuses text, and says which field without repeating it', async () => {
    const database = await open();
    const refused = append(database, { detail: { because: `My name is Ann. ${'x'.repeat(200)}` } });
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(/^The audit log cannot take this: detail\.because/);
    await expect(refused).rejects.not.toThrow('Ann');
    expect(await log.verify(database.db)).toMatchObject({ n: 0 });
  });
});

onServer('the audit log', (open) => {
  it('is one chain when many append at once', async () => {
    const database = await open();
    const other = await database.again();
    const appended = Array.from({ length: 20 }, (_, i) => append(i % 2 === 0 ? database : other, { subject: `c-${i}` }));
    const heads = await Promise.all(appended);
    expect(new Set(heads).size).toBe(20);
    expect(await log.verify(database.db)).toMatchObject({ n: 20, problem: null });
    for (const head of heads) expect(await problemOf(database, head)).toBeNull();
  });
});

const look = { by: 'Robin', because: 'alert a-1 on flattery' };

async function sampled(database: TestDatabase): Promise<{ app: TestApp; key: string }> {
  const app = await appFor(database);
  const taken = conversation();
  await app.intake.take([taken]);
  await rateDue(app.raters);
  return { app, key: app.unitOf(taken.id) };
}
const looksIn = ({ database: { db } }: TestApp) => listEvents(db, { since: null, kind: 'read sample', limit: 100 });

eachDatabase('reading a sample', (open) => {
  it('shows its turns and verdicts, and who read it and why is in the log', async () => {
    const { app, key } = await sampled(await open());
    const shown = await showSample(app.show, key, look);
    expect(shown.transcript.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(shown.transcript[1]?.content).toContain('A bowline at each end');
    expect(shown.verdicts).toHaveLength(2);
    for (const { rater, note } of shown.verdicts) {
      expect(rater).toBe('judge');
      expect(note).toMatchObject({ rationale: 'A simulated verdict.', evidence: [{ turn: 2 }] });
    }
    expect(await looksIn(app)).toMatchObject([{ at: hour(0), who: 'Robin', subject: key, detail: { because: look.because } }]);
    expect(await app.audit.verify(app.database.db)).toMatchObject({ n: 1, problem: null });
  });

  it('is in the log before it is opened, even when it does not open', async () => {
    const { app, key } = await sampled(await open());
    const vault = {
      ...app.show.vault,
      openTranscript: () => {
        throw new Error('interrupted');
      },
    };
    await expect(showSample({ ...app.show, vault }, key, look)).rejects.toThrow('interrupted');
    expect(await looksIn(app)).toHaveLength(1);
  });

  it('does not happen where it cannot be logged', async () => {
    const { app, key } = await sampled(await open());
    let opened = 0;
    const vault = {
      ...app.show.vault,
      openTranscript: () => {
        opened += 1;
        return [];
      },
    };
    await expect(showSample({ ...app.show, vault }, key, { ...look, by: 'R'.repeat(201) })).rejects.toThrow(
      /cannot take this: who/,
    );
    await expect(showSample({ ...app.show, vault }, key, { ...look, by: ' ' })).rejects.toThrow(/--by/);
    await expect(showSample({ ...app.show, vault }, key, { ...look, because: '' })).rejects.toThrow(/--because/);
    expect([opened, await looksIn(app)]).toEqual([0, []]);
  });

  it('keeps of the reason what redaction leaves, and not more than fits', async () => {
    const database = await open();
    const { app, key } = await sampled(database);
    await showSample(app.show, key, { ...look, because: `ann.smith@example.com complained ${'😀'.repeat(120)}` });
    const [event] = await looksIn(app);
    const because = String((event?.detail as { because?: string } | undefined)?.because);
    expect(because).toMatch(/complained/);
    expect(because.length).toBeLessThanOrEqual(200);
    expect([...(await dump(database)).values()].flat().join()).not.toContain('ann.smith');
  });

  it('that is unknown or whose key is gone is refused', async () => {
    const { app, key } = await sampled(await open());
    await expect(showSample(app.show, 'nothing', look)).rejects.toThrow(StateError);
    expect(await looksIn(app)).toEqual([]);
    const owners = await app.database.db.selectFrom('data_key').select('owner').execute();
    await deleteDataKeys(
      app.database.db,
      owners.map(({ owner }) => owner),
    );
    await expect(showSample(app.show, key, look)).rejects.toThrow(/key of this sample was deleted/);
  });

  it('is not needed to list samples: keys and facets, and nothing that was said', async () => {
    const { app, key } = await sampled(await open());
    const now = app.clock.now();
    const all = await listSamples(app.database.db, { version: null, limit: 10, now });
    expect(all).toMatchObject([{ conversationKey: key, version: 'atlas-1', at: hour(0), product: 'app' }]);
    expect(JSON.stringify(all)).not.toContain('bowline');
    expect(await listSamples(app.database.db, { version: 'atlas-2', limit: 10, now })).toEqual([]);
    expect(await looksIn(app)).toEqual([]);
  });
});
