import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createKeyFile, createKeyFileSource } from '../../../src/clients/key-file.ts';
import { KeyError } from '../../../src/domain/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'longwatch-key-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const key = 'ab'.repeat(32);
const other = 'cd'.repeat(32);

let files = 0;
function fileOf(content: string): string {
  files += 1;
  const path = join(folder, `${files}.key`);
  writeFileSync(path, content);
  return path;
}
const read = (path: string) =>
  createKeyFileSource(path)
    .read()
    .map((each) => each.toString('hex'));
const add = (path: string) => createKeyFileSource(path).add?.();

describe('the key file', () => {
  it('is made once, with 32 random bytes that only its owner can read', () => {
    const path = join(folder, 'keys', 'master.key');
    expect(createKeyFile(path)).toBe(true);
    const made = read(path);
    expect(made).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700);
    expect(createKeyFile(path)).toBe(false);
    expect(read(path)).toEqual(made);
    const second = join(folder, 'keys', 'second.key');
    createKeyFile(second);
    expect(read(second)).not.toEqual(made);
  });

  it.each([
    ['in lower case', key, [key]],
    ['in upper case', key.toUpperCase(), [key]],
    ['with a newline at its end', `${key}\r\n`, [key]],
    ['with several keys, in their order', `${other}\n${key}\n`, [other, key]],
    ['with comments and blank lines', `# first\n\n  ${key}  \n\n# ${other}\n`, [key]],
  ])('is read %s', (_how, content, keys) => {
    expect(read(fileOf(content))).toEqual(keys);
  });

  it.each([
    ['empty', '', 'There is no key in the key file'],
    ['all comments', '# none yet\n', 'There is no key in the key file'],
    ['too short', key.slice(1), 'Line 1 of the key file'],
    ['too long', `${key}0`, 'Line 1 of the key file'],
    ['not hexadecimal', `# a key\n\nz${key.slice(1)}`, 'Line 3 of the key file'],
    ['two keys on a line', `${other}\n${key} ${key}`, 'Line 2 of the key file'],
    ['one key twice', `${key}\n# again\n${key.toUpperCase()}`, 'repeats line 1'],
  ])('that is %s is refused by file and line, and never repeated', (_how, content, says) => {
    const path = fileOf(content);
    expect(() => read(path)).toThrow(KeyError);
    expect(() => read(path)).toThrow(says);
    expect(() => read(path)).toThrow(path);
    expect(() => read(path)).not.toThrow(/abab|cdcd|again/i);
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it('that is not there says to restore it', () => {
    expect(() => read(join(folder, 'absent.key'))).toThrow(/absent\.key cannot be read: restore it/);
    expect(() => add(join(folder, 'absent.key'))).toThrow(/absent\.key cannot be read: restore it/);
  });
});

describe('a key that is added', () => {
  it('comes first, and everything else stays: keys, comments, mode', () => {
    const path = fileOf(`# ours\n${key}`);
    chmodSync(path, 0o640);
    add(path);
    const [fresh, ...rest] = read(path);
    expect(fresh).toMatch(/^[0-9a-f]{64}$/);
    expect(fresh).not.toBe(key);
    expect(rest).toEqual([key]);
    expect(readFileSync(path, 'utf8')).toBe(`${fresh}\n# ours\n${key}`);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).not.toContain(`${files}.key.new`);
  });

  it('goes to the file itself where the path is a link', () => {
    const path = fileOf(key);
    const link = join(folder, 'link.key');
    symlinkSync(path, link);
    add(link);
    expect(read(path)).toHaveLength(2);
    expect(read(link)).toEqual(read(path));
  });

  it('is not added to a file that is damaged', () => {
    const path = fileOf(`${key}\nnonsense`);
    expect(() => add(path)).toThrow('Line 2 of the key file');
    expect(readFileSync(path, 'utf8')).toBe(`${key}\nnonsense`);
  });

  it('waits for nobody: while another process adds one, nothing is changed', () => {
    const path = fileOf(key);
    writeFileSync(`${path}.new`, 'half a li');
    expect(() => add(path)).toThrow('is being changed by another process');
    expect(read(path)).toEqual([key]);
    expect(readFileSync(`${path}.new`, 'utf8')).toBe('half a li');
  });

  it('takes the place of what a process left behind that died a minute ago', () => {
    const path = fileOf(key);
    writeFileSync(`${path}.new`, 'half a li');
    const before = new Date(Date.now() - 61_000);
    utimesSync(`${path}.new`, before, before);
    add(path);
    expect(read(path)).toHaveLength(2);
  });
});
