import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import { splitLines } from '../../1-ingest/split-lines.ts';
import { optIn, optOut } from '../../2-sample/run-consent.ts';
import { type EraseDeps, eraseUser } from '../../2-sample/run-erase.ts';
import { InputError, LongwatchError } from '../../domain/errors.ts';
import { problemOf, readUser } from '../arguments.ts';
import { withApp } from '../context.ts';
import { printResult } from '../print.ts';
import { describe, writeReceipt } from './erase.ts';

const lines_a_round = 500;
const longest_line = 4_096;

export function addConsent(program: Command): void {
  const group = program.command('consent').description('who is sampled: people opting out, and in again');

  group
    .command('opt-out')
    .option('--user <id>', 'one user id, or - to read it from standard input')
    .option('--file <list>', 'user ids, one a line (spaces around them do not count), or - for standard input')
    .option('--by <name>', 'whose word it is', 'the person themselves')
    .description('never sample these people again, and remove what was taken; the same list twice changes nothing')
    .action(async ({ user, file, by }: { user?: string; file?: string; by: string }, command: Command) => {
      if ((user === undefined) === (file === undefined)) command.error('error: opt-out needs --user or --file, one of them');
      if (file !== undefined) return optOutFile(file, by, command);
      const id = await readUser(user ?? '', process.stdin);
      await withApp(command, async (app, { json }) => {
        const receipt = await eraseUser(app.erase, id, { by, reason: 'opt-out' });
        const path = await writeReceipt(app.config.dataDir, receipt);
        printResult(json, receipt, () => `${describe(receipt)}\nReceipt: ${path}`);
      });
    });

  group
    .command('opt-in')
    .requiredOption('--user <id>', 'one user id, or - to read it from standard input')
    .option('--by <name>', 'whose word it is', 'the person themselves')
    .option('--after-erasure', 'they were erased, and have asked to be sampled again', false)
    .description('let a person be sampled again; what was removed stays so')
    .action(async (options: { user: string; by: string; afterErasure: boolean }, command: Command) => {
      const id = await readUser(options.user, process.stdin);
      await withApp(command, async (app, { json }) => {
        await optIn(app.erase, id, options);
        printResult(json, { opted_in: 1 }, () => 'This person may be sampled again, from their next conversation on.');
      });
    });
}

async function optOutFile(file: string, by: string, command: Command): Promise<void> {
  await withApp(command, async (app, { json }) => {
    const source = file === '-' ? process.stdin : createReadStream(file);
    const result = await optOutLines(app.erase, source, by, file === '-' ? '(standard input)' : file);
    const { opted_out, already_out, bad_lines } = result;
    printResult(json, result, () =>
      [`Opted out now: ${opted_out}. Out before: ${already_out}.`, ...bad_lines.map((line) => `not taken: ${line}`)].join('\n'),
    );
    if (bad_lines.length > 0) {
      throw new InputError(
        `Lines of ${file} that were not taken: ${bad_lines.length}. Mend them and run the same command again.`,
      );
    }
  });
}

/**
 * Opts out everybody in a list, in constant memory but for what it has to complain of. Bad lines are told by file and line,
 * never by what is in them, and stop nothing.
 */
export async function optOutLines(deps: EraseDeps, source: Readable, by: string, name: string) {
  const bad_lines: string[] = [];
  let opted_out = 0;
  let already_out = 0;
  let users: string[] = [];
  const flush = async () => {
    const counts = await optOut(deps, users, by);
    opted_out += counts.opted_out;
    already_out += counts.already_out;
    users = [];
  };
  try {
    for await (const { number, text } of splitLines(source, longest_line)) {
      const user = text?.replace(/^\uFEFF/, '') ?? null;
      const problem = user === null ? `longer than ${longest_line} bytes` : problemOf(user);
      if (user === null || problem !== null) bad_lines.push(`${name}, line ${number}: ${problem}`);
      else users.push(user);
      if (users.length >= lines_a_round) await flush();
    }
  } catch (cause) {
    if (cause instanceof LongwatchError || !('syscall' in (cause as object))) throw cause;
    throw new InputError(`${name} cannot be read: check the path and its permissions, and run the same command again.`, {
      cause,
    });
  }
  await flush();
  return { opted_out, already_out, bad_lines };
}
