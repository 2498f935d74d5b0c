import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StorageError } from '../domain/errors.ts';

/**
 * The embedded database does not notice a second process on its folder and would corrupt it, so the lock is ours: a file
 * with the holder's process id. A lock whose process is gone is taken over.
 * @returns a function that releases the lock.
 * @throws StorageError when the folder is held by a live process or cannot be written.
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'longwatch.lock');
  try {
    mkdirSync(folder, { recursive: true });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (create(file)) return () => rmSync(file, { force: true });
      const holder = Number(readFileSync(file, 'utf8').trim());
      if (isAlive(holder)) {
        throw new StorageError(
          `The data folder ${folder} is in use by process ${holder}: stop it, choose another --data-dir, or use a server with DATABASE_URL.`,
        );
      }
      rmSync(file, { force: true });
    }
  } catch (cause) {
    if (cause instanceof StorageError) throw cause;
    throw new StorageError(`The data folder ${folder} cannot be written: check its permissions, or choose another --data-dir.`, {
      cause,
    });
  }
  throw new StorageError(`The data folder ${folder} was taken by another process just now: try again.`);
}

function create(file: string): boolean {
  try {
    const handle = openSync(file, 'wx');
    writeSync(handle, `${process.pid}\n`);
    closeSync(handle);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
