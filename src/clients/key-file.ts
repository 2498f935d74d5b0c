import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { KeyError } from '../domain/errors.ts';
import type { KeySource } from '../domain/key-ring.ts';
import { parseKeys } from './parse-keys.ts';

const key_bytes = 32;
/** Writing a key file takes milliseconds: one that was begun longer ago was left behind by a process that died. */
const abandoned_after_ms = 60_000;

/** Master keys in a file of their own, outside the database: one a line, the current one first. */
export function createKeyFileSource(path: string): KeySource {
  return {
    name: path,
    read: () => parseKeys(readText(path), `the key file ${path}`),
    add: () => addKey(path),
  };
}

/** Makes a file with one new key, readable by its owner only. Never overwrites one. @returns whether a key was made. */
export function createKeyFile(path: string): boolean {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const handle = openNew(path);
  if (handle === null) return false;
  write(handle, newLine());
  syncFolder(path);
  return true;
}

/**
 * Written beside the file and renamed into its place, so that whoever reads meanwhile finds either the old keys or all of them,
 * and forced to the disk before anything is wrapped under the new key. Owner and mode stay: who could read it still can.
 */
function addKey(path: string): void {
  const old = readText(path);
  parseKeys(old, `the key file ${path}`);
  try {
    // The file itself, where the path is a link to it.
    replace(realpathSync(path), newLine() + old, old);
  } catch (cause) {
    if (cause instanceof KeyError) throw cause;
    throw new KeyError(
      `The key file ${path} cannot be changed: check its permissions, or put a new key before its first line yourself ("openssl rand -hex 32" makes one) and run this again.`,
      { cause },
    );
  }
}

/** The file beside it, made by one process only, keeps a second one from dropping the first one's key. */
function replace(file: string, text: string, old: string): void {
  const beside = `${file}.new`;
  if (age_ms(beside) > abandoned_after_ms) rmSync(beside, { force: true });
  const handle = openNew(beside);
  const taken = new KeyError(`The key file ${file} is being changed by another process (${beside}): try again in a minute.`);
  if (handle === null) throw taken;
  try {
    write(handle, text);
    const { uid, gid, mode } = statSync(file);
    const ours = statSync(beside);
    if (ours.uid !== uid || ours.gid !== gid) chownSync(beside, uid, gid);
    chmodSync(beside, mode & 0o777);
    if (readText(file) !== old) throw taken;
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  syncFolder(file);
}

function newLine(): string {
  return `${randomBytes(key_bytes).toString('hex')}\n`;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new KeyError(
      `The key file ${path} cannot be read: restore it from your backup; without it nothing that was stored can be opened.`,
      { cause },
    );
  }
}

/** @returns null if there is a file already. */
function openNew(path: string): number | null {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
    throw error;
  }
}

function write(handle: number, text: string): void {
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** A new name is safe from a power cut only once its folder is on the disk. */
function syncFolder(path: string): void {
  const handle = openSync(dirname(path), 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function age_ms(path: string): number {
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY);
}
