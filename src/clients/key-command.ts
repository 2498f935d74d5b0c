import { spawnSync } from 'node:child_process';
import { KeyError } from '../domain/errors.ts';
import type { KeySource } from '../domain/key-ring.ts';
import { parseKeys } from './parse-keys.ts';

const variable = 'LONGWATCH_KEY_COMMAND';
const timeout_ms = 30_000;
/** A thousand keys: more than that is not a list of keys. */
const most_bytes = 65 * 1_024;

/**
 * Master keys as a command prints them, in the form of a key file: the way in for a key management service
 * (`aws kms decrypt ...`), whose keys are made and kept there.
 *
 * Neither the command line nor what it prints appears in an error, standard error included: any of them may hold a key.
 */
export function createKeyCommandSource(command: string, timeout = timeout_ms): KeySource {
  return {
    name: `the output of ${variable}`,
    read: () => parseKeys(run(command, timeout), `the output of ${variable}`),
    add: null,
  };
}

/** Blocks: nothing can be opened before it answers, and it is asked at the start and after a rotation only. */
function run(command: string, timeout: number): string {
  const { status, signal, error, stdout } = spawnSync(command, {
    shell: true,
    timeout,
    killSignal: 'SIGKILL',
    maxBuffer: most_bytes,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  });
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ETIMEDOUT') throw failed(`did not end within ${timeout / 1_000} seconds`);
  if (code === 'ENOBUFS') throw failed(`prints more than ${most_bytes} bytes`);
  if (error !== undefined) throw failed(`cannot be started (${code})`);
  if (status !== 0) throw failed(signal === null ? `ended with exit code ${status}` : `was ended by ${signal}`);
  return stdout;
}

function failed(what: string): KeyError {
  return new KeyError(
    `The command in ${variable} ${what}: run it by hand to see why; it must print the master keys, one a line.`,
  );
}
