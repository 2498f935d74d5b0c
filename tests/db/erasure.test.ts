import { Readable } from 'node:stream';
import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import { conversationKey, namesOf, panelKey, suppressionKey, userKey } from '../../src/2-sample/pseudonym.ts';
import { signReceipt } from '../../src/2-sample/receipt.ts';
import { checkReceipt } from '../../src/2-sample/run-check-receipt.ts';
import { optIn } from '../../src/2-sample/run-consent.ts';
import { type EraseDeps, eraseUser } from '../../src/2-sample/run-erase.ts';
import { retainDue } from '../../src/2-sample/run-retain.ts';
import { showSample } from '../../src/2-sample/run-show-sample.ts';
import { rateDue } from '../../src/3-rate/run.ts';
import { optOutLines } from '../../src/cli/commands/consent.ts';
import { listEvents } from '../../src/db/audit-log.ts';
import type { Db } from '../../src/db/database.ts';
import { namedColumns } from '../../src/db/erasure.ts';
import { claimDue, settle } from '../../src/db/ledger.ts';
import type { Tables } from '../../src/db/schema.ts';
import { findSuppressed } from '../../src/db/suppressed-users.ts';
import { lockIntake } from '../../src/db/watermarks.ts';
import type { Settlement } from '../../src/domain/claim.ts';
import { InputError, StateError } from '../../src/domain/errors.ts';
import {
  agreement,
  appFor,
  conversation,
  dump,
  eachDatabase,
  hour,
  onServer,
  type TestApp,
  type TestDatabase,
  writeRatedHours,
} from './test-database.ts';

const week_h = 24 * 7;
const ann = 'ann@example.com';
const bob = 'bob@example.com';
const wave = hour(0).toISOString();
/** One conversation in each of three epochs. */
const started = [hour(1), hour(1 + week_h), hour(1 + 2 * week_h)];
const now = hour(2 + 2 * week_h);
const by = { by: 'Robin', reason: 'request' } as const;

const said = (user: string) => started.map((at, i) => conversation({ id: `${user} ${i}`, user, at: at.toISOString() }));

/** Two people with three rated conversations each, over three epochs; both are in the panel. */
async function planted(database: TestDatabase): Promise<TestApp> {
  const app = await appFor(database, { startsAt: now });
  await app.intake.take([...said(ann), ...said(bob)]);
  await rateDue(app.raters);
  for (const user of [ann, bob]) {
    const panel_key = panelKey(app.erase.pseudonymKey, user, wave);
    await database.db
      .insertInto('panel_member')
      .values({ panel_key, wave, from_at: hour(0), to_at: hour(4 * week_h), last_seen_at: now, n_conversations: 3 })
      .execute();
    await database.db
      .updateTable('sample')
      .set({ panel_key })
      .where(
        'conversation_key',
        'in',
        said(user).map(({ id }) => app.unitOf(id)),
      )
      .execute();
    for (const [i, { id }] of said(user).entries()) await talkedAbout(database, app.unitOf(id), started[i] ?? now);
  }
  return app;
}

/** A judge has answered part of it, is asked about more, and a person has labelled it. */
async function talkedAbout({ db }: TestDatabase, conversation_key: string, batch_at: Date): Promise<void> {
  const sealed = Buffer.from(`answer about ${conversation_key}`);
  await db
    .insertInto('judge_answer')
    .values({ conversation_key, batch_at, call: 'c', part: 0, sealed, answered_at: now })
    .execute();
  await db
    .insertInto('judge_batch')
    .values({ id: 'one batch', judge: 'j', remote_id: null, state: 'sent', created_at: now, ended_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await db
    .insertInto('judge_batch_item')
    .values({
      batch_id: 'one batch',
      custom_id: crypto.randomUUID(),
      conversation_key,
      batch_at,
      rater: 'judge',
      call: 'c',
      part: 1,
    })
    .execute();
  const label = { dimension: agreement, person: 'Kim', pool: 'experts', choice: 'none', score: 0, harm: false, language: 'en' };
  await db
    .insertInto('human_label')
    .values({ ...label, conversation_key, labelled_at: now })
    .execute();
}

/** Every name a person has, but for the one that keeps them out. */
const namesIn = ({ erase: { pseudonymKey: key } }: TestApp, user: string) => [
  user,
  ...namesOf(key, user, { until: now, epochDays: [7], waves: [wave] }).users,
  panelKey(key, user, wave),
  ...said(user).map(({ id }) => conversationKey(key, id)),
];

const found = async (database: TestDatabase, names: readonly string[]) =>
  [...(await dump(database))].flatMap(([table, rows]) =>
    rows.filter((row) => names.some((name) => row.includes(name))).map((row) => `${table}: ${row}`),
  );
const countsOf = (rows: readonly string[]) => {
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const table = row.slice(0, row.indexOf(':'));
    counts[table] = (counts[table] ?? 0) + 1;
  }
  return counts;
};
const sealedBytes = async ({ db }: TestDatabase, keys: readonly string[]) => {
  const samples = await db.selectFrom('sample').select('sealed').where('conversation_key', 'in', keys).execute();
  const notes = await db.selectFrom('rating').select('sealed').where('conversation_key', 'in', keys).execute();
  const answers = await db.selectFrom('judge_answer').select('sealed').where('conversation_key', 'in', keys).execute();
  return [...samples, ...notes, ...answers].flatMap(({ sealed }) => (sealed === null ? [] : [sealed.toString('hex')]));
};
const kindsOf = async ({ database: { db } }: TestApp) =>
  (await listEvents(db, { since: null, kind: null, limit: 100 })).map(({ kind }) => kind);

/** The same dependencies, in a process that is killed when it begins its nth transaction. */
function killedAt(deps: EraseDeps, nth: number): EraseDeps {
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

eachDatabase('erasing a person', (open) => {
  it('leaves no name and no text of theirs in any table, and counts what was there', async () => {
    const database = await open();
    const app = await planted(database);
    const names = namesIn(app, ann);
    const keys = said(ann).map(({ id }) => app.unitOf(id));
    const sealed = await sealedBytes(database, keys);
    const before = countsOf(await found(database, names));
    // Two ratings a sample, by the judge; every one has a note.
    const ofSamples = { sample: 3, ledger: 6, rating: 6, judge_answer: 3, judge_batch_item: 3, human_label: 3 };
    expect(before).toEqual({ traffic: 3, ...ofSamples, data_key: 3, panel_member: 1 });
    expect(sealed).toHaveLength(12);
    expect(await found(database, sealed)).toHaveLength(12);
    const bobs = await found(database, namesIn(app, bob));

    const receipt = await eraseUser(app.erase, ann, by);
    expect(await found(database, names)).toEqual([]);
    expect(await found(database, sealed)).toEqual([]);
    expect(await found(database, namesIn(app, bob))).toEqual(bobs);
    const { traffic, ...removed } = before;
    expect(receipt).toMatchObject({ removed, unlinked: { traffic }, requested_by: 'Robin', reason: 'request' });
    const hash = suppressionKey(app.erase.pseudonymKey, ann);
    expect(receipt.subject).toBe(hash);
    expect(countsOf(await found(database, [hash]))).toEqual({ suppressed_user: 1, erasure: 1 });
    expect(app.logged.join()).not.toContain(ann);
  });

  it('leaves their traffic as counts that nothing links to one another', async () => {
    const database = await open();
    const app = await planted(database);
    const counted = () =>
      database.db.selectFrom('traffic').select(['batch_at', 'version', 'topic', 'pi']).orderBy('batch_at').execute();
    const before = await counted();
    const bobs = said(bob).map(({ id }) => app.unitOf(id));
    await eraseUser(app.erase, ann, by);
    expect(await counted()).toEqual(before);
    const rows = await database.db.selectFrom('traffic').selectAll().where('conversation_key', 'not in', bobs).execute();
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      expect(row).toMatchObject({ at: row.batch_at, n_turns: 0, thumb: null, seconds: null });
      expect([row.conversation_key, row.user_key]).toEqual([
        expect.stringMatching(/^[0-9a-f]{32}$/),
        expect.stringMatching(/^[0-9a-f]{32}$/),
      ]);
    }
    expect(new Set(rows.flatMap((row) => [row.conversation_key, row.user_key])).size).toBe(6);
  });

  it('takes nothing of them in again', async () => {
    const database = await open();
    const app = await planted(database);
    await eraseUser(app.erase, ann, by);
    const before = await dump(database);
    const grown = { ...said(ann)[2]!, turns: [...said(ann)[2]!.turns, { role: 'user' as const, content: 'And in the rain?' }] };
    const { counts } = await app.intake.take([...said(ann), grown, conversation({ user: ann, at: now.toISOString() })]);
    expect(counts).toMatchObject({ excluded: 5, fresh: 0, grown: 0, sampled: 0 });
    expect(await dump(database)).toEqual(before);
  });

  it('counts them out of the panel, by wave and reason', async () => {
    const database = await open();
    const app = await planted(database);
    await eraseUser(app.erase, ann, by);
    await eraseUser(app.erase, bob, { by: 'Robin', reason: 'opt-out' });
    expect(await database.db.selectFrom('panel_attrition').selectAll().orderBy('reason').execute()).toEqual([
      { wave, reason: 'erased', n: 1 },
      { wave, reason: 'opted_out', n: 1 },
    ]);
  });

  it('twice gives the same receipt and changes nothing', async () => {
    const database = await open();
    const app = await planted(database);
    const receipt = await eraseUser(app.erase, ann, by);
    const before = await dump(database);
    app.clock.set(new Date(now.getTime() + 1_000));
    expect(await eraseUser(app.erase, ann, { by: 'Sam', reason: 'legal' })).toEqual(receipt);
    expect(await dump(database)).toEqual(before);
    expect(await kindsOf(app)).toEqual(['request erasure', 'finish erasure']);
  });

  it('of somebody unknown leaves a receipt of nothing, and keeps them out all the same', async () => {
    const database = await open();
    const app = await planted(database);
    const receipt = await eraseUser(app.erase, 'nobody', by);
    expect(new Set(Object.values({ ...receipt.removed, ...receipt.unlinked }))).toEqual(new Set([0]));
    const { counts } = await app.intake.take([conversation({ user: 'nobody', at: now.toISOString() })]);
    expect(counts).toMatchObject({ excluded: 1, fresh: 0 });
  });

  it('reaches samples from before people had keys of their own, and leaves their common key', async () => {
    const database = await open();
    const app = await planted(database);
    const owner = 'before data keys';
    const keys = said(ann).map(({ id }) => app.unitOf(id));
    await database.db.updateTable('sample').set({ user_key: owner, panel_key: null }).execute();
    await database.db
      .insertInto('data_key')
      .values({ owner, created_at: hour(0), master: 'm', wrapped: Buffer.from('w') })
      .execute();
    const killed = eraseUser(killedAt(app.erase, 2), ann, by);
    await expect(killed).rejects.toThrow('killed');
    // Their key cannot go with them, so that their time is up instead.
    for (const key of keys)
      await expect(showSample(app.show, key, { by: 'Sam', because: 'an alert' })).rejects.toThrow(StateError);
    expect((await eraseUser(app.erase, ann, by)).removed).toMatchObject({ sample: 3 });
    expect(await database.db.selectFrom('sample').select('conversation_key').execute()).toHaveLength(3);
    expect(await database.db.selectFrom('data_key').select('owner').where('owner', '=', owner).execute()).toHaveLength(1);
  });

  it.each([
    ['before the first conversation is gone', 2, 0],
    ['half way', 3, 500],
    ['before the receipt', 4, 600],
  ])('killed %s is finished by the retain job, and the receipt is there for the asking', async (_name, nth, gone) => {
    const database = await open();
    const app = await planted(database);
    const key = userKey(app.erase.pseudonymKey, ann, '2026-04-06/7');
    const users = Array.from({ length: 597 }, () => key);
    await writeRatedHours(database, [{ at: hour(5), version: 'atlas-1', dimension: agreement, n: 597, harmful: 7, users }]);
    await expect(eraseUser(killedAt(app.erase, nth), ann, by)).rejects.toThrow('killed');

    const left = await database.db.selectFrom('traffic').select('conversation_key').where('n_turns', '>', 0).execute();
    expect(left).toHaveLength(603 - gone);
    const first = app.unitOf(said(ann)[0]!.id);
    await expect(showSample(app.show, first, { by: 'Sam', because: 'an alert' })).rejects.toThrow(StateError);
    expect((await app.intake.take(said(ann))).counts).toMatchObject({ excluded: 3, fresh: 0, grown: 0 });
    expect(await retainDue(app.retain)).toMatchObject({ erasures: 1 });

    expect(await found(database, namesIn(app, ann))).toEqual([]);
    const receipt = await eraseUser(app.erase, ann, by);
    expect(receipt).toMatchObject({
      removed: { sample: 3, ledger: 603, rating: 603, data_key: 3, panel_member: 1 },
      unlinked: { traffic: 600 },
    });
    expect(await kindsOf(app)).toEqual(['request erasure', 'finish erasure']);
    expect(await app.audit.verify(database.db, receipt.audit_head)).toMatchObject({ problem: null });
    expect(await retainDue(app.retain)).toMatchObject({ erasures: 0 });
  });

  it('leaves a rater who holds their sample in memory nothing to write', async () => {
    const database = await open();
    const app = await appFor(database, { startsAt: now });
    await app.intake.take(said(ann));
    const claim = { rater: 'judge', worker: 'w', limit: 10, now, leaseUntil: hour(999) } as const;
    const held = await claimDue(database.db, claim);
    expect(held).toHaveLength(3);
    await eraseUser(app.erase, ann, by);
    const settlements = held.flatMap(({ conversationKey: key, batchAt, dimensions }) =>
      dimensions.map((each) => verdict(key, batchAt, each)),
    );
    expect(await settle(database.db, { rater: 'judge', worker: 'w', leased: true, now }, settlements)).toBe(0);
    expect(await database.db.selectFrom('rating').selectAll().execute()).toEqual([]);
  });
});

const verdict = (key: string, batchAt: Date, dimension: string): Settlement => ({
  outcome: 'scored',
  conversationKey: key,
  batchAt,
  dimension,
  raterRevision: 'revision-1',
  choice: 'none',
  score: 0,
  harm: false,
  confidence: 1,
  sealed: Buffer.from('a note'),
});

onServer('erasing a person while others work', (open) => {
  /** Until another session of this database waits for a lock. */
  const somebodyWaits = async ({ db }: TestDatabase) => {
    for (let waiting = 0; waiting === 0; ) {
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from pg_locks l join pg_stat_activity a on a.pid = l.pid
        where not l.granted and a.datname = current_database()`.execute(db);
      waiting = rows[0]?.n ?? 0;
    }
  };

  it('waits for a verdict that is just being written, and removes it', async () => {
    const database = await open();
    const app = await appFor(database, { startsAt: now });
    await app.intake.take(said(ann));
    const other = await database.again();
    const claim = { rater: 'judge', worker: 'w', limit: 10, now, leaseUntil: hour(999) } as const;
    const held = await claimDue(other.db, claim);
    let erasing: Promise<unknown> | undefined;
    await other.db.transaction().execute(async (trx) => {
      const settlements = held.flatMap(({ conversationKey: key, batchAt, dimensions }) =>
        dimensions.map((each) => verdict(key, batchAt, each)),
      );
      expect(await settle(trx, { rater: 'judge', worker: 'w', leased: true, now }, settlements)).toBe(6);
      erasing = eraseUser(app.erase, ann, by);
      await somebodyWaits(database);
    });
    expect(await erasing).toMatchObject({ removed: { rating: 6, ledger: 6, sample: 3 } });
    expect(await database.db.selectFrom('rating').selectAll().execute()).toEqual([]);
  });

  it('waits for conversations that are just being taken in, and removes them', async () => {
    const database = await open();
    const app = await appFor(database, { startsAt: now });
    await app.intake.take(said(bob));
    const other = await database.again();
    const insert = (trx: Db) =>
      sql`insert into traffic (conversation_key, batch_at, at, version, user_key, n_turns, topic, memory, locale, length, product, pi)
        select 'just now', batch_at, at, version, ${userKey(app.erase.pseudonymKey, ann, '2026-04-06/7')}, 2, topic, memory, locale, length, product, pi
        from traffic limit 1`.execute(trx);
    let erasing: Promise<unknown> | undefined;
    await other.db.transaction().execute(async (trx) => {
      await lockIntake(trx);
      await insert(trx);
      erasing = eraseUser(app.erase, ann, by);
      await somebodyWaits(database);
    });
    expect(await erasing).toMatchObject({ unlinked: { traffic: 1 } });
    expect(await found(database, ['just now'])).toEqual([]);
  });

  it('is done once when two processes do it at the same time', async () => {
    const database = await open();
    const app = await planted(database);
    const other = { ...app.erase, db: (await database.again()).db };
    const receipts = await Promise.all([app.erase, other, app.erase].map((deps) => eraseUser(deps, ann, by)));
    for (const receipt of receipts) expect(receipt).toEqual(receipts[0]);
    expect(receipts[0]).toMatchObject({ removed: { sample: 3, rating: 6 } });
    expect(await app.audit.verify(database.db)).toMatchObject({ n: 2, problem: null });
  });
});

eachDatabase('a receipt', (open) => {
  it('is genuine, and shows that nothing is left', async () => {
    const app = await planted(await open());
    const receipt = await eraseUser(app.erase, ann, by);
    const { left } = await checkReceipt(app.erase, JSON.stringify(receipt, null, 4));
    expect(left).toEqual(
      Object.fromEntries(
        Object.keys(namedColumns)
          .sort()
          .map((table) => [table, 0]),
      ),
    );
    expect(Object.keys(left)).toHaveLength(9);
  });

  it('shows what has come back, and who was erased can be erased again', async () => {
    const database = await open();
    const app = await planted(database);
    const { rows } = await sql<{ conversation_key: string }>`select * from rating`.execute(database.db);
    const ledger = await database.db.selectFrom('ledger').selectAll().execute();
    const traffic = await database.db.selectFrom('traffic').selectAll().execute();
    const receipt = await eraseUser(app.erase, ann, by);
    expect(rows).toHaveLength(12);
    // A backup of some tables.
    const anns = (key: string) => said(ann).some(({ id }) => app.unitOf(id) === key);
    await database.db
      .insertInto('ledger')
      .values(ledger.filter((row) => anns(row.conversation_key)))
      .execute();
    await database.db
      .insertInto('traffic')
      .values(traffic.filter((row) => anns(row.conversation_key)))
      .execute();
    expect((await checkReceipt(app.erase, JSON.stringify(receipt))).left).toMatchObject({ ledger: 6, traffic: 3, sample: 0 });
    const again = await eraseUser(app.erase, ann, by);
    expect(again.id).not.toBe(receipt.id);
    expect(again).toMatchObject({ removed: { ledger: 6, sample: 0 }, unlinked: { traffic: 3 } });
    expect((await checkReceipt(app.erase, JSON.stringify(receipt))).left).toMatchObject({ ledger: 0, traffic: 0 });
  });

  it('that was altered, or comes from elsewhere, or is none, fails clearly and runs nothing', async () => {
    const database = await open();
    const app = await planted(database);
    const receipt = await eraseUser(app.erase, ann, by);
    const check = (given: object) => checkReceipt(app.erase, JSON.stringify(given));
    await expect(check({ ...receipt, removed: { ...receipt.removed, sample: 0 } })).rejects.toThrow(/altered/);
    const evil = { sql: 'delete from traffic' };
    await expect(check({ ...receipt, verification: evil })).rejects.toThrow(/altered/);
    const { signature: _, public_key: __, ...body } = receipt;
    await expect(check(signReceipt(Buffer.alloc(32), { ...body, verification: evil }))).rejects.toThrow(/another key/);
    await expect(check({ ...receipt, signature: undefined })).rejects.toThrow(/not a receipt: see signature/);
    await expect(checkReceipt(app.erase, 'Hello')).rejects.toThrow(InputError);
    // Even one of ours changes nothing.
    await expect(check(signReceipt(app.erase.receiptKey, { ...body, verification: evil }))).rejects.toThrow(/read-only/);
    expect(await database.db.selectFrom('traffic').select('n_turns').execute()).toHaveLength(6);
  });
});

eachDatabase('erasure and the schema', (open) => {
  /** Columns that name a person and stay, each with the reason. */
  const exempt: Readonly<Record<string, string>> = {
    'suppressed_user.user_hash': 'by it nothing of them is taken in again',
    'erasure.user_hash': 'by it the receipt is found again',
    'human_label.person': 'whoever labelled it, not whose conversation it is: the row goes by conversation_key',
    'rubric_approval.person': 'whoever approved a rubric: nobody whose conversations are sampled',
  };

  it('reaches every column that may name a person', async () => {
    const { db } = await open();
    const { rows } = await sql<{ name: string }>`
      select c.table_name || '.' || c.column_name as name from information_schema.columns c
      join pg_class p on p.relname = c.table_name and p.relnamespace = current_schema()::regnamespace and not p.relispartition
      where c.table_schema = current_schema() and c.column_name ~ '(conversation|user|panel|person|member|owner)(_key|_hash|_id)?$'
      order by 1`.execute(db);
    const handled = Object.entries(namedColumns).flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`));
    const missing = rows.map(({ name }) => name).filter((name) => !handled.includes(name) && exempt[name] === undefined);
    expect(missing, 'add these columns to namedColumns in src/db/erasure.ts and delete their rows there').toEqual([]);
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining([...handled, ...Object.keys(exempt)]));
  });
});

eachDatabase('opting out', (open) => {
  const reasonOf = async (app: TestApp, user: string) => {
    const key = suppressionKey(app.erase.pseudonymKey, user);
    return (await findSuppressed(app.database.db, [key])).get(key);
  };
  const optOut = (app: TestApp, list: string) => optOutLines(app.erase, Readable.from([Buffer.from(list)]), 'Robin', 'list.txt');

  it('removes what was taken, and opting in lets in what comes after and brings nothing back', async () => {
    const database = await open();
    const app = await planted(database);
    await eraseUser(app.erase, ann, { by: 'Robin', reason: 'opt-out' });
    expect(await reasonOf(app, ann)).toBe('opted_out');
    expect(await found(database, namesIn(app, ann))).toEqual([]);
    const fresh = conversation({ user: ann, at: now.toISOString() });
    expect((await app.intake.take([fresh])).counts).toMatchObject({ excluded: 1 });
    await optIn(app.erase, ann, { by: 'Robin', afterErasure: false });
    expect((await app.intake.take([fresh])).counts).toMatchObject({ excluded: 0, sampled: 1 });
    expect(await kindsOf(app)).toEqual(['request erasure', 'finish erasure', 'opt in']);
    // And out again: another erasure, with a receipt of its own.
    expect((await eraseUser(app.erase, ann, { by: 'Robin', reason: 'opt-out' })).removed).toMatchObject({ sample: 1 });
  });

  it('is less than being erased: that stays unless somebody says so in so many words', async () => {
    const app = await planted(await open());
    await eraseUser(app.erase, ann, { by: 'Robin', reason: 'opt-out' });
    await eraseUser(app.erase, ann, by);
    expect(await reasonOf(app, ann)).toBe('erased');
    await eraseUser(app.erase, ann, { by: 'Robin', reason: 'opt-out' });
    expect(await reasonOf(app, ann)).toBe('erased');
    await expect(optIn(app.erase, ann, { by: 'Robin', afterErasure: false })).rejects.toThrow(/--after-erasure/);
    await optIn(app.erase, ann, { by: 'Robin', afterErasure: true });
    expect(await reasonOf(app, ann)).toBeUndefined();
    await expect(optIn(app.erase, ann, { by: 'Robin', afterErasure: true })).rejects.toThrow(/has not opted out/);
  });

  it('takes a list, tells bad lines by number and not by what is in them, and does nothing twice', async () => {
    const database = await open();
    const app = await planted(database);
    const list = `\uFEFF${ann}\r\n\n${'secret'.repeat(100)}\n  ${bob}  \n${'x'.repeat(5_000)}\nnobody`;
    const result = await optOut(app, list);
    expect(result).toMatchObject({ opted_out: 3, already_out: 0 });
    expect(result.bad_lines).toEqual([
      expect.stringMatching(/^list\.txt, line 3: not a user id/),
      expect.stringMatching(/^list\.txt, line 5: longer than/),
    ]);
    expect(result.bad_lines.join()).not.toContain('secret');
    expect(await reasonOf(app, ann)).toBe('opted_out');
    expect(await reasonOf(app, bob)).toBe('opted_out');
    expect(await database.db.selectFrom('sample').selectAll().execute()).toEqual([]);
    const before = await dump(database);
    expect(await optOut(app, list)).toMatchObject({ opted_out: 0, already_out: 3 });
    expect(await dump(database)).toEqual(before);
  });
});
