import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { deriveKeys, keyFingerprint } from '../../src/2-sample/keys/derive-keys.ts';
import { createTranscriptVault } from '../../src/2-sample/keys/transcript-vault.ts';
import { seal } from '../../src/2-sample/keys/vault.ts';
import { conversationKey } from '../../src/2-sample/pseudonym.ts';
import { readCoinKeys } from '../../src/2-sample/run-keys.ts';
import { listKeys, rotateCoin, rotateMaster } from '../../src/2-sample/run-rotation.ts';
import { rateDue } from '../../src/3-rate/run.ts';
import { keyFileOf, openKeys } from '../../src/compose.ts';
import { countByMaster, deleteDataKeys, readDataKeys } from '../../src/db/data-keys.ts';
import { readMeta, writeMetaOnce } from '../../src/db/meta.ts';
import { readSealedSample } from '../../src/db/sealed-samples.ts';
import { readWorkingKeys } from '../../src/db/working-keys.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { KeyError } from '../../src/domain/errors.ts';
import { type KeyRing, MissingMasterKey } from '../../src/domain/key-ring.ts';
import { before_data_keys } from '../../src/domain/vault.ts';
import {
  appFor,
  conversation,
  eachDatabase,
  hour,
  onServer,
  type TestApp,
  type TestDatabase,
  temporaryFolder,
} from './test-database.ts';

const day_ms = 86_400_000;
const many = (n: number) => Array.from({ length: n }, () => conversation());
/** The same data for the next start: closing the application leaves this connection open. */
const kept = (database: TestDatabase): TestDatabase => ({ ...database, close: async () => undefined });
const linesOf = (app: TestApp) => readFileSync(keyFileOf(app.config), 'utf8').trim().split('\n');
const fingerprints = (app: TestApp) => linesOf(app).map((line) => keyFingerprint(Buffer.from(line, 'hex')));
const mastersIn = async ({ database }: TestApp) => (await countByMaster(database.db)).map(({ master }) => master);

/** What a sample says, by whoever holds the ring; throws KeyError where it does not open. */
async function readText({ database, clock, unitOf }: TestApp, { id }: Conversation, ring: KeyRing): Promise<string> {
  const sample = await readSealedSample(database.db, unitOf(id), clock.now());
  if (sample?.key == null) throw new KeyError('no sample or no key');
  const transcript = createTranscriptVault(ring).openTranscript(sample.key, sample.sealed, sample.conversationKey);
  return transcript.map(({ content }) => content).join(' ');
}

/** The keys as a process would find them that starts now, with its own copy of the key file. */
async function startAnew({ database, clock }: TestApp, ...lines: string[]) {
  const keyFile = join(await temporaryFolder(), 'master.key');
  writeFileSync(keyFile, lines.join('\n'));
  return openKeys({ keyFile, keyCommand: undefined, dataDir: '' }, database, clock);
}

async function statesOf({ database }: TestApp): Promise<string[]> {
  const rows = await database.db.selectFrom('ledger').select('state').where('rater', '=', 'judge').execute();
  return rows.map(({ state }) => state).sort();
}

eachDatabase('the keys of a database', (open) => {
  it('are made at its first start, from the master key alone, and wrapped by it', async () => {
    const app = await appFor(await open());
    const master = Buffer.from(linesOf(app)[0]!, 'hex');
    expect(app.unitOf('c-1')).toBe(conversationKey(deriveKeys(master).pseudonym, 'c-1'));
    const { db } = app.database;
    const stored = await readWorkingKeys(db);
    expect(stored.map(({ name, generation }) => `${name} ${generation}`)).toEqual([
      'audit 1',
      'coin 1',
      'pseudonym 1',
      'receipt 1',
    ]);
    expect(new Set(stored.map((key) => key.master))).toEqual(new Set([keyFingerprint(master)]));
    expect(await readMeta(db, 'key_fingerprint')).toBe(null);
    const [coin] = await readCoinKeys(db, app.keys.ring);
    expect(coin?.key).toEqual(deriveKeys(master).coin);
  });

  it('from before there were any stay in force, and the old samples open with them', async () => {
    const database = kept(await open());
    const dataDir = await temporaryFolder();
    const app = await appFor(database, { dataDir });
    const taken = many(3);
    await app.intake.take(taken);
    await asBefore(app, taken);

    const upgraded = await appFor(database, { dataDir });
    expect(upgraded.unitOf('c-1')).toBe(app.unitOf('c-1'));
    expect([...(await readDataKeys(database.db, [before_data_keys])).keys()]).toEqual([before_data_keys]);
    await rateDue(upgraded.raters);
    expect(await statesOf(upgraded)).toEqual(Array(6).fill('scored'));
    await rotateMaster(upgraded.keys, 'Robin');
    const { ring } = await startAnew(upgraded, linesOf(upgraded)[0]!);
    for (const each of taken) expect(await readText(upgraded, each, ring)).toContain('bowline');
  });

  it('from before there were any are refused beside another master key, and nothing changes', async () => {
    const app = await appFor(await open());
    await asBefore(app, []);
    await expect(startAnew(app, 'ab'.repeat(32))).rejects.toThrow('is not the one this database was written with');
    expect(await readWorkingKeys(app.database.db)).toEqual([]);
    expect(await readMeta(app.database.db, 'key_fingerprint')).toBe(fingerprints(app)[0]);
  });

  it('are refused when the file and the command are both set', async () => {
    const app = await appFor(await open());
    const both = openKeys({ keyFile: 'a', keyCommand: 'b', dataDir: '' }, app.database, app.clock);
    await expect(both).rejects.toThrow('LONGWATCH_KEY_FILE and LONGWATCH_KEY_COMMAND are both set');
  });
});

/** As an older Longwatch would have left it: one vault key, derived from the master key, and a fingerprint. */
async function asBefore(app: TestApp, taken: readonly Conversation[]): Promise<void> {
  const { db } = app.database;
  const { vault } = deriveKeys(Buffer.from(linesOf(app)[0]!, 'hex'));
  for (const { id } of taken) {
    const sample = await readSealedSample(db, app.unitOf(id), app.clock.now());
    const transcript = app.raters.vault.openTranscript(sample!.key!, sample!.sealed, app.unitOf(id));
    const sealed = seal(vault, JSON.stringify(transcript), `transcript ${app.unitOf(id)}`);
    await db
      .updateTable('sample')
      .set({ sealed, user_key: before_data_keys })
      .where('conversation_key', '=', app.unitOf(id))
      .execute();
  }
  await db.deleteFrom('data_key').execute();
  await db.deleteFrom('working_key').execute();
  await writeMetaOnce(db, 'key_fingerprint', fingerprints(app)[0]!);
}

eachDatabase('a rotation of the master key', (open) => {
  it('leaves nothing under the old key, and the running process goes on', async () => {
    const app = await appFor(await open());
    const before = many(5);
    await app.intake.take(before);
    const [old] = linesOf(app);
    // As the process that rotates: the one that runs has its own ring, over the same file.
    const other = (await openKeys(app.config, app.database, app.clock)).ring;
    const done = await rotateMaster({ ...app.keys, ring: other }, 'Robin', 2);
    expect(linesOf(app)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), old]);
    const [current] = fingerprints(app);
    expect(done).toEqual({ current, added: current, workingKeys: 4, dataKeys: 5, damaged: 0 });
    expect(await mastersIn(app)).toEqual([current]);

    const after = many(2);
    await app.intake.take(after);
    await rateDue(app.raters);
    expect(await statesOf(app)).toEqual(Array(14).fill('scored'));
    expect(await mastersIn(app)).toEqual([current]);
    const { ring, keys } = await startAnew(app, linesOf(app)[0]!);
    expect(conversationKey(keys.pseudonym, 'c-1')).toBe(app.unitOf('c-1'));
    for (const each of [...before, ...after]) expect(await readText(app, each, ring)).toContain('bowline');
    await expect(startAnew(app, old!)).rejects.toBeInstanceOf(MissingMasterKey);
  });

  it('killed anywhere leaves everything readable, and the next run finishes it with the same key', async () => {
    const app = await appFor(await open());
    const taken = many(6);
    await app.intake.take(taken);
    for (let steps = 0; ; steps += 1) {
      const lines = linesOf(app).length;
      const fatal = dyingAfter(steps, app.keys.ring);
      const outcome = await rotateMaster({ ...app.keys, ring: fatal }, 'Robin', 2).catch((error: Error) => error.message);
      for (const each of taken)
        expect(await readText(app, each, (await startAnew(app, ...linesOf(app))).ring)).toContain('bowline');
      if (outcome !== 'killed') break;
      const begun = linesOf(app).length > lines;
      const next = await rotateMaster(app.keys, 'Robin', 2);
      // What was begun is finished; where nothing was, this was a rotation of its own.
      expect(next.added === null).toBe(begun && next.workingKeys + next.dataKeys > 0);
      expect(linesOf(app)).toHaveLength(lines + 1);
      expect(await mastersIn(app)).toEqual([next.current]);
      expect(steps).toBeLessThan(40);
    }
  });

  it('leaves a key that was altered where it is, says so, and still rotates the next time', async () => {
    const app = await appFor(await open());
    const [bad, ...good] = many(4);
    await app.intake.take([bad!, ...good]);
    const { db } = app.database;
    const sample = await readSealedSample(db, app.unitOf(bad!.id), app.clock.now());
    await db
      .updateTable('data_key')
      .set({ wrapped: randomBytes(61) })
      .where('owner', '=', sample!.userKey)
      .execute();
    expect(await rotateMaster(app.keys, 'Robin', 2)).toMatchObject({ dataKeys: 3, damaged: 1 });
    const again = await rotateMaster(app.keys, 'Robin', 2);
    expect(again).toMatchObject({ added: again.current, dataKeys: 3, damaged: 1 });
    for (const each of good) expect(await readText(app, each, app.keys.ring)).toContain('bowline');
  });

  it('is not needed by what somebody else wrapped under a key nobody holds', async () => {
    const app = await appFor(await open());
    await app.intake.take(many(1));
    await app.database.db.updateTable('data_key').set({ master: 'feedfeedfeedfeed' }).execute();
    const { added } = await rotateMaster(app.keys, 'Robin');
    expect(added).toBe(fingerprints(app)[0]);
    expect((await listKeys(app.keys)).masters).toEqual([
      { fingerprint: fingerprints(app)[0], place: 1, workingKeys: 4, dataKeys: 0 },
      { fingerprint: fingerprints(app)[1], place: 2, workingKeys: 0, dataKeys: 0 },
      { fingerprint: 'feedfeedfeedfeed', place: null, workingKeys: 0, dataKeys: 1 },
    ]);
  });

  it('by a command wraps what the command prints first', async () => {
    const database = await open();
    const file = join(await temporaryFolder(), 'service');
    const [one, two] = ['11', '22'].map((byte) => byte.repeat(32));
    writeFileSync(file, `${one}\n`);
    const app = await appFor(await kept(database));
    await database.db.deleteFrom('working_key').execute();
    const config = { keyFile: undefined, keyCommand: `cat '${file}'`, dataDir: '' };
    const { ring } = await openKeys(config, database, app.clock);
    const deps = { ...app.keys, ring };
    const [first, second] = [one, two].map((line) => keyFingerprint(Buffer.from(line!, 'hex')));
    expect(await rotateMaster(deps, 'Robin')).toMatchObject({ current: first, added: null, workingKeys: 0 });
    writeFileSync(file, `${two}\n${one}\n`);
    expect(await rotateMaster(deps, 'Robin')).toMatchObject({ current: second, added: null, workingKeys: 4 });
    expect((await listKeys(deps)).masters.map(({ fingerprint, workingKeys }) => [fingerprint, workingKeys])).toEqual([
      [second, 4],
      [first, 0],
    ]);
  });
});

/** A ring whose process dies when it has been asked for the current key this many times. */
function dyingAfter(steps: number, ring: KeyRing): KeyRing {
  let left = steps;
  return {
    ...ring,
    current() {
      if (left === 0) throw new Error('killed');
      left -= 1;
      return ring.current();
    },
  };
}

eachDatabase('a rotation of the coin key', (open) => {
  it('takes effect at the next UTC midnight, once, and running processes see it', async () => {
    const app = await appFor(await open(), { startsAt: hour(10) });
    const midnight = new Date(hour(0).getTime() + day_ms);
    const [first] = await readCoinKeys(app.database.db, app.keys.ring);
    expect(await rotateCoin(app.keys, 'Robin')).toEqual({ generation: 2, from: midnight, made: true });
    expect(await rotateCoin(app.keys, 'Robin')).toEqual({ generation: 2, from: midnight, made: false });
    const coins = await app.sampler.readCoins(app.database.db);
    expect(coins.map(({ from }) => from)).toEqual([midnight, new Date(0)]);
    expect(coins[1]?.key).toEqual(first?.key);
    expect(coins[0]?.key).not.toEqual(first?.key);
    app.clock.set(midnight);
    expect(await rotateCoin(app.keys, 'Robin')).toMatchObject({ generation: 3, from: new Date(midnight.getTime() + day_ms) });
    await rotateMaster(app.keys, 'Robin');
    expect(await app.sampler.readCoins(app.database.db)).toHaveLength(3);
  });
});

eachDatabase('sealed samples', (open) => {
  it('never open again once their data key was deleted', async () => {
    const app = await appFor(await open());
    const [gone, stays] = many(2);
    await app.intake.take([gone!, stays!]);
    const { db } = app.database;
    const before = await readSealedSample(db, app.unitOf(gone!.id), app.clock.now());
    expect(await deleteDataKeys(db, [before!.userKey])).toBe(1);
    await rateDue(app.raters);
    expect(await statesOf(app)).toEqual(['failed', 'failed', 'scored', 'scored']);
    expect(await readSealedSample(db, app.unitOf(gone!.id), app.clock.now())).toMatchObject({ key: null });
    const another = app.raters.vault.createKey(before!.userKey);
    expect(() => app.raters.vault.openTranscript(another, before!.sealed, before!.conversationKey)).toThrow(KeyError);
    expect(await readText(app, stays!, app.keys.ring)).toContain('bowline');
  });

  it('do not open in the place of another, nor with the key of another', async () => {
    const app = await appFor(await open());
    const user = 'the same user';
    const [a, b, c, d] = [conversation({ user }), conversation({ user }), ...many(2)];
    await app.intake.take([a!, b!, c!, d!]);
    const { db } = app.database;
    const stored = async ({ id }: Conversation) => (await readSealedSample(db, app.unitOf(id), app.clock.now()))!;
    const [sa, sb, sc, sd] = [await stored(a!), await stored(b!), await stored(c!), await stored(d!)];
    expect(sa.userKey).toBe(sb.userKey);
    const put = (id: string, sealed: Buffer) =>
      db.updateTable('sample').set({ sealed }).where('conversation_key', '=', id).execute();
    await put(sa.conversationKey, sb.sealed);
    await put(sb.conversationKey, sa.sealed);
    const wrap = (owner: string, wrapped: Buffer) =>
      db.updateTable('data_key').set({ wrapped }).where('owner', '=', owner).execute();
    await wrap(sc.userKey, sd.key!.wrapped);
    await wrap(sd.userKey, sc.key!.wrapped);
    for (const each of [a!, b!, c!, d!]) await expect(readText(app, each, app.keys.ring)).rejects.toBeInstanceOf(KeyError);
    await rateDue(app.raters);
    expect(await statesOf(app)).toEqual(Array(8).fill('failed'));
  });

  it('are invisible from the moment they expire', async () => {
    const app = await appFor(await open());
    const [taken] = many(1);
    await app.intake.take([taken!]);
    const { db } = app.database;
    await db
      .updateTable('sample')
      .set({ expires_at: hour(5) })
      .execute();
    const unit = app.unitOf(taken!.id);
    expect(await readSealedSample(db, unit, new Date(hour(5).getTime() - 1))).toMatchObject({
      conversationKey: unit,
      design: 'poisson-2',
    });
    expect(await readSealedSample(db, unit, hour(5))).toBe(null);
    expect(await readSealedSample(db, 'no such sample', hour(0))).toBe(null);
  });
});

onServer('keys of a server with several processes', (open) => {
  it('are made once by processes that start at the same time', async () => {
    const database = await open();
    const dataDir = await temporaryFolder();
    const starting = [1, 2, 3, 4].map(async () => appFor(await database.again(), { dataDir }));
    const apps = await Promise.all(starting);
    expect(new Set(apps.map((app) => app.unitOf('c-1'))).size).toBe(1);
    expect(await readWorkingKeys(database.db)).toHaveLength(4);
  });

  it('are those of one process where each came with its own', async () => {
    const database = await open();
    const starting = [1, 2, 3, 4].map(async () => appFor(await database.again()));
    const outcomes = await Promise.allSettled(starting);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(refused).toEqual(Array(3).fill(expect.any(KeyError)));
    expect(new Set((await readWorkingKeys(database.db)).map(({ master }) => master)).size).toBe(1);
  });

  it('rotate again and again while others read, write and rate, and nothing is lost', async () => {
    const database = await open();
    const dataDir = await temporaryFolder();
    const busy = await appFor(await database.again(), { dataDir });
    const rating = await appFor(await database.again(), { dataDir });
    const rotating = await appFor(await database.again(), { dataDir });
    let running = true;
    // The month's tables are there before the raters look.
    const taken = many(1);
    await busy.intake.take(taken);
    const intake = (async () => {
      while (running) {
        const some = many(5);
        const { counts } = await busy.intake.take(some);
        expect(counts.sampled).toBe(5);
        taken.push(...some);
      }
    })();
    const raters = (async () => {
      while (running) await rateDue(rating.raters);
    })();
    for (let i = 0; i < 4; i += 1) await rotateMaster(rotating.keys, 'Robin', 7);
    running = false;
    await Promise.all([intake, raters]);
    await rateDue(rating.raters);
    expect(taken.length).toBeGreaterThan(10);
    expect(await statesOf(rating)).toEqual(Array(taken.length * 2).fill('scored'));
    expect(linesOf(rotating)).toHaveLength(5);
    expect(await mastersIn(rotating)).toEqual([fingerprints(rotating)[0]]);
    const { ring } = await startAnew(rotating, linesOf(rotating)[0]!);
    for (const each of taken) expect(await readText(rotating, each, ring)).toContain('bowline');
  });
});
