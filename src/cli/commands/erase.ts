import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { Receipt } from '../../2-sample/receipt.ts';
import { checkReceipt } from '../../2-sample/run-check-receipt.ts';
import { type ErasureReason, eraseUser, erasureReasons } from '../../2-sample/run-erase.ts';
import { InputError, StateError } from '../../domain/errors.ts';
import { readUser } from '../arguments.ts';
import { withApp } from '../context.ts';
import { print, printResult } from '../print.ts';

type Options = { readonly user?: string; readonly by?: string; readonly reason: ErasureReason; readonly check?: string };

export function addErase(program: Command): void {
  program
    .command('erase')
    .option('--user <id>', 'the producer’s user id, or - to read it from standard input and keep it out of the shell’s history')
    .option('--by <name>', 'who carries the erasure out')
    .addOption(new Option('--reason <reason>', 'why').choices(erasureReasons).default('request'))
    .addOption(
      new Option('--check <receipt>', 'check a receipt instead: its signature, and that nothing is left').conflicts('user'),
    )
    .description('remove everything of a person, and never take anything of them in again; with a receipt')
    .action(async (options: Options, command: Command) => {
      if (options.check !== undefined) return check(options.check, command);
      const { user, by, reason } = options;
      if (user === undefined || by === undefined) command.error('error: erase needs --user and --by, or --check with a receipt');
      const id = await readUser(user, process.stdin);
      await withApp(command, async (app, { json }) => {
        const receipt = await eraseUser(app.erase, id, { by, reason });
        const file = await writeReceipt(app.config.dataDir, receipt);
        printResult(json, receipt, () => `${describe(receipt)}\nReceipt: ${file}`);
      });
    });
}

/** Readable by its owner only: it says that somebody was erased. @returns where it is. */
export async function writeReceipt(dataDir: string, receipt: Receipt): Promise<string> {
  const folder = join(dataDir, 'receipts');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${receipt.id}.json`);
  await writeFile(file, `${JSON.stringify(receipt, null, 2)}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  return file;
}

export function describe({ removed, unlinked, requested_at, issued_at }: Receipt): string {
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([table, n]) => `${n} ${table}`)
      .join(', ');
  return [
    `Removed (asked for ${requested_at}, done ${issued_at}): ${list(removed)}.`,
    `Kept as counts without any name: ${list(unlinked)}.`,
    'Nothing of this person is taken in from now on.',
  ].join('\n');
}

async function check(path: string, command: Command): Promise<void> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new InputError(`${path} cannot be read: check the path and its permissions.`, { cause });
  }
  await withApp(command, async (app, { json }) => {
    const { receipt, left } = await checkReceipt(app.erase, text);
    const back = Object.entries(left).filter(([, n]) => n > 0);
    if (json) print(JSON.stringify({ id: receipt.id, signature: 'valid', left }, null, 2));
    if (back.length > 0) {
      throw new StateError(
        `The receipt is genuine, and rows of this person are there again (${back.map(([table, n]) => `${n} in ${table}`).join(', ')}): if a backup was restored, erase them again.`,
      );
    }
    if (!json) print(`The receipt is genuine, and nothing of this person is left in ${Object.keys(left).join(', ')}.`);
  });
}
