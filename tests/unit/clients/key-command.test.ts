import { describe, expect, it } from 'vitest';
import { createKeyCommandSource } from '../../../src/clients/key-command.ts';
import { KeyError } from '../../../src/domain/errors.ts';

const key = 'ab'.repeat(32);
const other = 'cd'.repeat(32);
const read = (command: string, timeout_ms?: number) =>
  createKeyCommandSource(command, timeout_ms)
    .read()
    .map((each) => each.toString('hex'));

describe('the key command', () => {
  it('prints keys as a file would hold them, through a shell', () => {
    expect(read(`printf '# from the service\\n%s\\n' ${other} | cat; echo ${key}`)).toEqual([other, key]);
  });

  it('makes no keys: they come from where the command gets them', () => {
    expect(createKeyCommandSource('true').add).toBe(null);
  });

  it.each([
    ['fails', `echo ${key}; echo ${other} >&2; exit 3`, 'ended with exit code 3'],
    ['is not there', `no-such-command-${key}`, 'ended with exit code 127'],
    ['is killed', `echo ${key}; kill -9 $$`, 'was ended by SIGKILL'],
    ['prints without end', `while :; do echo ${key}; done`, 'prints more than'],
    ['prints nothing', 'true', 'There is no key in the output of LONGWATCH_KEY_COMMAND'],
    [
      'prints something else',
      `echo ${key}; echo not a key ${other}`,
      'Line 2 of the output of LONGWATCH_KEY_COMMAND is not a key',
    ],
  ])('that %s is refused, and neither it nor what it said is repeated', (_how, command, says) => {
    try {
      read(command);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(KeyError);
      expect(String(error)).toContain(says);
      expect(JSON.stringify([String(error), (error as Error).cause ?? null])).not.toMatch(/abab|cdcd/);
    }
  });

  it('that does not end is given up', () => {
    const started = performance.now();
    expect(() => read('sleep 20; echo done', 200)).toThrow('did not end within 0.2 seconds');
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
