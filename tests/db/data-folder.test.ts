import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keyFileOf } from '../../src/compose.ts';
import { openDatabase } from '../../src/db/database.ts';
import { lockFolder } from '../../src/db/folder-lock.ts';
import { readMeta, writeMetaOnce } from '../../src/db/meta.ts';
import { KeyError, StorageError } from '../../src/domain/errors.ts';
import { appFor, conversation, dump, eachDatabase, type TestDatabase, temporaryFolder } from './test-database.ts';

const openFolder = (dataDir: string) => openDatabase({ kind: 'folder', dataDir });

/** A process of its own that lives until it is ended, or until the test is. */
async function otherProcess() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  onTestFinished(end);
  return { pid: child.pid ?? 0, end };
}

describe('the lock of the data folder', () => {
  it('keeps a second process out while the first one lives, and says what to do', async () => {
    const folder = await temporaryFolder();
    const holder = await otherProcess();
    await writeFile(join(folder, 'longwatch.lock'), `${holder.pid}\n`);
    const refused = openFolder(folder);
    await expect(refused).rejects.toBeInstanceOf(StorageError);
    await expect(refused).rejects.toThrow(
      `The data folder ${folder} is in use by process ${holder.pid}: stop it, choose another --data-dir, or use a server with DATABASE_URL.`,
    );
    expect(await readFile(join(folder, 'longwatch.lock'), 'utf8')).toBe(`${holder.pid}\n`);
  });

  it('keeps the same process out a second time, until it is released', async () => {
    const folder = await temporaryFolder();
    const unlock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(`in use by process ${process.pid}`);
    unlock();
    lockFolder(folder)();
  });

  it('is taken over from a process that died with it', async () => {
    const folder = await temporaryFolder();
    const holder = await otherProcess();
    await holder.end();
    await writeFile(join(folder, 'longwatch.lock'), `${holder.pid}\n`);
    const unlock = lockFolder(folder);
    expect(await readFile(join(folder, 'longwatch.lock'), 'utf8')).toBe(`${process.pid}\n`);
    unlock();
    expect(existsSync(join(folder, 'longwatch.lock'))).toBe(false);
  });

  it('is refused in a place that cannot hold a folder, with a sentence', async () => {
    const file = join(await temporaryFolder(), 'a-file');
    await writeFile(file, '');
    const place = join(file, 'data');
    const refused = openFolder(place);
    await expect(refused).rejects.toBeInstanceOf(StorageError);
    await expect(refused).rejects.toThrow(
      `The data folder ${place} cannot be written: check its permissions, or choose another --data-dir.`,
    );
  });
});

describe('a data folder', () => {
  it('keeps what was written when it is closed and opened again', async () => {
    const folder = await temporaryFolder();
    const first = await openFolder(folder);
    await writeMetaOnce(first.db, 'remember', 'this');
    await expect(openFolder(folder)).rejects.toThrow('in use');
    await first.close();
    const second = await openFolder(folder);
    onTestFinished(second.close);
    expect(await readMeta(second.db, 'remember')).toBe('this');
  });
});

/** The same data for the next start: closing the application leaves this connection open. */
const kept = (database: TestDatabase): TestDatabase => ({ ...database, close: async () => undefined });

eachDatabase('keys', (open) => {
  async function written() {
    const database = kept(await open());
    const dataDir = await temporaryFolder();
    const app = await appFor(database, { dataDir });
    await app.intake.take([conversation()]);
    return { database, dataDir, keyFile: keyFileOf(app.config), before: await dump(database) };
  }

  it('other than those the data was written with are refused, and nothing changes', async () => {
    const { database, dataDir, keyFile, before } = await written();
    await writeFile(keyFile, `${'ab'.repeat(32)}\n`);
    const refused = appFor(database, { dataDir });
    await expect(refused).rejects.toBeInstanceOf(KeyError);
    await expect(refused).rejects.toThrow('is not the one this database was written with');
    expect(await dump(database)).toEqual(before);
    expect(await readFile(keyFile, 'utf8')).toBe(`${'ab'.repeat(32)}\n`);
  });

  it('that are missing are not made anew beside data that needs the old ones', async () => {
    const { database, dataDir, keyFile, before } = await written();
    await rm(keyFile);
    const refused = appFor(database, { dataDir });
    await expect(refused).rejects.toBeInstanceOf(KeyError);
    await expect(refused).rejects.toThrow(`The key file ${keyFile} cannot be read: restore it from your backup`);
    expect(existsSync(keyFile)).toBe(false);
    expect(await dump(database)).toEqual(before);
  });

  it('that are no keys are refused', async () => {
    const database = kept(await open());
    const dataDir = await temporaryFolder();
    await mkdir(join(dataDir, 'keys'));
    await writeFile(join(dataDir, 'keys', 'master.key'), 'short');
    await expect(appFor(database, { dataDir })).rejects.toBeInstanceOf(KeyError);
    expect(await readMeta(database.db, 'key_fingerprint')).toBe(null);
  });

  it('that are right open the same data again', async () => {
    const { database, dataDir, before } = await written();
    await appFor(database, { dataDir });
    expect(await dump(database)).toEqual(before);
  });
});
