import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createKeyRing } from '../../src/2-sample/keys/key-ring.ts';
import { createTranscriptVault } from '../../src/2-sample/keys/transcript-vault.ts';
import { rateDue } from '../../src/3-rate/run.ts';
import { createKeyFileSource } from '../../src/clients/key-file.ts';
import { keyFileOf } from '../../src/compose.ts';
import type { Database } from '../../src/db/database.ts';
import { claimDue, settle } from '../../src/db/ledger.ts';
import type { Claim, Settlement } from '../../src/domain/claim.ts';
import { unscoredReasons } from '../../src/domain/rating.ts';
import { agreement, appFor, conversation, eachDatabase, flattery, hour, onServer, type TestApp } from './test-database.ts';

const minute_ms = 60_000;
const later = (app: TestApp, minutes: number) => app.clock.set(new Date(app.clock.now().getTime() + minutes * minute_ms));
const many = (n: number) => Array.from({ length: n }, () => conversation());

/** What a judge worker claims: a lease of ten minutes on at most three samples. */
function claimAs({ database, clock }: TestApp, worker: string, limit = 3): Promise<Claim[]> {
  const now = clock.now();
  const leaseUntil = new Date(now.getTime() + 10 * minute_ms);
  return claimDue(database.db, { rater: 'judge', worker, limit, now, leaseUntil });
}

function harmless(claims: readonly Claim[]): Settlement[] {
  return claims.flatMap(({ conversationKey, batchAt, dimensions }) =>
    dimensions.map((dimension) => ({
      outcome: 'scored' as const,
      conversationKey,
      batchAt,
      dimension,
      raterRevision: 'revision-1',
      choice: 'none',
      score: 0,
      harm: false,
      confidence: 1,
      sealed: null,
    })),
  );
}

const settleAs = ({ database, clock }: TestApp, worker: string, claims: readonly Claim[]) =>
  settle(database.db, { rater: 'judge', worker, leased: true, now: clock.now() }, harmless(claims));

const ledgerOf = ({ db }: Database) => db.selectFrom('ledger').selectAll().where('rater', '=', 'judge').execute();
/** The judge's ratings as `<conversation> <dimension>`, sorted. */
async function ratedBy({ db }: Database): Promise<string[]> {
  const rows = await db.selectFrom('rating').selectAll().where('rater', '=', 'judge').execute();
  return rows.map((row) => `${row.conversation_key} ${row.dimension}`).sort();
}
const everyRating = (app: TestApp, ids: readonly { id: string }[]) =>
  ids.flatMap(({ id }) => [`${app.unitOf(id)} ${flattery}`, `${app.unitOf(id)} ${agreement}`]).sort();

eachDatabase('the ledger', (open) => {
  it('gives no row to two workers that claim at once', async () => {
    const app = await appFor(await open());
    await app.intake.take(many(20));
    const claims = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((worker) => claimAs(app, worker)));
    const rows = claims.flat().flatMap(({ conversationKey, dimensions }) => dimensions.map((d) => `${conversationKey} ${d}`));
    expect(new Set(rows).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(0);
    const leased = (await ledgerOf(app.database)).filter((row) => row.lease_by !== null);
    expect(leased.map((row) => `${row.conversation_key} ${row.dimension}`).sort()).toEqual(rows.sort());
  });

  it('gives a row out again once its lease has run out, and not before', async () => {
    const app = await appFor(await open());
    await app.intake.take(many(2));
    expect(await claimAs(app, 'slow')).toHaveLength(2);
    later(app, 9);
    expect(await claimAs(app, 'quick')).toEqual([]);
    later(app, 1);
    const again = await claimAs(app, 'quick');
    expect(again.map(({ attempts }) => attempts)).toEqual([2, 2]);
  });

  it('gives out nothing that has expired, and what is behind it all the same', async () => {
    const app = await appFor(await open());
    const taken = many(8);
    await app.intake.take(taken);
    const { db } = app.database;
    const units = taken.map(({ id }) => app.unitOf(id)).sort();
    // The first in line, and more than one claim takes.
    const expired = units.slice(0, 6);
    await db
      .updateTable('sample')
      .set({ expires_at: hour(1) })
      .where('conversation_key', 'in', expired)
      .execute();
    later(app, 60);
    const keysOf = (claims: readonly Claim[]) => claims.map(({ conversationKey }) => conversationKey);
    expect(keysOf(await claimAs(app, 'one', 1))).toEqual(units.slice(6, 7));
    expect(keysOf(await claimAs(app, 'another'))).toEqual(units.slice(7));
  });

  it('takes nothing from a worker that lost its lease to another', async () => {
    const app = await appFor(await open());
    await app.intake.take(many(2));
    const slow = await claimAs(app, 'slow');
    later(app, 11);
    const quick = await claimAs(app, 'quick');
    expect(await settleAs(app, 'slow', slow)).toBe(0);
    expect(await ratedBy(app.database)).toEqual([]);
    expect(await settleAs(app, 'quick', quick)).toBe(4);
    expect(await settleAs(app, 'slow', slow)).toBe(0);
    expect(await settleAs(app, 'quick', quick)).toBe(0);
    expect(await ratedBy(app.database)).toHaveLength(4);
  });

  it('takes nothing from a worker whose conversation has grown meanwhile', async () => {
    const app = await appFor(await open());
    const [short] = many(1);
    await app.intake.take([short!]);
    const claims = await claimAs(app, 'slow');
    await app.intake.take([{ ...short!, turns: [...short!.turns, { role: 'user', content: 'And if it rains?' }] }]);
    expect(await settleAs(app, 'slow', claims)).toBe(0);
    expect((await ledgerOf(app.database)).map((row) => row.state)).toEqual(['due', 'due']);
  });

  it('loses and doubles nothing when a worker is killed between asking and settling', async () => {
    const app = await appFor(await open());
    const taken = many(5);
    await app.intake.take(taken);
    expect(await claimAs(app, 'killed')).toHaveLength(3);
    await rateDue(app.raters);
    expect(await ratedBy(app.database)).toHaveLength(4);
    later(app, 11);
    await rateDue(app.raters);
    await rateDue(app.raters);
    expect(await ratedBy(app.database)).toEqual(everyRating(app, taken));
    expect(new Set((await ledgerOf(app.database)).map((row) => row.state))).toEqual(new Set(['scored']));
  });
});

eachDatabase('rating', (open) => {
  it('over HTTP with an endpoint that fails in every way ends with a verdict or a reason for each row', async () => {
    const app = await appFor(await open(), {
      config: { judge: { model: 'flaky', concurrency: 8, timeout_ms: 250, max_attempts: 4 } },
      faults: { throttled: 0.3, garbage: 0.1, failed: 0.05, hang: 0.03 },
      // Ticks pass quicker here than an outage would.
      breaker: { firstOpenMs: 20, longestOpenMs: 200 },
    });
    const taken = many(70);
    await app.intake.take(taken);
    const stillDue = async () => (await ledgerOf(app.database)).filter((row) => row.state === 'due').length;
    let ticks = 0;
    for (; ticks < 12 && (await stillDue()) > 0; ticks += 1) {
      await rateDue(app.raters);
      later(app, 1);
    }
    const rows = await ledgerOf(app.database);
    expect(rows).toHaveLength(140);
    const states = new Set(rows.map((row) => row.state));
    expect([...states].filter((state) => state !== 'scored' && !(unscoredReasons as readonly string[]).includes(state))).toEqual(
      [],
    );
    // The faults were met: some calls were made again, and some answers could not be read.
    expect(app.judge.calls()).toBeGreaterThan(taken.length);
    expect(states).toContain('invalid_answer');
    expect(ticks).toBeGreaterThan(1);
    const scored = rows.filter((row) => row.state === 'scored').map((row) => `${row.conversation_key} ${row.dimension}`);
    expect(scored.length).toBeGreaterThan(100);
    expect(await ratedBy(app.database)).toEqual(scored.sort());
  });

  it('waits as long as its back-off says before it asks again', async () => {
    const app = await appFor(await open(), { faults: { failed: 1 } });
    await app.intake.take(many(1));
    const askedAfter = async (seconds: number) => {
      app.clock.set(new Date(app.clock.now().getTime() + seconds * 1_000));
      await rateDue(app.raters);
      return app.judge.calls();
    };
    expect(await askedAfter(0)).toBe(1);
    expect(await askedAfter(0.5)).toBe(1);
    expect(await askedAfter(0.5)).toBe(2);
    expect(await askedAfter(1)).toBe(2);
    expect(await askedAfter(1)).toBe(3);
    for (const seconds of [10, 60]) await askedAfter(seconds);
    expect(await askedAfter(3_600)).toBe(5);
    expect((await ledgerOf(app.database)).map((row) => row.state)).toEqual(['failed', 'failed']);
  });

  it('with one bad row settles that row as failed and goes on', async () => {
    const app = await appFor(await open());
    const taken = many(3);
    await app.intake.take(taken);
    const { db } = app.database;
    await db
      .updateTable('sample')
      .set({ sealed: Buffer.from('not what was sealed') })
      .where('conversation_key', '=', app.unitOf(taken[0]!.id))
      .execute();
    await rateDue(app.raters);
    expect(await ratedBy(app.database)).toEqual(everyRating(app, taken.slice(1)));
    const states = (await ledgerOf(app.database)).map((row) => row.state).sort();
    expect(states).toEqual(['failed', 'failed', 'scored', 'scored', 'scored', 'scored']);
  });
});

eachDatabase('rating without the master key', (open) => {
  it('keeps what it cannot open due, and rates it once the key is back', async () => {
    const app = await appFor(await open());
    await app.intake.take(many(2));
    const [master] = app.keys.ring.masters();
    const path = keyFileOf(app.config);
    const kept = readFileSync(path, 'utf8');
    // Its process started with another key, as one would whose file was restored from the wrong backup.
    writeFileSync(path, `${'ab'.repeat(32)}\n`);
    const wrong = createKeyRing(createKeyFileSource(path), () => app.clock.now());
    const raters = { ...app.raters, vault: createTranscriptVault(wrong) };
    const totals = await rateDue(raters);
    expect(totals).toEqual({ 'judge later': 4 });
    expect(app.judge.calls()).toBe(0);
    expect(new Set((await ledgerOf(app.database)).map((row) => row.state))).toEqual(new Set(['due']));

    writeFileSync(path, kept);
    await rateDue(raters);
    expect(app.judge.calls()).toBe(0);
    later(app, 15);
    await rateDue(raters);
    expect(new Set((await ledgerOf(app.database)).map((row) => row.state))).toEqual(new Set(['scored']));
    expect(wrong.current()).toEqual(master);
  });
});

onServer('rating by several workers at once', (open) => {
  it('asks the judge of every sample once and rates nothing twice', async () => {
    const database = await open();
    const app = await appFor(database, { startsAt: hour(0) });
    const taken = many(150);
    await app.intake.take(taken);
    const workers = await Promise.all(
      ['a', 'b', 'c'].map(async (worker) => ({ ...app.raters, worker, db: (await database.again()).db })),
    );
    await Promise.all(workers.map((worker) => rateDue(worker)));
    expect(await ratedBy(database)).toEqual(everyRating(app, taken));
    // A sample is claimed whole: its two dimensions are one call of one worker.
    expect(app.judge.calls()).toBe(taken.length);
  });
});
