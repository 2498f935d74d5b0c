import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createKeyFile, readKeyFile } from '../../../src/clients/key-file.ts';
import { KeyError } from '../../../src/domain/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'longwatch-key-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const key = 'ab'.repeat(32);

let files = 0;
function fileOf(content: string): string {
  files += 1;
  const path = join(folder, `${files}.key`);
  writeFileSync(path, content);
  return path;
}

describe('the key file', () => {
  it('is made once, with 32 random bytes that only its owner can read', () => {
    const path = join(folder, 'keys', 'master.key');
    expect(createKeyFile(path)).toBe(true);
    const made = readKeyFile(path);
    expect(made).toHaveLength(32);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700);
    expect(createKeyFile(path)).toBe(false);
    expect(readKeyFile(path)).toEqual(made);
    const other = join(folder, 'keys', 'other.key');
    createKeyFile(other);
    expect(readKeyFile(other)).not.toEqual(made);
  });

  it.each([
    ['in lower case', key],
    ['in upper case', key.toUpperCase()],
    ['with a newline at its end', `${key}\r\n`],
  ])('is read %s', (_how, content) => {
    expect(readKeyFile(fileOf(content))).toEqual(Buffer.from(key, 'hex'));
  });

  it.each([
    ['empty', ''],
    ['too short', key.slice(1)],
    ['too long', `${key}0`],
    ['not hexadecimal', `z${key.slice(1)}`],
    ['two keys', `${key}\n${key}`],
  ])('that is %s is refused, and never repeated', (_how, content) => {
    const path = fileOf(content);
    const read = () => readKeyFile(path);
    expect(read).toThrow(KeyError);
    expect(read).toThrow(path);
    expect(read).not.toThrow(/abab/);
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it('that is not there says to restore it', () => {
    expect(() => readKeyFile(join(folder, 'absent.key'))).toThrow(/absent\.key cannot be read: restore it/);
  });
});
