import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { KeyError } from '../domain/errors.ts';

const key_bytes = 32;

/** Reads a master key: 64 hexadecimal digits in a file of its own, outside the database. */
export function readKeyFile(path: string): Buffer {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new KeyError(
      `The key file ${path} cannot be read: restore it from your backup; without it nothing that was stored can be opened.`,
      {
        cause,
      },
    );
  }
  if (!/^[0-9a-f]{64}$/i.test(text)) {
    throw new KeyError(`The key file ${path} is not a key: it must hold ${key_bytes * 2} hexadecimal digits and nothing else.`);
  }
  return Buffer.from(text, 'hex');
}

/** Makes a new key, readable by its owner only. Never overwrites one. @returns whether a key was made. */
export function createKeyFile(path: string): boolean {
  if (existsSync(path)) return false;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${randomBytes(key_bytes).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(path, 0o600);
  return true;
}
