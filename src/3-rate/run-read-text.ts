import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { InputError } from '../domain/errors.ts';

/**
 * A file people made, whole, `.gz` too. Labels are written by hand: they fit in memory.
 * @throws InputError naming the file when it cannot be read or unpacked.
 */
export async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (cause) {
    throw new InputError(`${path} cannot be read: check the path, its permissions, and that a .gz file is whole.`, { cause });
  }
}
